"""Turns changes of the workspace into Events API payloads, for the events the manifest subscribes to."""

import secrets
import time
from collections.abc import Callable

from sandbox import rendering
from sandbox.block_kit.text import mentions
from sandbox.faults import Faults
from sandbox.manifest import Manifest
from sandbox.model import Channel, Json
from sandbox.settings import APP_ID
from sandbox.state import Change, State

_MESSAGE_EVENTS = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


class Events:
    """Listens to a workspace and hands event_callback payloads to `deliver`."""

    def __init__(
        self, state: State, manifest: Manifest, faults: Faults, deliver: Callable[[Json], None]
    ) -> None:
        self._state = state
        self._faults = faults
        self._manifest = manifest
        self._deliver = deliver

    def _raise(self, subscription: str, event: Json, *, shared: bool = False) -> None:
        if subscription in self._manifest.events:
            self._deliver(self.envelope(event) | {"is_ext_shared_channel": shared})

    def envelope(self, event: Json) -> Json:
        """The documented wrapper around an event."""
        return {
            "token": "practice",
            "team_id": self._state.team.id,
            "context_team_id": self._state.team.id,
            "context_enterprise_id": None,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": "Ev" + secrets.token_hex(5).upper(),
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": self._state.team.id,
                    "user_id": self._state.team.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": "4-" + secrets.token_hex(12),
        }

    def on_change(self, change: Change) -> None:
        """Raise the events that follow from a change the bot may see."""
        channel = change.channel
        if change.message and change.message.ephemeral_for:
            return
        if self._state.team.bot_user not in channel.members and not (
            change.kind == "member_left" and change.user == self._state.team.bot_user
        ):
            return
        now = self._state.next_ts()
        match change.kind:
            case "message":
                self._message(change)
            case "message_changed" | "message_deleted":
                self._edit(change, now)
            case "reaction_added" | "reaction_removed" if change.message:
                item = {"type": "message", "channel": channel.id, "ts": change.message.ts}
                event = {"type": change.kind, "user": change.user, "reaction": change.data["reaction"]}
                event |= {"item": item, "item_user": change.message.user, "event_ts": now}
                self._raise(change.kind, event, shared=bool(channel.shared_with))
            case "file_shared":
                file_id = change.data["file_id"]
                self._raise(
                    "file_shared",
                    {
                        "type": "file_shared",
                        "file_id": file_id,
                        "user_id": change.user,
                        "file": {"id": file_id},
                        "channel_id": channel.id,
                        "event_ts": now,
                    },
                )
            case "member_joined" | "member_left":
                name = f"{change.kind}_channel"
                event = {
                    "type": name,
                    "user": change.user,
                    "channel": channel.id,
                    "team": self._state.team.id,
                    "event_ts": now,
                }
                self._raise(name, event | {"channel_type": "G" if channel.is_private else "C"})

    def _message(self, change: Change) -> None:
        message, channel = change.message, change.channel
        if message is None:
            return
        event = rendering.message(self._state, message)
        event |= {"channel": channel.id, "event_ts": message.ts, "channel_type": channel.kind}
        shared = bool(channel.shared_with)
        if shared:
            event |= {"user_team": event["team"], "source_team": event["team"]}
            if message.file_ids:
                event["files"] = [rendering.file_stub(self._state.files[i]) for i in message.file_ids]
        if not message.by_bot:
            event["client_msg_id"] = secrets.token_hex(16)
        if message.by_bot or channel.is_im or not mentions(message.text, self._state.team.bot_user):
            self._raise(_MESSAGE_EVENTS[channel.kind], event, shared=shared)
            return
        habit = self._faults.plan.mentions_of_files if message.file_ids else "whole"
        left_out = {"subtype", "channel_type", "parent_user_id"} | (
            {"files", "upload"} if habit == "bare" else set()
        )
        mention = {k: v for k, v in event.items() if k not in left_out} | {"type": "app_mention"}
        if habit == "bare":
            # As seen of Slack: the mention comes first, without the files, which the message then has.
            self._raise("app_mention", mention, shared=shared)
        self._raise(_MESSAGE_EVENTS[channel.kind], event, shared=shared)
        if habit == "whole":
            self._raise("app_mention", mention, shared=shared)

    def _edit(self, change: Change, now: str) -> None:
        channel = change.channel
        event: Json = {
            "type": "message",
            "subtype": change.kind,
            "hidden": True,
            "channel": channel.id,
            "channel_type": channel.kind,
            "ts": now,
            "event_ts": now,
        }
        if change.before:
            event["previous_message"] = rendering.message(self._state, change.before)
        if change.kind == "message_deleted" and change.message:
            event["deleted_ts"] = change.message.ts
        elif change.message:
            event["message"] = rendering.message(self._state, change.message)
        self._raise(_MESSAGE_EVENTS[channel.kind], event)

    def uninstalled(self) -> None:
        """Raise tokens_revoked and app_uninstalled, as Slack does, in no particular order."""
        bot = self._state.team.bot_user
        self._raise("tokens_revoked", {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot]}})
        self._raise("app_uninstalled", {"type": "app_uninstalled"})

    def home_opened(self, user: str, channel: Channel, view: Json | None) -> None:
        """Raise app_home_opened for a person who opened the Home tab."""
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": channel.id,
            "tab": "home",
            "event_ts": self._state.next_ts(),
        }
        if view:
            event["view"] = view
        self._raise("app_home_opened", event)
