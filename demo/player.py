"""Plays the loop as people of the workspace: through its protocol alone, never by calling the bot's functions."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.client import Person, Refused

CHANNEL = "C0SNEAKERS"
#: Who drafts and fixes, and the teammate who approves.
AUTHOR, TEAMMATE = "U0ADA", "U0BEN"
#: How long each step may take, in seconds.
STEP_LIMIT_S = 180.0

Message = dict[str, Any]


class StepFailed(Exception):
    """A step of the play did not come to its end; the message says which and what was seen."""


@dataclass(frozen=True, kw_only=True)
class Play:
    """What to play."""

    prompt: str
    count: int
    #: Number of the picture that is approved.
    approve: int
    #: REGION: INSTRUCTION.
    fix: str
    #: A mask picture to attach to the fix.
    mask: bytes | None = None


@dataclass(kw_only=True)
class Record:
    """What was seen."""

    channel: str = CHANNEL
    brief: str = ""
    timings: dict[str, float] = field(default_factory=dict)
    #: Every message in order: the channel's, each followed by its thread's.
    messages: list[Message] = field(default_factory=list)
    #: Pictures as Slack showed them: name → PNG.
    pictures: dict[str, bytes] = field(default_factory=dict)
    #: The text of the summary message.
    summary: str = ""


async def play(workspace_url: str, script: Play, say: Callable[[str], None]) -> Record:
    """Draft, approve, fix, ask for the summary. Raises StepFailed."""
    async with Person(workspace_url, AUTHOR) as author, Person(workspace_url, TEAMMATE) as teammate:
        stage = _Stage(author=author, teammate=teammate, script=script, say=say)
        try:
            await stage.look_around()
            await stage.draft()
            await stage.approve()
            await stage.fix()
            await stage.summary()
            await stage.collect()
        except TimeoutError as error:
            raise StepFailed(
                f"While {stage.doing}, nothing came for {STEP_LIMIT_S:.0f} s. {await stage.last_word()}"
            ) from error
        except Refused as error:
            raise StepFailed(f"While {stage.doing}, the workspace refused: {error}") from error
        return stage.record


@dataclass(kw_only=True)
class _Stage:
    author: Person
    teammate: Person
    script: Play
    say: Callable[[str], None]
    record: Record = field(default_factory=Record)
    doing: str = "starting"
    #: What the command and the bot are called here.
    command: str = field(init=False)
    bot_name: str = field(init=False)
    #: Whose messages are watched: who acted last also sees what the bot says to them alone.
    watcher: Person = field(init=False)
    root: str = ""

    async def look_around(self) -> None:
        """Read what the command and the bot are called."""
        state = await self.author.state()
        self.command, self.bot_name = state["commands"][0]["command"], state["bot"]["name"]

    async def draft(self) -> None:
        """Type the command; see the first look, then the grid with its numbers."""
        self.watcher = self.author
        self.doing = "drafting"
        known = {message["ts"] for message in await self.author.messages(CHANNEL)}
        count = "" if self.script.count == 4 else f" --n {self.script.count}"
        began = time.monotonic()
        answer = await self.author.type(CHANNEL, f"{self.command} {self.script.prompt}{count}")
        if answer.response_text:
            raise StepFailed(f"{self.command} was answered: {answer.response_text}")
        self.record.timings["ack_ms"] = answer.ack_ms

        def is_ours(message: Message) -> bool:
            return message["ts"] not in known and _role(message) == "grid"

        look = await self._wait(lambda m: is_ours(m) and bool(_files(m)))
        self.record.timings["first_preview_s"] = time.monotonic() - began
        self.record.pictures["preview"] = await self.author.file(_files(look)[0])
        grid = await self._wait(lambda m: is_ours(m) and "first look" not in m["text"] and bool(_files(m)))
        self.record.timings["grid_s"] = time.monotonic() - began
        self.root = grid["ts"]
        self.record.brief = _payload(grid)["brief"]
        self.record.pictures["grid"] = await self.author.file(_files(grid)[0])
        self._tell("grid", "grid_s")

    async def approve(self) -> None:
        """A teammate reacts with the number; the Pro render comes into the thread."""
        self.doing = f"rendering picture {self.script.approve} in Pro"
        names = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
        began = time.monotonic()
        self.watcher = self.teammate
        await self.teammate.react(CHANNEL, self.root, names[self.script.approve - 1])
        pro = await self._wait(lambda m: _role(m) == "pro" and bool(_files(m)), self.root)
        self.record.timings["pro_s"] = time.monotonic() - began
        self.record.pictures["pro"] = await self.author.file(_files(pro)[0])
        self._tell("Pro render", "pro_s")

    async def fix(self) -> None:
        """Ask for a fix in the thread; before, after and the fixed picture come."""
        self.doing = f"fixing “{self.script.fix}”"
        began = time.monotonic()
        self.watcher = self.author
        text = f"@{self.bot_name} fix {self.script.fix}"
        if self.script.mask is None:
            await self.author.say(CHANNEL, text, thread_ts=self.root)
        else:
            instruction = self.script.fix.partition(":")[2] or self.script.fix
            await self.author.upload(
                CHANNEL, self.script.mask, "mask.png", f"@{self.bot_name} fix: {instruction}", self.root
            )
        fixed = await self._wait(lambda m: _role(m) == "fix" and len(_files(m)) == 2, self.root)
        self.record.timings["fix_s"] = time.monotonic() - began
        comparison, picture = _files(fixed)
        self.record.pictures["comparison"] = await self.author.file(comparison)
        self.record.pictures["fixed"] = await self.author.file(picture)
        self._tell("fix", "fix_s")

    async def summary(self) -> None:
        """Ask what it cost."""
        self.doing = "asking for the summary"
        known = {message["ts"] for message in await self.author.messages(CHANNEL)}
        began = time.monotonic()
        answer = await self.author.type(CHANNEL, f"{self.command} summary")
        if answer.response_text:
            raise StepFailed(f"{self.command} summary was answered: {answer.response_text}")
        found = await self._wait(lambda m: m["ts"] not in known and _role(m) == "summary" and bool(_files(m)))
        self.record.timings["summary_s"] = time.monotonic() - began
        self.record.summary = found["text"]
        self.record.pictures["summary"] = await self.author.file(_files(found)[0])
        self._tell("summary", "summary_s")

    async def collect(self) -> None:
        """Everything that was said, in order."""
        self.doing = "reading the channel"
        for message in await self.author.messages(CHANNEL):
            self.record.messages.append(message)
            if message.get("reply_count"):
                thread = await self.author.messages(CHANNEL, message["ts"])
                self.record.messages += [reply for reply in thread if reply["ts"] != message["ts"]]

    async def last_word(self) -> str:
        """The newest message, to tell what went wrong."""
        messages = await self.author.messages(CHANNEL, self.root or None)
        return f"The last message was: {messages[-1]['text']}" if messages else "There was no message at all."

    async def _wait(self, found: Callable[[Message], bool], thread: str | None = None) -> Message:
        """The message that is waited for. Raises StepFailed when the bot says that it gave up."""

        def look(message: Message) -> bool:
            refused = _role(message) == "notice" and "Nothing was charged" in message["text"]
            if refused or message.get("ephemeral"):
                raise StepFailed(f"While {self.doing}, the bot said: {message['text']}")
            return found(message)

        return await self.watcher.wait_for(CHANNEL, look, timeout_s=STEP_LIMIT_S, thread_ts=thread)

    def _tell(self, what: str, timing: str) -> None:
        self.say(f"  ✓ {what} after {self.record.timings[timing]:.1f} s")


def _payload(message: Message) -> dict[str, Any]:
    return dict((message.get("metadata") or {}).get("event_payload", {}))


def _role(message: Message) -> str:
    return str(_payload(message).get("role", ""))


def _files(message: Message) -> list[str]:
    """Ids of the pictures that a message shows."""
    return [
        b["slack_file"]["id"] for b in message.get("blocks", []) if b["type"] == "image" and "slack_file" in b
    ]
