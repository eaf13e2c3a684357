"""Every method of the Web API that the bot uses answers in every bad way; people get everything once all the same.

Two promises: what is paid for, and App Home, come by themselves, once, whatever Slack answers; and what somebody asks
at the moment (a form, a whisper, a link) works when they ask again. A fault that never struck is a failure, not a success.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from sandbox.client import Control, Json, Person, Refused
from tests.end_to_end.product import Product, chosen, payload, start
from tests.torture import house
from tests.torture.report import Report

CHANNEL = "C0SNEAKERS"
#: Here a user group approves.
GROUP_CHANNEL = "C0TEAHOUSE"
#: How a call is answered, and what became of it; `work` done: success that is reported as failure.
ANSWERS: tuple[Json, ...] = (
    {"answer": "429", "retry_after": "1"},
    {"answer": "429", "retry_after": "soon", "error": "rate_limited"},
    {"answer": "500_text"},
    {"answer": "502_html"},
    {"answer": "502_html_as_json"},
    {"answer": "cut_json"},
    {"answer": "cut_json", "work": "done"},
    {"answer": "hang", "hang_s": 1.0},
    {"answer": "reset", "work": "done"},
    {"answer": "internal_error", "work": "done"},
    {"answer": "fatal_error"},
)
#: A post that was carried out, so that its message has to be looked for.
_LOST = {"method": "chat.postMessage", "answer": "reset", "work": "done", "times": 1}
_PATIENCE_S = 120


def picture(mode: str = "RGB") -> bytes:
    """A picture, or a mask, of 64 pixels a side."""
    out = io.BytesIO()
    image = Image.new(mode, (64, 64))
    image.paste(255 if mode == "L" else (255, 0, 0), (10, 20, 40, 50))
    image.save(out, "PNG")
    return out.getvalue()


@dataclass
class Days:
    """The product, a person in it, and what they do under each fault."""

    product: Product
    ada: Person
    #: Is in the group that approves.
    ben: Person
    control: Control
    #: Drafts so far; each has its own number in its prompt.
    drafts: int = 0
    grids: list[Json] = field(default_factory=list)

    async def loop(self) -> None:
        """A draft and its Pro render, waited for."""
        grid = await self.draft()
        await _again(lambda: self._press(grid))
        await self._wait(lambda m: payload(m).get("role") == "pro" and bool(_files(m)), grid["ts"])

    async def marked(self) -> None:
        """A grid that is marked with a link to its Pro render."""
        grid = await self._fresh()
        await _again(lambda: self._press(grid))
        await self._wait(lambda m: m["ts"] == grid["ts"] and "/archives/" in str(m["blocks"]))

    async def by_group(self) -> None:
        """An approval by somebody of a user group."""
        grid = await self.draft(GROUP_CHANNEL)

        async def pressed() -> bool:
            await self.ben.click(grid, "approve_cell_1", channel=GROUP_CHANNEL)
            return True

        await _again(pressed)
        await self.ada.wait_for(
            GROUP_CHANNEL,
            lambda m: payload(m).get("role") == "pro" and bool(_files(m)),
            90,
            grid["ts"],
        )

    async def draft(self, channel: str = CHANNEL) -> Json:
        """A draft, waited for."""
        self.drafts += 1
        prompt = f"a red apple number {self.drafts}."

        async def typed() -> bool:
            return not (await self.ada.type(channel, f"/draft {prompt} --n 1")).response_text

        await _again(typed)
        grid = await self.ada.wait_for(
            channel, lambda m: prompt in str(m) and bool(house.actions(m, "approve_cell_")), 90
        )
        if channel == CHANNEL:
            self.grids.append(grid)
        return grid

    async def pro_of_an_earlier(self) -> None:
        """A Pro render whose post in the thread may be lost."""
        grid = await self._fresh()
        await _again(lambda: self._press(grid))
        await self._wait(lambda m: payload(m).get("role") == "pro" and bool(_files(m)), grid["ts"])

    async def remove(self) -> None:
        """A grid is removed, and the bot's own numbers with it."""
        grid = await self._fresh()

        async def sent() -> bool:
            await self.ada.submit(await chosen(self.ada, grid, "draft_remove"), {})
            return True

        await _again(sent)
        await self._wait(lambda m: m["ts"] == grid["ts"] and "removed the grid" in m["text"])

    async def masked(self) -> None:
        """A fix by a mask that has to be fetched."""
        grid = self.grids[-1]
        known = {m["ts"] for m in await self.ada.messages(CHANNEL, grid["ts"])}
        await self.ada.upload(
            CHANNEL, picture("L"), "mask.png", "@Draftroom fix cell 1: make it red", grid["ts"]
        )
        await self._wait(
            lambda m: m["ts"] not in known and payload(m).get("role") == "fix" and bool(_files(m)), grid["ts"]
        )

    async def whisper(self) -> None:
        """Something to which only a whisper answers."""
        grid = self.grids[-1]
        known = {m["ts"] for m in await self.ada.messages(CHANNEL)}
        await self.ada.react(CHANNEL, grid["ts"], "octagonal_sign")
        try:
            await self._wait(lambda m: bool(m.get("ephemeral")) and m["ts"] not in known, within_s=10)
        finally:
            await self.ada.unreact(CHANNEL, grid["ts"], "octagonal_sign")

    async def form(self) -> None:
        """The form of a draft."""
        answer = await self.ada.type(CHANNEL, "/draft")
        if answer.response_text:
            raise TimeoutError(answer.response_text)
        await self.ada.close(await self.ada.open_view(3))

    async def by_the_other_way(self) -> None:
        """A whisper where the bot may not post, by the address that came with what was typed."""
        await self.ada.type(CHANNEL, "/draft help")
        await self.whisper()

    async def settings(self) -> Json:
        """A channel's settings, with the user groups."""
        answer = await self.ada.type(GROUP_CHANNEL, "/draft settings")
        if answer.response_text:
            raise TimeoutError(answer.response_text)
        view = await self.ada.open_view(3)
        if "S0BRAND" not in str(view):
            await self.ada.close(view)
            raise TimeoutError("the form has no groups")
        return view

    async def looked_at(self) -> None:
        """The settings' form, closed again."""
        await self.ada.close(await self.settings())

    async def let_a_group_approve(self) -> None:
        """From now on, in that channel."""
        view = await self.settings()
        answer = await self.ada.submit(view, {"who": "group", "needed": "1", "group": "S0BRAND"})
        assert not answer.get("errors"), answer

    async def by_name(self) -> None:
        """Somebody is called by their name."""
        answer = await self.ada.type(CHANNEL, "/draft signout @ben")
        if "U0BEN" not in (answer.response_text or ""):
            raise TimeoutError(answer.response_text)

    async def home(self) -> None:
        """App Home, which comes by itself."""
        await self.ada.home(30)

    async def _press(self, grid: Json) -> bool:
        await self.ada.click(grid, "approve_cell_1", channel=CHANNEL)
        return True

    async def _fresh(self) -> Json:
        """A grid that nothing was done with yet, made while nothing goes wrong."""
        plan = await self.control.faults()
        await self.control.set_faults({})
        grid = await self.draft()
        calls = [{k: v for k, v in one.items() if k != "struck"} for one in plan["calls"]]
        await self.control.set_faults({"calls": calls})
        return grid

    async def _wait(
        self, predicate: Callable[[Json], bool], thread_ts: str | None = None, within_s: float = 90
    ) -> Json:
        return await self.ada.wait_for(CHANNEL, predicate, within_s, thread_ts)

    def restart(self) -> None:
        """A bot that knows nobody yet."""
        self.product.kill_bot()
        self.product.start_bot()


