"""The guide's moments in a real browser, on a laptop and on a phone: nothing overflows, nothing is broken. Takes its pictures.

Only `make pictures` runs it: the gallery looks at the same moments each time.
"""

import asyncio
import io
import os
from contextlib import asynccontextmanager

import pytest
from PIL import Image, ImageDraw
from playwright.async_api import async_playwright

from tests.browser.conftest import FLAGS, LOADED, _chromium
from tests.end_to_end.product import (
    GENERAL,
    ROOT,
    SNEAKERS,
    TEAHOUSE,
    Product,
    approve_buttons,
    drafted,
    payload,
    shown,
    start,
    whispered,
    words,
)

SCREENS = {"laptop": {"width": 1280, "height": 860}, "phone": {"width": 390, "height": 844}}
GUIDE = ROOT / "docs" / "pictures" / "guide"


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """The product on the bundled model, at its own sizes."""
    folder = tmp_path_factory.mktemp("guide")
    engine, engine_url = start("engine", "--port", "0", "--profile", "starter", log=folder / "engine.log")
    product = Product(
        folder,
        engine_url,
        DRAFTROOM_DRAFT_SIZE_PX="256",
        DRAFTROOM_PRO_SIZE_PX="512",
        DRAFTROOM_ADVICE_PAUSE_S="12",
    )
    yield product.start_bot()
    product.stop()
    engine.terminate()
    engine.wait(30)


@asynccontextmanager
async def camera(product, folder):
    """`take(name, user, place, scroll to this text)` on both screens; everything a console says is remembered."""
    complaints = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_chromium(), args=list(FLAGS))

        async def take(name, user, place, text="", *, press=None):
            for screen, size in SCREENS.items():
                context = await browser.new_context(viewport=size, reduced_motion="reduce")
                page = await context.new_page()
                page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
                page.on("pageerror", lambda problem: complaints.append(str(problem)))
                await page.goto(f"{product.url}/?as={user}#{place}")
                await page.wait_for_selector("body.ready")
                if press:
                    await page.get_by_role("button", name=press).last.click()
                if text:
                    await page.get_by_text(text).last.scroll_into_view_if_needed()
                for _ in range(300):
                    if await page.evaluate(LOADED):
                        break
                    await page.wait_for_timeout(100)
                else:
                    raise AssertionError(f"a picture of {name} did not load")
                await page.wait_for_timeout(400)
                assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"], name
                png = await page.screenshot()
                Image.open(io.BytesIO(png)).convert("RGB").save(
                    folder / f"{name}{'-phone' if screen == 'phone' else ''}.webp", quality=78, method=6
                )
                await context.close()

        yield take
        await browser.close()
    assert complaints == []


def bottle():
    """A product on white, as a shop photographs it."""
    picture = Image.new("RGB", (256, 256), "white")
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((96, 70, 160, 236), 18, fill="#204c9c")
    draw.rectangle((114, 34, 142, 74), fill="#16356e")
    draw.rectangle((96, 130, 160, 180), fill="#f2d14a")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def has(message, action):
    return any(
        element.get("action_id") == action
        for block in message.get("blocks", [])
        if block["type"] == "actions"
        for element in block["elements"]
    )


@pytest.fixture
def album(tmp_path):
    """Where the pictures go: into the documents when they are taken anew."""
    if os.environ.get("UPDATE_PICTURES"):
        GUIDE.mkdir(parents=True, exist_ok=True)
        return GUIDE
    return tmp_path


