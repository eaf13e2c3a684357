"""A reference picture uploaded in the draft's form, on the workspace's page: by mouse, by keyboard, on a phone."""

import re

from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.desk import Desk, png, say
from tests.browser.test_page import PHONE
from tests.end_to_end.product import Product


def sketch(name: str = "sketch.png") -> FilePayload:
    return FilePayload(name=name, mimeType="image/png", buffer=png((96, 64)))


def opened(page: Page) -> Page:
    say(page, "/draft")
    form = page.get_by_role("dialog", name="New draft")
    expect(form).to_be_visible()
    return form


def test_a_picture_is_chosen_shown_removed_and_sent(browser: Browser, editor_product: Product) -> None:
    desk = Desk(browser, editor_product.url)
    page = desk.sit()
    form = opened(page)
    chooser = form.get_by_label("Or upload one")
    expect(chooser).to_have_attribute("accept", ".png,.jpg,.jpeg,.webp,.gif,.heic,.heif,.avif")
    # The keyboard reaches it, and opens the browser's own chooser.
    form.get_by_label("Reference picture").focus()
    page.keyboard.press("Tab")
    expect(chooser).to_be_focused()
    with page.expect_file_chooser() as choosing:
        page.keyboard.press("Space")
    choosing.value.set_files([sketch("wrong.png")])
    chip = form.locator(".file-preview")
    expect(chip).to_contain_text("wrong.png")
    form.get_by_role("button", name="Remove wrong.png").click()
    expect(chip).to_have_count(0)
    expect(chooser).to_be_focused()

    notes = FilePayload(name="notes.png", mimeType="image/png", buffer=b"no pixels")
    chooser.set_input_files([notes])
    form.get_by_label("What do you want to see?").fill("a kettle")
    form.get_by_label("Pictures in the grid").select_option("1")
    form.get_by_role("button", name="Draft", exact=True).click()
    expect(form.locator(".wrong")).to_contain_text("is no picture that I can open")
    expect(chooser).to_have_attribute("aria-invalid", "true")
    expect(chooser).to_be_focused()

    # Sent at once, the form waits for the upload.
    chooser.set_input_files([sketch()])
    form.get_by_role("button", name="Draft", exact=True).click()
    expect(form).to_be_hidden()
    expect(page.locator(".message", has_text="like sketch.png, strength 0.6")).to_be_visible(timeout=60_000)
    desk.close()
    assert desk.complaints == []


def test_on_a_phone_the_field_fits(browser: Browser, editor_product: Product) -> None:
    desk = Desk(browser, editor_product.url)
    page = desk.sit(**PHONE)
    form = opened(page)
    chooser = form.get_by_label("Or upload one")
    chooser.set_input_files([sketch(f"{'a very long name ' * 8}.png")])
    chip = form.locator(".file-preview")
    expect(chip).to_contain_text(re.compile("very long"))
    for node in (chooser, chip):
        box = node.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["height"] >= 42
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    form.get_by_role("button", name="Cancel").click()
    desk.close()
    assert desk.complaints == []
