"""The editor, from releasing the button to the first look and to the result: the whole product, starter model."""

from __future__ import annotations

import asyncio
import io
import json
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import aiohttp
from PIL import Image

from bench.measuring import Result, in_turns
from bench.setting import Setting
from demo.supervise import Programs
from sandbox.client import Person

CHANNEL = "C0SNEAKERS"
PROMPT = "a red apple on a teal background"


async def editor(setting: Setting) -> list[Result]:
    """A quarter of a Pro picture painted over and fixed, through the page's own requests; the peer is `@… fix` in
    the thread, which shows no first look.
    """
    with tempfile.TemporaryDirectory() as scratch:
        async with Programs(Path(scratch), profile=setting.starter, say=lambda _: None) as programs:
            await programs.start(asyncio.Event())
            async with Person(programs.workspace_url, "U0ADA") as ada, aiohttp.ClientSession() as page:
                door = await _open(ada)
                firsts: list[float] = []

                async def ours() -> float:
                    first, whole = await _fix(page, door)
                    firsts.append(first)
                    return whole

                thread = await _thread(ada)

                async def peer() -> float:
                    return await _say(ada, thread)

                found = await in_turns(setting.rounds(7), {"ours": ours, "peer": peer})
    ratio = found["peer"].median / found["ours"].median
    return [
        Result(
            name="editor",
            what="a fix in the editor, from the button to the result, starter model",
            against="the same fix asked for in the thread",
            ours=found["ours"].median,
            peer=found["peer"].median,
            unit="s",
            ratio=ratio,
            ratio_unit="× faster",
            ours_range=found["ours"].range,
            peer_range=found["peer"].range,
            rounds=len(found["ours"].values),
            more={"first_look_seconds": sorted(firsts)[len(firsts) // 2]},
            note=f"the first look over the selection comes after {sorted(firsts)[len(firsts) // 2]:.2g} s",
        )
    ]


async def _thread(ada: Person) -> str:
    """The thread of the picture that is there."""
    for message in await ada.messages(CHANNEL):
        if _payload(message).get("role") == "grid":
            return str(message["ts"])
    raise RuntimeError("there is no grid")


async def _open(ada: Person) -> str:
    """Draft, approve, press “Edit picture”; the address of the editor that the person is given."""
    await ada.type(CHANNEL, f"/draft {PROMPT} --n 1 --seed 11")
    grid = await ada.wait_for(
        CHANNEL, lambda m: any(block.get("block_id") == "approve" for block in m.get("blocks", [])), 120
    )
    await ada.react(CHANNEL, grid["ts"], "one")
    pro = await ada.wait_for(
        CHANNEL,
        lambda m: _payload(m).get("role") == "pro" and "in Pro" in m["text"] and "Rendering" not in m["text"],
        120,
        grid["ts"],
    )
    await ada.click(pro, "edit_picture")
    told = await ada.wait_for(
        CHANNEL, lambda m: bool(m.get("ephemeral")) and "Open the editor" in m["text"], 30, grid["ts"]
    )
    return str(told["text"].partition(": ")[2].strip())


async def _fix(page: aiohttp.ClientSession, door: str) -> tuple[float, float]:
    """Seconds to the first look and to the result."""
    headers = {"Sec-Fetch-Site": "same-origin"}
    async with page.get(f"{door}/state") as answer:
        state = await answer.json()
    (shown,) = [one for one in state["versions"] if one["id"] == state["version"]]
    side = int(shown["width"]), int(shown["height"])
    mask = Image.new("L", side)
    mask.paste(255, (side[0] // 2, side[1] // 2, side[0], side[1]))
    out = io.BytesIO()
    mask.save(out, "PNG")
    form = aiohttp.FormData()
    payload = {
        "version": state["version"],
        "candidates": 1,
        "parts": [{"instruction": "replace it with a lemon"}],
        "key": uuid.uuid4().hex,
    }
    form.add_field("request", json.dumps(payload), content_type="application/json")
    form.add_field("mask0", out.getvalue(), filename="mask0.png", content_type="image/png")
    started, first = time.perf_counter(), 0.0
    async with page.post(f"{door}/fixes", data=form, headers=headers) as answer:
        told = await answer.json()
        if answer.status != 200:
            raise RuntimeError(f"the editor refused: {told}")
    async with page.get(f"{door}/jobs/{told['jobs'][0]}/events") as events:
        async for line in events.content:
            if not line.startswith(b"data: "):
                continue
            event = json.loads(line[6:])
            if event["type"] == "preview" and not first:
                first = time.perf_counter() - started
            if event["type"] in ("done", "failed"):
                if event["type"] == "failed":
                    raise RuntimeError(str(event))
                break
    whole = time.perf_counter() - started
    return first or whole, whole


async def _say(ada: Person, thread: str) -> float:
    """Seconds until a fix that is asked for in words stands in the thread."""
    before = {m["ts"] for m in await ada.messages(CHANNEL, thread) if _payload(m).get("role") == "fix"}
    started = time.perf_counter()
    await ada.say(CHANNEL, "@Draftroom fix bottom-right: replace it with a lemon", thread_ts=thread)
    await ada.wait_for(
        CHANNEL,
        lambda m: m["ts"] not in before and _payload(m).get("role") == "fix" and "Fixed" in m["text"],
        120,
        thread,
    )
    return time.perf_counter() - started


def _payload(message: dict[str, Any]) -> dict[str, Any]:
    payload: dict[str, Any] = (message.get("metadata") or {}).get("event_payload", {})
    return payload
