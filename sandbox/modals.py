"""Modals and App Home as people have them open: stacks, hashes, state. Knows nothing of who asked."""

import secrets
import time

from sandbox.block_kit.values import state_of
from sandbox.feed import Feed
from sandbox.model import Json, SlackError, View
from sandbox.settings import APP_ID
from sandbox.state import State

#: Slack keeps at most three modals on top of each other.
MAX_STACK = 3
_KEPT = (
    "type",
    "title",
    "submit",
    "close",
    "blocks",
    "private_metadata",
    "callback_id",
    "clear_on_close",
    "notify_on_close",
    "external_id",
    "submit_disabled",
)


class Modals:
    """The open views of everybody."""

    def __init__(self, state: State, feed: Feed) -> None:
        self._state = state
        self._feed = feed
        self._stacks: dict[str, list[str]] = {}

    def top(self, user: str) -> View | None:
        """The modal a person sees, if any."""
        stack = self._stacks.get(user)
        return self._state.views[stack[-1]] if stack else None

    def view(self, view_id: str) -> View:
        """An open view or published home, or view_not_found."""
        found = self._state.views.get(view_id)
        if found is None:
            raise SlackError("not_found")
        return found

    def _new(self, user: str, body: Json) -> View:
        external = body.get("external_id")
        if external and any(v.body.get("external_id") == external for v in self._state.views.values()):
            raise SlackError("duplicate_external_id")
        view_id = self._state.new_id("V")
        view = View(id=view_id, user=user, body=body, hash=_hash(), root_id=view_id)
        self._state.views[view_id] = view
        return view

    def open(self, user: str, body: Json) -> View:
        """Open a modal, replacing whatever the person had open."""
        self._drop(user)
        view = self._new(user, body)
        self._stacks[user] = [view.id]
        self._tell("view_opened", view)
        return view

    def push(self, user: str, body: Json) -> View:
        """Put a modal on top of the one that is open."""
        stack = self._stacks.get(user, [])
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= MAX_STACK:
            raise SlackError("push_limit_reached")
        view = self._new(user, body)
        view.root_id, view.previous_id = self._state.views[stack[-1]].root_id, stack[-1]
        stack.append(view.id)
        self._tell("view_opened", view)
        return view

    def update(self, view: View, body: Json, *, hash_given: str | None = None) -> View:
        """Replace a view's body; values whose inputs stay are kept."""
        if hash_given and hash_given != view.hash:
            raise SlackError("hash_conflict")
        view.body, view.hash = body, _hash()
        kept = {block.get("block_id") for block in body.get("blocks", [])}
        view.values = {block: state for block, state in view.values.items() if block in kept}
        self._tell("home_published" if body.get("type") == "home" else "view_updated", view)
        return view

    def find(self, *, view_id: str = "", external_id: str = "") -> View:
        """The view by either id, or not_found."""
        for view in self._state.views.values():
            if view.id == view_id or (external_id and view.body.get("external_id") == external_id):
                return view
        raise SlackError("not_found")

    def publish(self, user: str, body: Json, *, hash_given: str | None = None) -> View:
        """Set a person's App Home."""
        home = self._state.homes.get(user)
        if home:
            return self.update(home, body, hash_given=hash_given)
        view = self._new(user, body)
        self._state.homes[user] = view
        self._tell("home_published", view)
        return view

    def close(self, view: View, *, all_of_them: bool = False) -> None:
        """Take a modal off the stack, or the whole stack."""
        stack = self._stacks.get(view.user, [])
        if all_of_them or (stack and stack[0] == view.id):
            self._drop(view.user)
        elif view.id in stack:
            for gone in stack[stack.index(view.id) :]:
                self._state.views.pop(gone, None)
            del stack[stack.index(view.id) :]
        self._tell("view_closed", view)

    def _drop(self, user: str) -> None:
        for gone in self._stacks.pop(user, []):
            self._state.views.pop(gone, None)

    def _tell(self, kind: str, view: View) -> None:
        update: Json = {"type": kind, "view": self.render(view)}
        if kind == "view_closed":
            top = self.top(view.user)
            update["next_view"] = self.render(top) if top else None
        self._feed.send(update, to={view.user})

    def render(self, view: View) -> Json:
        """The view object of answers and payloads."""
        kept = {key: view.body[key] for key in _KEPT if key in view.body}
        return {
            "id": view.id,
            "team_id": self._state.team.id,
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            "submit": None,
            "close": None,
            "title": None,
            **kept,
            "state": {"values": state_of(view.body.get("blocks", []), view.values)},
            "hash": view.hash,
            "previous_view_id": view.previous_id,
            "root_view_id": view.root_id,
            "app_id": APP_ID,
            "app_installed_team_id": self._state.team.id,
            "bot_id": self._state.team.bot_id,
        }


def _hash() -> str:
    return f"{int(time.time())}.{secrets.token_hex(4)}"
