"""Every method of the Web API that the bot uses answers in every bad way; people get everything once all the same."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from sandbox.client import Control, Refused
from tests.end_to_end.product import Product, approve_buttons, payload
from tests.torture import house
from tests.torture.report import Report

METHODS = (
    "chat.postMessage",
    "chat.update",
    "files.getUploadURLExternal",
    "upload",
    "files.completeUploadExternal",
    "files.info",
    "reactions.add",
    "users.info",
    "conversations.info",
    "chat.postEphemeral",
    "conversations.replies",
    "conversations.history",
)
#: How a call is answered, and what became of it.
ANSWERS = (
    {"answer": "429", "retry_after": "1"},
    {"answer": "500_text"},
    {"answer": "502_html"},
    {"answer": "503_text"},
    {"answer": "cut_json"},
    {"answer": "cut_json", "work": "done"},
    {"answer": "hang", "hang_s": 1.0},
    {"answer": "reset", "work": "done"},
    {"answer": "internal_error", "work": "done"},
    {"answer": "fatal_error"},
)


async def run(report: Report, folder: Path, engine: str, *, methods: int) -> None:
    """A draft, an approval and its Pro render under each fault."""
    product = Product(folder, engine, DRAFTROOM_APPROVAL_GRACE_S="0").start_bot()
    try:
        async with product.person("U0ADA") as ada, Control(product.url) as control:
            for method in METHODS[:methods]:
                for answer in ANSWERS:
                    replay = f"--part slack: {method} {answer}"
                    known = {m["ts"] for m in await ada.messages("C0SNEAKERS")}
                    await control.set_faults({"calls": [{"method": method, "times": 2, **answer}]})
                    kept = await _loop(ada, known)
                    report.hold("a draft and its Pro come whatever Slack answers", kept, replay)
                    await control.set_faults({})
            report.hold(
                "after Slack's bad days all comes to rest", await house.quiet(product, 180), "--part slack"
            )
            await house.check(product, report, "--part slack")
    finally:
        product.stop()


async def _loop(ada, known) -> bool:
    """Draft, approve, see the Pro render; whether it came."""

    def finished(message) -> bool:
        return (
            message["ts"] not in known
            and payload(message).get("role") == "grid"
            and bool(approve_buttons(message))
        )

    async def draft() -> bool:
        return not (await ada.type("C0SNEAKERS", "/draft a red apple --n 1")).response_text

    async def approve() -> bool:
        await ada.click(grid, approve_buttons(grid)[0]["action_id"])
        return True

    try:
        async with asyncio.timeout(120):
            await _again(draft)
            grid = await ada.wait_for("C0SNEAKERS", finished, 60)
            await _again(approve)
            await ada.wait_for("C0SNEAKERS", lambda m: payload(m).get("role") == "pro", 60, grid["ts"])
    except TimeoutError:
        return False
    return True


async def _again(act) -> None:
    """What Slack says was not acknowledged, or what was refused in words, people do again."""
    while True:
        with contextlib.suppress(Refused):
            if await act():
                return
        await asyncio.sleep(0.5)
