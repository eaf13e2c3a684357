"""The table of Web API methods and what a handler is given. Knows nothing of HTTP."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.content import bad_arguments
from sandbox.installs import Installs
from sandbox.model import Channel, Json, SlackError, Team
from sandbox.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of a method: its arguments, parsed, and the workspace."""

    workspace: Workspace
    installs: Installs
    args: Json

    @property
    def team(self) -> Team:
        """The workspace's names and its bot."""
        return self.workspace.state.team

    def text(self, name: str, default: str = "") -> str:
        """An argument as text; absent and null are the default."""
        value = self.args.get(name)
        return default if value is None else str(value)

    def need(self, name: str, error: str = "invalid_arguments") -> str:
        """A required argument, or the error."""
        value = self.text(name)
        if not value:
            if error == "invalid_arguments":
                raise bad_arguments(f"missing required field: {name}")
            raise SlackError(error)
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean argument; forms say true, 1 or false, 0."""
        value = self.args.get(name)
        if value is None:
            return default
        return value if isinstance(value, bool) else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int, *, most: int) -> int:
        """A whole number between 1 and `most`."""
        try:
            value = int(self.text(name, str(default)))
        except ValueError as problem:
            raise bad_arguments(f"{name} must be an integer") from problem
        if not 1 <= value <= most:
            raise bad_arguments(f"{name} must be between 1 and {most}")
        return value

    def require(self, scope: str) -> None:
        """Refuse unless the manifest grants the scope."""
        provided = self.workspace.manifest.scopes
        if scope not in provided:
            raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(provided)))

    def seen_channel(self, name: str = "channel") -> Channel:
        """A channel the bot can see: public ones, and those it is a member of."""
        return self._seen(self.need(name, "channel_not_found"))

    def _seen(self, channel_id: str) -> Channel:
        found = self.workspace.state.channel(channel_id)
        if self.team.bot_user not in found.members and (found.is_private or found.is_im):
            raise SlackError("channel_not_found")
        return found

    def room(self, wanted: str) -> Channel:
        """A channel the bot may write to; a user id means the direct conversation with them."""
        state, manifest = self.workspace.state, self.workspace.manifest
        if wanted in state.users and wanted != self.team.bot_user:
            found = state.direct(wanted, self.team.bot_user)
        else:
            found = self._seen(wanted)
        if found.is_im and not manifest.messages_tab:
            raise SlackError("messages_tab_disabled")
        if self.team.bot_user not in found.members and "chat:write.public" not in manifest.scopes:
            raise SlackError("not_in_channel")
        return found


Handler = Callable[[Call], Awaitable[Json]]


@dataclass(frozen=True, kw_only=True)
class Method:
    """A Web API method: `scope` None needs none; `tier` as Slack counts, 5 being "special".

    `by` a bot token, the app's token, or a client id and secret.
    """

    name: str
    scope: str | None
    tier: int
    by: Literal["bot", "app", "client"]
    handler: Handler


METHODS: dict[str, Method] = {}


def method(
    name: str, *, tier: int, scope: str | None = None, by: Literal["bot", "app", "client"] = "bot"
) -> Callable[[Handler], Handler]:
    """Register a handler under a method name."""

    def keep(handler: Handler) -> Handler:
        METHODS[name] = Method(name=name, scope=scope, tier=tier, by=by, handler=handler)
        return handler

    return keep


def page(items: list[Any], call: Call, *, default: int = 100, most: int = 1000) -> tuple[list[Any], Json]:
    """Cursor pagination: the items asked for and their response_metadata."""
    limit = call.number("limit", default, most=most)
    cursor = call.text("cursor")
    if cursor and not (cursor.startswith("next_") and cursor[5:].isdigit()):
        raise SlackError("invalid_cursor")
    start = int(cursor[5:]) if cursor else 0
    end = start + limit
    return items[start:end], {"next_cursor": f"next_{end}" if end < len(items) else ""}
