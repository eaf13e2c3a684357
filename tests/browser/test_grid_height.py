"""On a phone, a grid's picture and all its controls are on the screen together, whatever else the bot has to say of it."""

import pytest

from tests.browser.editor_desk import PHONE
from tests.end_to_end.product import GENERAL, SNEAKERS, approve_buttons, drafted, words
from tests.end_to_end.test_brand_kits import set_kit
from tests.end_to_end.test_cards import dealt

#: Both dimensions count: what is above and below the messages, too.
SCREEN = PHONE["viewport"]["height"]

MEASURE = """message => {
  const controls = [...message.querySelectorAll(".block-actions button")].map(one => one.getBoundingClientRect());
  const picture = message.querySelector(".picture").getBoundingClientRect();
  const bottom = Math.max(...controls.map(one => one.bottom));
  return [bottom - picture.top, message.getBoundingClientRect().height, controls.length];
}"""
HARD = "/draft seven hands that hold a sign with the words SUMMER SALE, perfectly symmetrical, on a teal background"


@pytest.fixture
def phone(browser, editor_product):
    """The workspace's page on a phone; fails on anything that its console complains of."""
    complaints = []
    page = browser.new_context(reduced_motion="reduce", **PHONE).new_page()
    page.on("console", lambda said: said.type in ("error", "warning") and complaints.append(said.text))
    page.on("pageerror", lambda problem: complaints.append(str(problem)))
    page.goto(f"{editor_product.url}/?as=U0ADA")
    page.wait_for_selector("body.ready")
    yield page
    page.context.close()
    assert complaints == []


def measured(page, grid):
    """From the top of a message's picture to the bottom of its last control, and of the whole message, in pixels."""
    message = page.locator(
        f".message[data-ts='{grid['ts']}']", has=page.locator("[data-action-id='grid_more']")
    )
    message.wait_for()
    message.locator(".picture:not(.loading)").first.wait_for()
    return message.evaluate(MEASURE)


@pytest.mark.parametrize(
    ("line", "kit", "least"),
    [
        ("/draft a sunflower", False, 8),
        ("/draft a sunflower --n 9", False, 13),
        ("/draft a sunflower --ar 2:3", True, 8),
        (HARD, True, 9),
        (f"{HARD} --n 9", True, 14),
    ],
)
def test_picture_and_controls_fit_a_phone(phone, editor_desk, line, kit, least):
    async def draft(ada):
        if kit:
            await set_kit(ada, SNEAKERS, palette="#ff00ff", always="soft daylight", tolerance="1")
        return await drafted(ada, SNEAKERS, line)

    grid = editor_desk.do("U0ADA", draft)
    if kit:
        assert "off the palette" in words(grid)
    if line.startswith(HARD):
        assert "Quick drafts" in words(grid)
    room = phone.locator(".messages").first.bounding_box()
    height, whole, controls = measured(phone, grid)
    assert controls >= least
    assert approve_buttons(grid)
    assert whole <= SCREEN
    assert height <= room["height"], "picture and controls are seen without scrolling"


def test_cards_and_their_controls_fit_a_phone(phone, editor_desk):
    async def draft(ada):
        await ada.type(GENERAL, "/draft settings")
        await ada.submit(await ada.open_view(), {"grid_form": "cards"})
        await set_kit(ada, GENERAL, palette="#ff00ff", always="soft daylight", tolerance="1")
        return await dealt(ada, GENERAL, f"{HARD} --n 9")

    grid = editor_desk.do("U0ADA", draft)
    phone.goto(f"{editor_desk.product.url}/?as=U0ADA#{GENERAL}")
    phone.wait_for_selector("body.ready")
    room = phone.locator(".messages").first.bounding_box()
    height, whole, controls = measured(phone, grid)
    assert controls >= 4
    assert "off the palette" in words(grid)
    assert whole <= SCREEN
    assert height <= room["height"]
