"""Every kind of message, form and page on a desktop and a phone, in light and dark: nothing overflows, no console complains.

`make gallery` keeps the pictures in `gallery/`, with a page to look through them; without it, a phone in the dark and a
desktop in the light are looked at.
"""

import asyncio
import html
import os
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from tests.browser.conftest import FLAGS, LOADED, _chromium
from tests.end_to_end.product import (
    GENERAL,
    ROOT,
    SNEAKERS,
    TEAHOUSE,
    Product,
    approve_buttons,
    chosen,
    drafted,
    payload,
    shown,
    start,
    whispered,
    words,
)
from tests.end_to_end.test_cards import dealt
from tests.end_to_end.test_guide_pictures import bottle, has

SCREENS = {
    "desktop": {"viewport": {"width": 1280, "height": 860}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
#: Where nobody looks through the pictures, each screen in one of them.
SCHEMES = (
    {"desktop": ("light", "dark"), "phone": ("light", "dark")}
    if os.environ.get("GALLERY")
    else {"desktop": ("light",), "phone": ("dark",)}
)


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """The product on the bundled model, at its own sizes; dear, so that a budget can run low."""
    folder = tmp_path_factory.mktemp("gallery")
    engine, engine_url = start("engine", "--port", "0", "--profile", "starter", log=folder / "engine.log")
    sizes = {"DRAFTROOM_DRAFT_SIZE_PX": "256", "DRAFTROOM_PRO_SIZE_PX": "512"}
    product = Product(folder, engine_url, **sizes, DRAFTROOM_ADVICE_PAUSE_S="1")
    yield product.start_bot()
    product.stop()
    engine.terminate()
    engine.wait(30)


@pytest.fixture
def wall(tmp_path):
    """Where the pictures hang."""
    if not os.environ.get("GALLERY"):
        return tmp_path
    folder = ROOT / "gallery"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    return folder


@asynccontextmanager
async def photographer(product, wall):
    """`take(name, place, text)` photographs a place of Ada's, at the last message that holds the text, or an address."""
    complaints = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_chromium(), args=list(FLAGS))

        pages = {}
        for screen, size in SCREENS.items():
            for scheme in SCHEMES[screen]:
                context = await browser.new_context(**size, color_scheme=scheme, reduced_motion="reduce")
                page = pages[screen, scheme] = await context.new_page()
                page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
                page.on("pageerror", lambda problem: complaints.append(str(problem)))

        async def shoot(page, screen, scheme, name, place, text, address):
            await page.goto("about:blank")
            await page.goto(address or f"{product.url}/?as=U0ADA#{place}")
            if not address:
                await page.wait_for_selector("body.ready")
                await page.wait_for_timeout(300)
            if text:
                found = page.locator(".message, .home-view > *").filter(has_text=text).last
                await found.evaluate("one => one.scrollIntoView({block: 'end'})")
            # Asked again and again: the editor's policy lets no predicate of ours run in its page.
            for _ in range(300):
                if await page.evaluate(LOADED):
                    break
                await page.wait_for_timeout(100)
            else:
                raise AssertionError(f"a picture of {name} did not load on a {screen}")
            await page.wait_for_timeout(200)
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= SCREENS[screen]["viewport"]["width"], f"{name} overflows on a {screen}"
            await page.screenshot(path=wall / f"{name}-{screen}-{scheme}.png")

        async def take(name, place="", text="", *, address=""):
            await asyncio.gather(
                *(
                    shoot(page, screen, scheme, name, place, text, address)
                    for (screen, scheme), page in pages.items()
                )
            )

        yield take
        await browser.close()
    assert complaints == []


def _hang(wall: Path) -> None:
    """A page on which all pictures of a moment hang beside each other."""
    names = sorted({path.stem.rsplit("-", 2)[0] for path in wall.glob("*.png")})
    rows = [
        f"<h2>{html.escape(name)}</h2><div>"
        + "".join(
            f'<a href="{name}-{screen}-{scheme}.png"><img src="{name}-{screen}-{scheme}.png" alt="" height="420"></a>'
            for screen in SCREENS
            for scheme in SCHEMES[screen]
        )
        + "</div>"
        for name in names
    ]
    style = "<style>body{font:15px sans-serif;margin:2em}div{display:flex;gap:8px;overflow-x:auto}</style>"
    (wall / "index.html").write_text(f"<!doctype html><title>Gallery</title>{style}{''.join(rows)}")


async def _form(person, line, take, name):
    """Photograph the form that a command opens, and close it."""
    await person.type(SNEAKERS, line)
    view = await person.open_view()
    await take(name, SNEAKERS)
    await person.close(view)


async def test_all_that_people_see(studio, wall):
    async with (
        studio.person("U0ADA") as ada,
        studio.person("U0BEN") as ben,
        photographer(studio, wall) as take,
    ):
        await take("welcome", SNEAKERS)
        # One grid, all that is said of it, its render and its fix.
        grid = await drafted(ada, SNEAKERS, "/draft a sunflower on a blue background --seed 7", 120)
        await take("grid", SNEAKERS, "a sunflower")
        view = await chosen(ada, grid, "grid_details")
        await take("details", SNEAKERS)
        await ada.close(view)
        view = await chosen(ada, grid, "draft_remove")
        await take("remove", SNEAKERS)
        await ada.close(view)
        await ada.click(grid, "draft_vary")
        await whispered(ada, SNEAKERS, "shall I vary")
        await take("vary-which", SNEAKERS, "shall I vary")
        await ben.click(grid, "approve_cell_2")
        pro = await shown(ada, SNEAKERS, "pro", grid["ts"])
        await ada.wait_for(SNEAKERS, lambda m: m["ts"] == grid["ts"] and "2 in Pro" in words(m), 30)
        await take("grid-marked", SNEAKERS, "2 in Pro, by")
        await take("pro-broadcast", SNEAKERS, "Picture 2 in Pro")
        await ada.say(SNEAKERS, "@Draftroom fix center: make it pink", thread_ts=grid["ts"])
        await shown(ada, SNEAKERS, "fix", grid["ts"], count=2, timeout_s=120)
        await take("thread", f"{SNEAKERS}/{grid['ts']}")
        await ada.click(pro, "edit_picture")
        opened = await whispered(ada, SNEAKERS, "Open the editor", grid["ts"])
        await take("editor-link", f"{SNEAKERS}/{grid['ts']}")
        (link,) = [
            one["url"] for block in opened["blocks"] for one in block.get("elements", []) if one.get("url")
        ]
        await take("editor", address=link)
        await ada.say(SNEAKERS, "@Draftroom warmer light", thread_ts=grid["ts"])
        await ada.wait_for(SNEAKERS, lambda m: "in the channel" in words(m), 30, grid["ts"])
        await take("thread-leads", f"{SNEAKERS}/{grid['ts']}")
        # Help, and what is refused.
        await ada.type(SNEAKERS, "/draft help")
        asked = await whispered(ada, SNEAKERS, "/draft summary")
        await take("help", SNEAKERS, "/draft summary")
        await ada.click(asked, "help_more_many")
        view = await ada.open_view()
        await take("help-topic", SNEAKERS)
        await ada.close(view)
        await ada.say(SNEAKERS, "@Draftroom fix the hat: make it red", thread_ts=grid["ts"])
        await whispered(ada, SNEAKERS, "hat", grid["ts"])
        await take("refused-region", f"{SNEAKERS}/{grid['ts']}")
        await ada.type(SNEAKERS, "/draft mine")
        await take("mine", SNEAKERS, "sunflower-1")
        # Forms.
        await _form(ada, "/draft", take, "form-draft")
        await _form(ada, "/draft settings", take, "form-settings")
        await _form(ada, "/draft brand", take, "form-brand")
        await ada.click(pro, "deliver_picture")
        view = await ada.open_view()
        await take("form-deliver", SNEAKERS)
        await ada.close(view)
        await ada.type(SNEAKERS, f"/draft deliver {payload(pro)['brief']}/pro 1080x1080 1200x628")
        await ada.wait_for(
            SNEAKERS, lambda m: "1200×628" in words(m) or "1200x628" in words(m), 60, grid["ts"]
        )
        await take("deliver", f"{SNEAKERS}/{grid['ts']}")
        # Warned of, flagged, short of money, as cards, counted, stopped.
        await ada.type(GENERAL, "/draft brand")
        kit = {"palette": "Signal red #d62828\nSand #f4e0cd", "always": "soft light", "tolerance": "10"}
        await ada.submit(await ada.open_view(), kit)
        await ada.wait_for(GENERAL, lambda m: "set this channel's brand kit" in m["text"], 30)
        await take("brand-set", GENERAL, "brand kit")
        await ada.type(GENERAL, "/draft exactly seven cupcakes on a teal background")
        await ada.wait_for(GENERAL, lambda m: has(m, "advice_change"), 30)
        await take("draft-warned", GENERAL, "seven cupcakes")
        await ada.wait_for(GENERAL, lambda m: "seven cupcakes" in words(m) and approve_buttons(m), 120)
        await take("grid-warned", GENERAL, "seven cupcakes")
        await ada.type(GENERAL, "/draft drift")
        await ada.wait_for(GENERAL, lambda m: "Drift of" in words(m), 60)
        await take("drift", GENERAL, "Drift of")
        await ada.type(GENERAL, "/draft settings")
        await ada.submit(await ada.open_view(), {"needed": "2", "grid_form": "cards"})
        await ada.wait_for(GENERAL, lambda m: "changed how this channel works" in m["text"], 30)
        await take("settings-changed", GENERAL, "changed how")
        cards = await dealt(ada, GENERAL, "/draft a donut on a mint background --seed 3")
        await take("cards", GENERAL, "a donut")
        await ben.react(GENERAL, cards["ts"], "one")
        await ada.wait_for(GENERAL, lambda m: m["ts"] == cards["ts"] and "1 of 2" in words(m), 30)
        await take("approval-counted", f"{GENERAL}/{cards['ts']}")
        # Many at once.
        backgrounds = "@Draftroom backgrounds\na teal background\na pink background\na yellow background"
        await ada.upload(TEAHOUSE, bottle(), "bottle.png", text=backgrounds)
        await ada.wait_for(TEAHOUSE, lambda m: m.get("blocks") and len(approve_buttons(m)) == 3, 120)
        await take("backgrounds", TEAHOUSE, "bottle")
        await ada.type(TEAHOUSE, "/draft stress 12 a strawberry on a cream background --seed 3")
        asked = await ada.wait_for(TEAHOUSE, lambda m: "12 pictures, " in m["text"], 30)
        await take("stress-question", TEAHOUSE, "12 pictures")
        await ada.click(asked, "series_start")
        await ada.wait_for(TEAHOUSE, lambda m: has(m, "series_approve"), 180)
        await take("stress", TEAHOUSE, "a strawberry")
        # Money.
        await ada.type(SNEAKERS, "/draft summary")
        await shown(ada, SNEAKERS, "summary")
        await take("summary", SNEAKERS, "Today so far")
        await ada.type(SNEAKERS, "/draft costs")
        costs = await ada.wait_for(SNEAKERS, lambda m: m.get("ephemeral") and has(m, "costs_csv"), 30)
        await take("costs", SNEAKERS)
        pages = [
            one["url"] for block in costs["blocks"] for one in block.get("elements", []) if one.get("url")
        ]
        for page in pages[:1]:
            await take("costs-page", address=page)
        await ada.type(SNEAKERS, "/draft budget")
        await take("budget", SNEAKERS)
        spent = studio.rows("SELECT sum(amount_micro) AS micro FROM ledger WHERE kind = 'settle'")[0]["micro"]
        await ada.type(SNEAKERS, f"/draft budget set {spent * 1.4 / 1e6:.6f} monthly")
        await drafted(ada, SNEAKERS, "/draft a rocket on a purple background --n 1", 120)
        await take("grid-short-of-money", SNEAKERS, "a rocket")
        await ben.type(SNEAKERS, "/draft budget more 5 for the launch")
        await ada.wait_for(SNEAKERS, lambda m: "for the launch" in words(m), 30)
        await take("budget-request", SNEAKERS, "for the launch")
        # Home.
        await ada.home()
        await take("home", "home")
        await ada.submit(await chosen(ada, grid, "draft_remove"), {})
        await ada.wait_for(SNEAKERS, lambda m: m["ts"] == grid["ts"] and "removed the grid" in m["text"], 30)
        await take("removed", SNEAKERS, "removed the grid")
    _hang(wall)
    taken = {path.stem.rsplit("-", 2)[0] for path in wall.glob("*.png")}
    assert len(taken) >= 36
    each = sum(len(schemes) for schemes in SCHEMES.values())
    assert len(list(wall.glob("*.png"))) == each * len(taken), "each on every screen"