@pytest.mark.skipif(not os.environ.get("UPDATE_PICTURES"), reason="takes pictures: make pictures")
async def test_the_guides_moments_on_a_laptop_and_on_a_phone(studio, album):
    async with (
        studio.person("U0ADA") as ada,
        studio.person("U0BEN") as ben,
        camera(studio, album) as take,
    ):
        # Rules: two approvals, one of them of the brand team.
        await ada.type(SNEAKERS, "/draft settings")
        await ada.submit(await ada.open_view(), {"needed": "2"})
        grid = await drafted(ada, SNEAKERS, "/draft a sunflower on a blue background --seed 7", 120)
        await ben.react(SNEAKERS, grid["ts"], "three")
        await ada.wait_for(SNEAKERS, lambda m: "1 of 2 approvals" in m["text"], 30, grid["ts"])
        await take("approval", "U0ADA", f"{SNEAKERS}/{grid['ts']}")
        await ada.react(SNEAKERS, grid["ts"], "three")
        pro = await shown(ada, SNEAKERS, "pro", grid["ts"])
        await ada.type(SNEAKERS, f"/draft deliver {payload(pro)['brief']}/pro 1080x1080 1200x628")
        await ada.wait_for(
            SNEAKERS, lambda m: "1200×628" in words(m) or "1200x628" in words(m), 60, grid["ts"]
        )
        await take("deliver", "U0ADA", f"{SNEAKERS}/{grid['ts']}")

        # Variations of the approved picture.
        known = {message["ts"] for message in await ada.messages(SNEAKERS)}
        await ada.click(grid, "draft_vary")
        await ada.click(await whispered(ada, SNEAKERS, "shall I vary"), "vary_cell_strong_3")
        varied = await ada.wait_for(
            SNEAKERS,
            lambda m: m["ts"] not in known and m.get("blocks") and len(approve_buttons(m)) == 4,
            120,
        )
        assert "strong variations" in words(varied)
        await take("vary", "U0ADA", SNEAKERS, "strong variations")

        # Before money is spent.
        await ada.type(GENERAL, "/draft exactly seven lemons on a white background")
        await ada.wait_for(GENERAL, lambda m: has(m, "advice_change"), 30)
        await take("advice", "U0ADA", GENERAL)

        # One product before many backgrounds.
        await ada.upload(
            TEAHOUSE,
            bottle(),
            "bottle.png",
            text="@Draftroom backgrounds\na teal background\na pink background\na yellow background\na purple background",
        )
        await ada.wait_for(TEAHOUSE, lambda m: m.get("blocks") and len(approve_buttons(m)) == 4, 120)
        await take("backgrounds", "U0ADA", TEAHOUSE, "product pixels changed")

        # A stress test.
        await ada.type(TEAHOUSE, "/draft stress 12 a red apple on a beige background --seed 3")
        asked = await ada.wait_for(TEAHOUSE, lambda m: "12 pictures, " in m["text"], 30)
        await take("stress-question", "U0ADA", TEAHOUSE)
        await ada.click(asked, "series_start")
        await ada.wait_for(TEAHOUSE, lambda m: has(m, "series_approve"), 180)
        await take("stress", "U0ADA", TEAHOUSE, "Approve picked")

        # The brand kit, and how far pictures are from it.
        await ada.type(TEAHOUSE, "/draft brand")
        await ada.submit(
            await ada.open_view(),
            {"palette": "Teal #0a9a92\nSignal red #d62828\nSand #f4e0cd\nInk #14213d", "tolerance": "20"},
        )
        await ada.wait_for(TEAHOUSE, lambda m: "set this channel's brand kit" in m["text"], 30)
        await ada.type(TEAHOUSE, "/draft drift")
        await ada.wait_for(TEAHOUSE, lambda m: "Drift of" in words(m), 60)
        await take("drift", "U0ADA", TEAHOUSE, "Drift of")
        await ada.home()
        await take("home", "U0ADA", "home")
        await asyncio.sleep(0)
    assert {path.stem for path in album.glob("*.webp")} >= {
        f"{name}{screen}"
        for name in (
            "approval",
            "vary",
            "deliver",
            "advice",
            "backgrounds",
            "stress",
            "stress-question",
            "drift",
            "home",
        )
        for screen in ("", "-phone")
    }
