"""What the editor's browser tests sit at: a whole product on a tiny model, and fingers on the editor's canvas. No tests here."""

import asyncio
import io
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import numpy as np
from PIL import Image

from tests.end_to_end.product import SNEAKERS, drafted, payload, shown, whispered, words

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}
LAPTOP = {"viewport": {"width": 1280, "height": 800}}


def _run(work):
    """Playwright's loop runs in this thread, so people act in another."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(asyncio.run, work).result()


class EditorDesk:
    """A product, a thread with a Pro render, and pages of the editor."""

    def __init__(self, browser, product):
        self.browser = browser
        self.product = product
        self.contexts = []
        self.complaints = []

    def thread(self, prompt="a red cup"):
        """Draft a picture and approve it. Returns the thread's ts."""

        async def work():
            async with self.product.person("U0ADA") as ada:
                grid = await drafted(ada, SNEAKERS, f"/draft {prompt} --n 1 --seed 7")
                await ada.react(SNEAKERS, grid["ts"], "one")
                await shown(ada, SNEAKERS, "pro", grid["ts"])
                return grid["ts"]

        return _run(work())

    def link(self, thread, person="U0ADA", role="pro"):
        """Press "Edit picture" under the newest message of that role; the link that only this person sees."""

        async def work():
            async with self.product.person(person) as one:
                found = await one.wait_for(
                    SNEAKERS, lambda m: payload(m).get("role") == role and m["blocks"], thread_ts=thread
                )
                before = {m["ts"] for m in await one.messages(SNEAKERS, thread)}
                await one.click(found, "edit_picture")
                told = await one.wait_for(
                    SNEAKERS,
                    lambda m: m.get("ephemeral") and "Open the editor" in m["text"] and m["ts"] not in before,
                    thread_ts=thread,
                )
                (button,) = [b for block in told["blocks"] for b in block.get("elements", []) if b.get("url")]
                assert button["url"] in told["text"]
                return button["url"]

        return _run(work())

    def open(self, url, **context):
        """The editor's page, ready."""
        made = self.browser.new_context(**{"reduced_motion": "reduce", **LAPTOP, **context})
        made.set_default_timeout(20_000)
        self.contexts.append(made)
        page = made.new_page()
        page.on(
            "console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text)
        )
        page.on("pageerror", lambda problem: self.complaints.append(str(problem)))
        page.goto(url)
        page.wait_for_selector("body.ready")
        return page

    def thread_says(self, thread, part, person="U0BEN", role="fix", timeout_s=60):
        """The thread's message of that role that says this, as somebody else sees it."""

        async def work():
            async with self.product.person(person) as one:
                return await one.wait_for(
                    SNEAKERS,
                    lambda m: payload(m).get("role") == role and part in words(m),
                    timeout_s,
                    thread,
                )

        return _run(work())

    def whisper(self, person, part, thread=None):
        async def work():
            async with self.product.person(person) as one:
                return await whispered(one, SNEAKERS, part, thread)

        return _run(work())

    def do(self, person, act):
        """Let a person act in the workspace: `act(person)` is awaited."""

        async def work():
            async with self.product.person(person) as one:
                return await act(one)

        return _run(work())

    def pixels(self, version):
        """The stored pixels of a version, as the database names them."""
        (row,) = self.rows("SELECT picture FROM versions WHERE id = ?", version)
        return self.stored(row["picture"])

    def stored(self, sha256):
        (path,) = (self.product.data / "pictures" / sha256[:2]).glob(f"{sha256}.*")
        return np.asarray(Image.open(io.BytesIO(path.read_bytes())))

    def rows(self, sql, *values):
        with closing(sqlite3.connect(self.product.data / "draftroom.sqlite3")) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(sql, values)]

    def forget_results(self):
        """Nothing waits for a word any more."""
        with closing(sqlite3.connect(self.product.data / "draftroom.sqlite3", timeout=20)) as database:
            database.execute("UPDATE staged_versions SET state = 'discarded' WHERE state = 'waiting'")
            database.commit()

    def newest(self, thread=None):
        """The newest version of all."""
        return self.rows("SELECT * FROM versions ORDER BY id DESC LIMIT 1")[0]

    def close(self):
        for context in self.contexts:
            context.close()


def view(page):
    """Where the picture lies on the screen: scale, left, top in CSS pixels."""
    # A locator's wait is no script in the page, which the page's own policy would forbid.
    page.locator("#canvas[data-view]").wait_for(state="attached")
    scale, left, top = map(float, page.locator("#canvas").get_attribute("data-view").split())
    box = page.locator("#canvas").bounding_box()
    return scale, box["x"] + left, box["y"] + top


def at(page, x, y):
    """The place on the screen of a pixel of the picture."""
    scale, left, top = view(page)
    return left + x * scale, top + y * scale


def drag(page, *points):
    """Draw with the mouse through pixels of the picture."""
    page.mouse.move(*at(page, *points[0]))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*at(page, *point), steps=5)
    page.mouse.up()


def touch(page, *fingers, steps=6):
    """Draw with fingers: each is a list of pixels of the picture, moved through at the same time."""
    client = page.context.new_cdp_session(page)
    paths = [[at(page, *point) for point in finger] for finger in fingers]

    def points(share):
        found = []
        for number, path in enumerate(paths):
            place = share * (len(path) - 1)
            index = min(int(place), len(path) - 2)
            part = place - index
            (x0, y0), (x1, y1) = path[index], path[index + 1]
            found.append({"x": x0 + (x1 - x0) * part, "y": y0 + (y1 - y0) * part, "id": number})
        return found

    client.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points(0)})
    total = steps * max(len(path) - 1 for path in paths)
    for step in range(1, total + 1):
        client.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points(step / total)})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    client.detach()


def colours(page):
    """What the canvas shows, as an array of RGB."""
    return np.asarray(Image.open(io.BytesIO(page.locator("#canvas").screenshot())).convert("RGB")).astype(int)
