"""views.*: modals and App Home."""

from sandbox.content import checked_view
from sandbox.model import Json, SlackError
from sandbox.web_api.registry import Call, method


def _body(call: Call, kind: str | None = None) -> Json:
    return checked_view(call.workspace.state, call.args.get("view"), kind)


@method("views.open", tier=4)
async def views_open(call: Call) -> Json:
    """Open a modal for whoever set off the trigger."""
    body = _body(call, "modal")
    user = call.workspace.interactions.redeem(call.need("trigger_id"))
    modals = call.workspace.modals
    return {"view": modals.render(modals.open(user, body))}


@method("views.push", tier=4)
async def views_push(call: Call) -> Json:
    """Put a modal on top of the open one."""
    body = _body(call, "modal")
    user = call.workspace.interactions.redeem(call.need("trigger_id"))
    modals = call.workspace.modals
    return {"view": modals.render(modals.push(user, body))}


@method("views.update", tier=4)
async def views_update(call: Call) -> Json:
    """Change an open modal, by view_id or external_id."""
    body = _body(call)
    modals = call.workspace.modals
    view = modals.find(view_id=call.text("view_id"), external_id=call.text("external_id"))
    return {"view": modals.render(modals.update(view, body, hash_given=call.text("hash") or None))}


@method("views.publish", tier=4)
async def views_publish(call: Call) -> Json:
    """Set somebody's App Home."""
    if not call.workspace.manifest.home_tab:
        raise SlackError("not_enabled")
    body = _body(call, "home")
    user = call.need("user_id")
    if user not in call.workspace.state.users:
        raise SlackError("user_not_found")
    modals = call.workspace.modals
    return {"view": modals.render(modals.publish(user, body, hash_given=call.text("hash") or None))}
