"""What people do that asks the app something: commands, buttons, modals, shortcuts, and what its answers mean."""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from sandbox import rendering
from sandbox.block_kit.text import as_slack_text, escape
from sandbox.block_kit.values import PRESSED, elements_of, inputs_of, missing, state_of, value_key
from sandbox.content import checked_blocks, checked_view
from sandbox.faults import Faults
from sandbox.manifest import Manifest
from sandbox.modals import Modals
from sandbox.model import Channel, Json, Message, SlackError, User, View
from sandbox.settings import APP_ID, Settings
from sandbox.state import State
from sandbox.to_app.delivery import Delivery, Undelivered
from sandbox.to_app.events import Events


@dataclass(kw_only=True)
class _Trigger:
    user: str
    expires: float
    used: bool = False


@dataclass(kw_only=True)
class ResponseUrl:
    """Where a response_url leads, and how often it may still be used."""

    channel: str
    user: str
    message_ts: str | None
    thread_ts: str | None
    expires: float
    uses: int


class Interactions:
    """Builds the documented payloads, delivers them, and applies the acknowledgements."""

    def __init__(
        self,
        state: State,
        manifest: Manifest,
        delivery: Delivery,
        modals: Modals,
        events: Events,
        faults: Faults,
        settings: Settings,
    ) -> None:
        self._state = state
        self._manifest = manifest
        self._delivery = delivery
        self._modals = modals
        self._events = events
        self._faults = faults
        self._settings = settings
        self._triggers: dict[str, _Trigger] = {}
        self._urls: dict[str, ResponseUrl] = {}
        #: what each person has chosen in a message's elements: (user, channel, ts) → block_id → action_id → state
        self._chosen: dict[tuple[str, str, str], Json] = {}

    # -- triggers and response URLs

    def trigger(self, user: str) -> str:
        """A trigger_id for something this person just did."""
        now = time.monotonic()
        self._triggers = {k: t for k, t in self._triggers.items() if t.expires > now - 600}
        made = f"{time.time_ns() // 1_000_000}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        self._triggers[made] = _Trigger(user=user, expires=now + self._settings.trigger_life_s)
        return made

    def redeem(self, trigger_id: str) -> str:
        """Whose trigger this is, once. Raises invalid_trigger_id, expired_trigger_id, exchanged_trigger_id."""
        found = self._triggers.get(trigger_id)
        if found is None:
            raise SlackError("invalid_trigger_id")
        if found.used:
            raise SlackError("exchanged_trigger_id")
        if found.expires < time.monotonic():
            raise SlackError("expired_trigger_id")
        found.used = True
        return found.user

    def response_url(self, channel: str, user: str, message: Message | None = None) -> str:
        """A fresh response_url for an answer to this person in this channel."""
        key = secrets.token_urlsafe(18)
        self._urls[key] = ResponseUrl(
            channel=channel,
            user=user,
            message_ts=message.ts if message else None,
            thread_ts=message.thread_ts if message else None,
            expires=time.monotonic() + self._settings.response_url_life_s,
            uses=self._settings.response_url_uses,
        )
        return f"{self._state.base_url}/response/{self._state.team.id}/{key}"

    def use_response_url(self, key: str) -> ResponseUrl:
        """Spend one use. Raises expired_url or used_url as Slack answers them."""
        found = self._urls.get(key)
        if found is None or found.expires < time.monotonic():
            raise SlackError("expired_url")
        if found.uses <= 0:
            raise SlackError("used_url")
        found.uses -= 1
        return found

    # -- parts of payloads

    def _who(self, user: User) -> Json:
        return {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id}

    def _common(self, kind: str, user: User) -> Json:
        return {
            "type": kind,
            "team": {"id": self._state.team.id, "domain": self._state.team.domain},
            "user": self._who(user),
            "api_app_id": APP_ID,
            "token": "practice",
            "trigger_id": self.trigger(user.id),
            "enterprise": None,
            "is_enterprise_install": False,
        }

    async def _ask(self, kind: str, payload: Json) -> Json:
        try:
            return await self._delivery.ask(kind, payload)
        except Undelivered as problem:
            late = problem.reason in ("timeout", "http_timeout")
            raise SlackError("operation_timeout" if late else "dispatch_failed") from problem

    # -- commands

    async def command(self, user: User, channel: Channel, command: str, text: str) -> Json:
        """Type a slash command. Returns {ok, ack_ms, response_text?}; raises SlackError."""
        declared = self._manifest.command(command)
        # People of another team do not have this workspace's apps in their menu.
        if declared is None or user.team_id != self._state.team.id or not self._state.installed:
            raise SlackError("unknown_command")
        everyone, rooms = self._state.users.values(), self._state.channels.values()
        # Without should_escape Slack leaves @names and #channels alone, but always escapes & < >.
        written = as_slack_text(text, everyone, rooms) if declared.get("should_escape") else escape(text)
        payload = {
            "token": "practice",
            "team_id": self._state.team.id,
            "team_domain": self._state.team.domain,
            "channel_id": channel.id,
            "channel_name": "directmessage" if channel.is_im else channel.name,
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": written.strip(),
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": self.response_url(channel.id, user.id),
            "trigger_id": self.trigger(user.id),
        }
        start = time.perf_counter()
        answer = await self._ask("slash_commands", payload)
        result: Json = {"ok": True, "ack_ms": round((time.perf_counter() - start) * 1000, 1)}
        if answer.get("text") or answer.get("blocks"):
            visible = answer.get("response_type") == "in_channel"
            try:
                blocks = checked_blocks(
                    self._state, answer.get("blocks"), classic=self._faults.plan.classic_blocks
                )
            except SlackError as problem:
                raise SlackError("invalid_command_response") from problem
            self._state.post(
                channel,
                self._state.team.bot_user,
                text=str(answer.get("text", "")),
                blocks=blocks,
                by_bot=True,
                ephemeral_for=None if visible else user.id,
            )
            result["response_text"] = str(answer.get("text", ""))
        return result

    # -- buttons and other elements

    async def action(self, user: User, given: Json) -> Json:
        """Use an interactive element of a message or a view."""
        if not self._manifest.interactive:
            raise SlackError("interactivity_disabled")
        if given.get("view_id"):
            view = self._modals.view(str(given["view_id"]))
            if view.user != user.id:
                raise SlackError("not_found")
            element, block_id = _element(view.body.get("blocks", []), given)
            action, key = _action(element, block_id, given, self._state.next_ts())
            if element["type"] not in PRESSED:
                view.values.setdefault(block_id, {})[element["action_id"]] = {key: action[key]}
            payload = self._common("block_actions", user) | {
                "container": {"type": "view", "view_id": view.id},
                "view": self._modals.render(view),
                "actions": [action],
            }
        else:
            channel = self._state.channel(str(given.get("channel")))
            message = channel.messages.get(str(given.get("message_ts")))
            if message is None or message.ephemeral_for not in (None, user.id):
                raise SlackError("message_not_found")
            element, block_id = _element(message.blocks, given)
            action, key = _action(element, block_id, given, self._state.next_ts())
            chosen = self._chosen.setdefault((user.id, channel.id, message.ts), {})
            if element["type"] not in PRESSED:
                chosen.setdefault(block_id, {})[element["action_id"]] = {key: action[key]}
            container: Json = {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": channel.id,
                "is_ephemeral": message.ephemeral_for is not None,
            }
            if message.thread_ts:
                container["thread_ts"] = message.thread_ts
            payload = self._common("block_actions", user) | {
                "container": container,
                "channel": {"id": channel.id, "name": channel.name},
                "message": rendering.message(self._state, message),
                "state": {"values": state_of(message.blocks, chosen)},
                "response_url": self.response_url(channel.id, user.id, message),
                "actions": [action],
            }
        await self._ask("interactive", payload)
        return {"ok": True}

    # -- modals

    async def submit(self, user: User, view: View, values: Json) -> Json:
        """Press a modal's submit button. Returns {response_action?, errors?}."""
        blocks = view.body.get("blocks", [])
        for block_id, actions in values.items():
            view.values.setdefault(block_id, {}).update(actions)
        for block_id, element, _ in inputs_of(blocks):
            given = view.values.get(block_id, {}).get(element["action_id"])
            if element["type"] == "file_input" and isinstance(given, dict):
                given["files"] = self._given_files(user, given.get("files") or [])
        if errors := missing(blocks, state_of(blocks, view.values)):
            return {"response_action": "errors", "errors": errors}
        payload = self._common("view_submission", user) | {
            "view": self._modals.render(view),
            "response_urls": [],
        }
        answer = await self._ask("interactive", payload)
        verdict = answer.get("response_action")
        if verdict == "errors":
            return {"response_action": "errors", "errors": answer.get("errors", {})}
        if verdict == "update":
            self._modals.update(view, checked_view(self._state, answer.get("view"), "modal"))
        elif verdict == "push":
            self._modals.push(user.id, checked_view(self._state, answer.get("view"), "modal"))
        else:
            self._modals.close(view, all_of_them=verdict == "clear")
        return {"response_action": verdict} if verdict else {}

    def _given_files(self, user: User, named: list[Json]) -> list[Json]:
        """The files that a person attached to a form, which the app may read from now on; what was deleted is a stub."""
        found: list[Json] = []
        for file_id in (str(one.get("id")) for one in named):
            file = self._state.files.get(file_id)
            if file is None:
                found.append({"id": file_id, "mode": "tombstone"})
                continue
            if file.user != user.id or not file.completed:
                raise SlackError("file_not_found")
            file.given = True
            found.append(rendering.file(self._state, file))
        return found

    async def close(self, user: User, view: View) -> None:
        """Close a modal; the app hears of it when it asked to."""
        cleared = bool(view.body.get("clear_on_close"))
        self._modals.close(view, all_of_them=cleared)
        if view.body.get("notify_on_close"):
            body = {"view": self._modals.render(view), "is_cleared": cleared}
            await self._ask("interactive", self._common("view_closed", user) | body)

    # -- shortcuts and App Home

    async def shortcut(self, user: User, callback_id: str, channel: Channel | None, ts: str | None) -> None:
        """Use a message shortcut (with channel and ts) or a global one."""
        kind = "message" if channel and ts else "global"
        found = [s for s in self._manifest.shortcuts if s["callback_id"] == callback_id and s["type"] == kind]
        if not found:
            raise SlackError("unknown_shortcut")
        payload = self._common("message_action" if kind == "message" else "shortcut", user)
        payload |= {"callback_id": callback_id, "action_ts": self._state.next_ts()}
        if channel and ts:
            message = self._state.message(channel, ts)
            payload |= {
                "channel": {"id": channel.id, "name": channel.name},
                "message_ts": ts,
                "message": rendering.message(self._state, message),
                "response_url": self.response_url(channel.id, user.id, message),
            }
        await self._ask("interactive", payload)

    def open_home(self, user: User) -> Json | None:
        """Open App Home: raises app_home_opened and returns what is published so far."""
        home = self._state.homes.get(user.id)
        shown = self._modals.render(home) if home else None
        self._events.home_opened(user.id, self._state.direct(user.id, self._state.team.bot_user), shown)
        return shown


