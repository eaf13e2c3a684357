"""A person in the practice workspace, for tests and the demo: types, reacts, clicks and waits, over HTTP only."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import aiohttp

Json = dict[str, Any]

#: How often wait_for looks again, in seconds.
POLL_S = 0.05


class Refused(Exception):
    """The workspace refused; `error` is Slack's name for it, the message a sentence."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(f"{error}: {message}")
        self.error = error


@dataclass(frozen=True, kw_only=True)
class CommandResult:
    """What a slash command did at once: time to the acknowledgement, and its ephemeral answer if any."""

    ack_ms: float
    response_text: str | None = None


class Person:
    """`async with Person("http://127.0.0.1:8065", "U0ADA") as ada:`"""

    def __init__(self, base_url: str, user: str, team: str = "") -> None:
        """`team` says in which workspace, where several have a person of that id."""
        self.base_url = base_url.rstrip("/")
        self.user, self.team = user, team
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Person":
        self._session = aiohttp.ClientSession(
            headers={"X-Practice-User": self.user, "X-Practice-Team": self.team}
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session:
            await self._session.close()

    async def call(self, method: str, path: str, body: Json | aiohttp.FormData | None = None) -> Json:
        """One call of the people API. Raises Refused."""
        if self._session is None:
            raise RuntimeError("Use `async with Person(...)`.")
        sent: Json = {"data": body} if isinstance(body, aiohttp.FormData) else {"json": body} if body else {}
        async with self._session.request(method, f"{self.base_url}/ui/api/{path}", **sent) as answer:
            found: Json = await answer.json()
        if not found.get("ok"):
            raise Refused(str(found.get("error")), str(found.get("message", "")))
        return found

    async def state(self) -> Json:
        """The workspace as this person sees it."""
        return await self.call("GET", "state")

    async def type(self, channel: str, line: str) -> CommandResult:
        """Type a slash command, e.g. `/draft a red apple`."""
        command, _, text = line.strip().partition(" ")
        found = await self.call("POST", "commands", {"channel": channel, "command": command, "text": text})
        return CommandResult(ack_ms=float(found["ack_ms"]), response_text=found.get("response_text"))

    async def say(
        self,
        channel: str,
        text: str,
        thread_ts: str | None = None,
        files: Sequence[str] = (),
        *,
        broadcast: bool = False,
    ) -> Json:
        """Post a message; `files` are ids of files this person stored with `store`. An answer in a thread can be
        `broadcast` to its channel."""
        body: Json = {"channel": channel, "text": text, "thread_ts": thread_ts, "file_ids": list(files)}
        body["broadcast"] = broadcast
        message: Json = (await self.call("POST", "messages", body))["message"]
        return message

    async def edit(self, channel: str, ts: str, text: str) -> Json:
        """Change the text of one's own message."""
        body = {"channel": channel, "ts": ts, "text": text}
        message: Json = (await self.call("POST", "edit", body))["message"]
        return message

    async def delete(self, channel: str, ts: str) -> None:
        """Delete one's own message."""
        await self.call("POST", "delete", {"channel": channel, "ts": ts})

    async def react(self, channel: str, ts: str, name: str) -> None:
        """Add a reaction."""
        await self.call("POST", "reactions", {"channel": channel, "ts": ts, "name": name, "action": "add"})

    async def unreact(self, channel: str, ts: str, name: str) -> None:
        """Take a reaction back."""
        await self.call("POST", "reactions", {"channel": channel, "ts": ts, "name": name, "action": "remove"})

    async def upload(
        self, channel: str, data: bytes, filename: str, text: str = "", thread_ts: str | None = None
    ) -> Json:
        """Post a message with a file."""
        form = aiohttp.FormData({"channel": channel, "text": text, "thread_ts": thread_ts or ""})
        form.add_field("file", data, filename=filename, content_type="application/octet-stream")
        message: Json = (await self.call("POST", "files", form))["message"]
        return message

    async def store(self, data: bytes, filename: str) -> str:
        """Upload a file without posting it; returns its id for `say(files=[…])`."""
        form = aiohttp.FormData()
        form.add_field("file", data, filename=filename, content_type="application/octet-stream")
        return str((await self.call("POST", "files", form))["files"][0]["id"])

    async def delete_file(self, file_id: str) -> None:
        """Delete one's own file."""
        await self.call("POST", f"files/{file_id}/delete")

    async def click(
        self, message: Json, action_id: str, value: Any = None, *, channel: str | None = None
    ) -> None:
        """Use a button or another element of a message from `messages` or `wait_for`."""
        place = channel or message.get("channel")
        if not place:
            raise ValueError("Say which channel the message is in.")
        body = {"channel": place, "message_ts": message["ts"], "action_id": action_id}
        await self.call("POST", "actions", body | ({} if value is None else {"value": value}))

    async def click_view(self, view: Json, action_id: str, value: Any = None) -> None:
        """Use a button or another element of a modal or of App Home."""
        body = {"view_id": view["id"], "action_id": action_id}
        await self.call("POST", "actions", body | ({} if value is None else {"value": value}))

    async def shortcut(self, channel: str, ts: str, callback_id: str) -> None:
        """Use a message shortcut."""
        await self.call("POST", "shortcuts", {"channel": channel, "ts": ts, "callback_id": callback_id})

    async def open_view(self, timeout_s: float = 5.0) -> Json:
        """The modal that is open, waiting for one to open."""

        async def look() -> Json | None:
            found: Json | None = (await self.call("GET", "views"))["view"]
            return found

        return await _until(look, timeout_s, "No modal opened")

    async def submit(self, view: Json, values: Json) -> Json:
        """Submit a modal. `values`: block_id → {action_id: state} or, for the block's one input, the bare value.

        The bare value of a file input is a list of ids of files that this person stored with `store`.
        """
        filled = {
            block: given if isinstance(given, dict) else _bare(view, block, given)
            for block, given in values.items()
        }
        return await self.call("POST", f"views/{view['id']}/submit", {"values": filled})

    async def close(self, view: Json) -> None:
        """Close a modal."""
        await self.call("POST", f"views/{view['id']}/close")

    async def messages(self, channel: str, thread_ts: str | None = None) -> list[Json]:
        """What this person sees in a channel, or in a thread with its parent; each with its `channel`."""
        query = f"messages?channel={channel}" + (f"&thread_ts={thread_ts}" if thread_ts else "")
        return [message | {"channel": channel} for message in (await self.call("GET", query))["messages"]]

    async def file(self, file_id: str) -> bytes:
        """The bytes of a file."""
        if self._session is None:
            raise RuntimeError("Use `async with Person(...)`.")
        async with self._session.get(f"{self.base_url}/ui/files/{file_id}/file") as answer:
            answer.raise_for_status()
            return await answer.read()

    async def home(self, timeout_s: float = 5.0) -> Json:
        """Open App Home and return its view, waiting for the app to publish one."""
        before = (await self.call("POST", "home"))["view"]

        async def look() -> Json | None:
            found: Json | None = (await self.call("GET", "home"))["view"]
            return found if found and (before is None or found["hash"] != before["hash"]) else None

        return await _until(look, timeout_s, "The app published no App Home")

    async def wait_for(
        self,
        channel: str,
        predicate: Callable[[Json], bool],
        timeout_s: float = 10.0,
        thread_ts: str | None = None,
    ) -> Json:
        """The newest message for which `predicate` is true, waiting for one. Raises TimeoutError."""

        async def look() -> Json | None:
            found = await self.messages(channel, thread_ts)
            return next((message for message in reversed(found) if predicate(message)), None)

        return await _until(look, timeout_s, f"No such message in {channel}")


class Control:
    """What goes wrong on purpose: `async with Control("http://127.0.0.1:8065") as control:`"""

    def __init__(self, base_url: str) -> None:
        self._session = aiohttp.ClientSession(base_url=f"{base_url.rstrip('/')}/control/")

    async def __aenter__(self) -> "Control":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def _call(self, method: str, path: str, body: Json | None = None) -> Json:
        async with self._session.request(method, path, json=body) as answer:
            if answer.status >= 400:
                raise Refused("bad_request", await answer.text())
            found: Json = await answer.json()
            return found

    async def set_faults(self, plan: Json) -> Json:
        """Put a plan of faults in force, as sandbox/README.md has it; {} ends all trouble."""
        return await self._call("PUT", "faults", plan)

    async def faults(self) -> Json:
        """The plan in force; each fault with `struck`, how often it did."""
        return await self._call("GET", "faults")

    async def uninstall(self, team: str) -> None:
        """Take the app out of a workspace, by its team id."""
        await self._call("POST", "uninstall", {"team": team})

    async def connections(self, how: str) -> int:
        """Trouble the app's Socket Mode connections, e.g. `abort`; how many there were."""
        return int((await self._call("POST", "connections", {"how": how}))["connections"])


async def _until(look: Callable[[], Any], timeout_s: float, complaint: str) -> Json:
    end = time.monotonic() + timeout_s
    while True:
        found: Json | None = await look()
        if found is not None:
            return found
        if time.monotonic() > end:
            raise TimeoutError(f"{complaint} within {timeout_s:g} s.")
        await asyncio.sleep(POLL_S)


_SELECTS = {"static_select", "radio_buttons", "external_select"}


def _bare(view: Json, block_id: str, value: Any) -> Json:
    """The state of a block's one input for a bare value."""
    for block in view["blocks"]:
        element = block.get("element")
        if block.get("block_id") == block_id and isinstance(element, dict):
            if element["type"] == "file_input":
                files = [{"id": file_id} for file_id in value]
                return {element["action_id"]: {"type": "file_input", "files": files}}
            key = "selected_option" if element["type"] in _SELECTS else "value"
            return {element["action_id"]: {"type": element["type"], key: value}}
    raise KeyError(f"The modal has no input block {block_id}.")
