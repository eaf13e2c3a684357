"""“Deliver…” under a picture: the form with the usual sizes, and what becomes of it. The command comes through `command`."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.briefs import table as briefs_table
from bot.briefs.model import UserError
from bot.briefs.table import named
from bot.briefs.typed import clean
from bot.deliver import messages as deliver_messages
from bot.deliver.actions import Deliveries
from bot.deliver.request import deliver, read_size
from bot.slack.buttons import DELIVER_ACTION
from bot.slack.context import Context
from bot.slack.text import unescape

_BLOCKS = {"names": "usual", "sizes": "sizes", "format": "format", "cap": "cap", "extend": "extend"}


def register(app: AsyncApp, context: Context) -> None:
    """Listen to the button and the form."""

    @app.action(DELIVER_ACTION)
    async def pressed(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        version = await context.services.database.read(
            lambda tx: briefs_table.version(tx, int(action["value"]))
        )
        view = deliver_messages.deliver_form(version.id, body["channel"]["id"], str(named(version)))
        await context.client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view(deliver_messages.FORM)
    async def sent(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        user = body["user"]["id"]
        place, _, version_id = view["private_metadata"].partition(" ")
        values = {block: next(iter(actions.values())) for block, actions in view["state"]["values"].items()}
        try:
            typed = clean(unescape(str(values["sizes"].get("value") or ""))).replace(",", " ").split()
            usual = [option["value"] for option in values["usual"].get("selected_options") or []]
            version = await context.services.database.read(
                lambda tx: briefs_table.version(tx, int(version_id))
            )
            asked = deliver(
                names=[named(version)],
                sizes=[read_size(size) for size in [*usual, *typed]],
                format=values["format"]["selected_option"]["value"],
                cap=clean(str(values["cap"].get("value") or "")),
                extend=values["extend"]["selected_option"]["value"] == "extend",
            )
            answer = await Deliveries(services=context.services).request(
                asked,
                channel=await context.directory.channel(place),
                person=await context.directory.actor(user),
                event_id=f"view:{view['id']}",
            )
        except UserError as error:
            part = error.field or "sizes"
            await ack(response_action="errors", errors={_BLOCKS[part]: error.sentence})
            return
        await ack()
        await context.whisper(place, user, answer)