def _element(blocks: list[Json], given: Json) -> tuple[Json, str]:
    for block, element in elements_of(blocks):
        block_id = str(block.get("block_id", ""))
        if given.get("block_id") in (None, "", block_id) and element.get("action_id") == given.get(
            "action_id"
        ):
            return element, block_id
    raise SlackError("action_not_found")


def _action(element: Json, block_id: str, given: Json, now: str) -> tuple[Json, str]:
    kind = element["type"]
    action: Json = {"type": kind, "action_id": element["action_id"], "block_id": block_id, "action_ts": now}
    if kind in ("button", "icon_button"):
        action |= {k: element[k] for k in ("text", "value", "style", "icon") if k in element}
        return action, "value"
    if kind == "feedback_buttons":
        pressed = [element["positive_button"], element["negative_button"]]
        found = next((one for one in pressed if one["value"] == given.get("value")), None)
        if found is None:
            raise SlackError("option_not_found")
        return action | {"text": found["text"], "value": found["value"]}, "value"
    key = "selected_option" if kind == "overflow" else value_key(element)
    chosen: Any = given.get(key, given.get("value"))
    if isinstance(chosen, str) and key == "selected_option":
        options = list(element.get("options", []))
        for group in element.get("option_groups", []):
            options += group.get("options", [])
        chosen = next((option for option in options if option.get("value") == chosen), None)
        if chosen is None:
            raise SlackError("option_not_found")
    return action | {key: chosen}, key