def _files(message: Json) -> list[Json]:
    return [block for block in message.get("blocks", []) if block["type"] == "image"]


async def _again(act: Callable[[], Awaitable[bool]]) -> None:
    """What was not acknowledged, or was refused in words, people do again."""
    while True:
        with contextlib.suppress(Refused, TimeoutError):
            if await act():
                return
        await asyncio.sleep(0.5)


#: By method: what is done under its faults, and the faults beside it without which it is not called.
DURABLE: dict[str, tuple[Callable[[Days], Awaitable[object]], tuple[Json, ...]]] = {
    "chat.postMessage": (Days.loop, ()),
    "chat.update": (Days.loop, ()),
    "files.getUploadURLExternal": (Days.loop, ()),
    "upload": (Days.loop, ()),
    "files.completeUploadExternal": (Days.loop, ()),
    "files.info": (Days.loop, ()),
    "files.delete": (Days.loop, ()),
    "reactions.add": (Days.loop, ()),
    "conversations.history": (Days.draft, (_LOST,)),
    "conversations.replies": (Days.pro_of_an_earlier, (_LOST,)),
    "reactions.remove": (Days.remove, ()),
    "chat.getPermalink": (Days.marked, ()),
    "views.publish": (Days.home, ()),
}
#: What is asked at the moment; it has to work when it is asked again, with what else goes wrong all the while.
ASKED: dict[str, tuple[Callable[[Days], Awaitable[object]], tuple[Json, ...]]] = {
    "download": (Days.masked, ()),
    "chat.postEphemeral": (Days.whisper, ()),
    "views.open": (Days.form, ()),
    "users.list": (Days.by_name, ()),
    "usergroups.list": (Days.looked_at, ()),
    "response_url": (
        Days.by_the_other_way,
        ({"method": "chat.postEphemeral", "answer": "not_in_channel"},),
    ),
}
#: Asked of by a bot that has just been started.
FIRST: dict[str, Callable[[Days], Awaitable[object]]] = {
    "users.info": Days.draft,
    "conversations.info": Days.draft,
    "conversations.members": Days.loop,
    "usergroups.users.list": Days.by_group,
}
#: Needed for a start.
START = ("auth.test", "apps.connections.open")
METHODS = (*DURABLE, *ASKED, *FIRST, *START)


async def run(report: Report, folder: Path, *, methods: tuple[str, ...]) -> None:
    """Each method × each answer."""
    engine, address = start(
        "tests.torture.instant", *("--delay", "0.3", "0.6", "--previews"), log=folder / "engine.log"
    )
    product = Product(
        folder,
        address,
        DRAFTROOM_APPROVAL_GRACE_S="0",
        DRAFTROOM_NUMBER_REACTIONS="true",
        DRAFTROOM_DEFAULT_BUDGET="1000 monthly",
        workspace=("--rate-factor", "10"),
    ).start_bot()
    with house.stopped(product, engine):
        async with (
            product.person("U0ADA") as ada,
            product.person("U0BEN") as ben,
            Control(product.url) as control,
        ):
            days = Days(product, ada, ben, control)
            await days.let_a_group_approve()
            for method in methods:
                if not days.grids:
                    await days.draft()
                for answer in ANSWERS:
                    await _try(report, days, method, answer)
                print(f"  {method}, {report.failures} failures", flush=True)
            await house.rest(product, report, "after Slack's bad days all comes to rest", "--part slack")


async def _try(report: Report, days: Days, method: str, answer: Json) -> None:
    replay = f"--part slack --method {method} ({house.show(answer)})"
    act, beside = DURABLE.get(method, (None, ()))
    fault = {"method": method, "times": 2, **answer}
    plan = {"calls": [fault, *beside]}
    if method in START:
        act, promise = Days.draft, "the bot starts whatever Slack answers"
        days.product.kill_bot()
    elif method in FIRST:
        act, promise = FIRST[method], "whom Slack does not know for a moment works a moment later"
        days.restart()
    elif method in ASKED:
        act, beside = ASKED[method]
        plan["calls"] = [{**fault, "times": 1}, *beside]
        promise = "what Slack does not show works when it is asked for again"
    else:
        promise = "what is paid for comes once, whatever Slack answers"
    assert act
    await days.control.set_faults(plan)
    if method in START:
        days.product.start_bot()
    if method in ASKED:
        with contextlib.suppress(TimeoutError, Refused):
            async with asyncio.timeout(12):
                await act(days)
        struck = await _struck(days)
        await days.control.set_faults({"calls": beside})
        # Whoever is put off for a second asks again after one.
        await asyncio.sleep(1.5)
        kept = await _comes(days, act)
        await days.control.set_faults({})
    else:
        kept, struck = True, 0
        # What is tidied up afterwards may still be on its way, and not every draft has something to tidy up.
        for _ in range(3):
            kept = kept and await _comes(days, act)
            for _ in range(100):
                if struck := await _struck(days):
                    break
                await asyncio.sleep(0.1)
            if struck:
                break
        await days.control.set_faults({})
    report.hold(promise, kept, replay)
    report.hold("each fault of Slack's struck", struck > 0, replay)


async def _comes(days: Days, act: Callable[[Days], Awaitable[object]]) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await act(days)
    except (TimeoutError, Refused):
        return False
    return True


async def _struck(days: Days) -> int:
    calls = (await days.control.faults())["calls"]
    return int(calls[0]["struck"]) if calls else 0
