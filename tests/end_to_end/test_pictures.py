"""A newcomer's first thread in a real browser: typed, clicked, looked at. Takes the README's pictures too."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.conftest import FLAGS, LOADED, _chromium
from tests.end_to_end.product import ROOT, Product, start

PROMPT = "a red apple on a teal background"
STARTER = ROOT / "engine" / "starter" / "model" / "model_index.json"


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """The product on the bundled model, at its own sizes."""
    if not STARTER.exists():
        pytest.fail("The bundled model is missing: engine/starter/model. Train it with `make starter`.")
    folder = tmp_path_factory.mktemp("studio")
    engine, engine_url = start("engine", "--port", "0", "--profile", "starter", log=folder / "engine.log")
    product = Product(folder, engine_url, DRAFTROOM_DRAFT_SIZE_PX="256", DRAFTROOM_PRO_SIZE_PX="512")
    yield product.start_bot()
    product.stop()
    engine.terminate()
    engine.wait(30)


@pytest.fixture(scope="module")
def album(tmp_path_factory):
    """Where pictures go: into the documents when they are taken anew, else to a temporary folder."""
    if os.environ.get("UPDATE_PICTURES"):
        folder = ROOT / "docs" / "pictures"
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    return tmp_path_factory.mktemp("album")


def test_a_newcomer_drafts_approves_fixes_and_reads_the_cost(studio, album):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=list(FLAGS))
        complaints = []
        ada, ben = (_sit(browser, studio.url, user, complaints) for user in ("U0ADA", "U0BEN"))

        _say(ada, "Message #sunflower-spring", f"/draft {PROMPT} --seed 11")
        grid = ada.locator(".message", has_text=PROMPT).last
        expect(grid.get_by_role("button", name=re.compile(r"Render picture \d in Pro"))).to_have_count(
            4, timeout=240_000
        )
        expect(grid.get_by_role("button", name=re.compile("Grid of 4 pictures"))).to_be_visible()

        ben.locator(".message", has_text=PROMPT).last.get_by_role(
            "button", name="Render picture 2 in Pro"
        ).click()
        ada.get_by_role("button", name=re.compile("1 reply")).click(timeout=240_000)
        thread = ada.get_by_role("complementary", name="Thread")
        pro = thread.locator(".message", has_text="Picture 2 in Pro")
        expect(pro.get_by_role("button", name=re.compile("Pro render of picture 2"))).to_be_visible(
            timeout=240_000
        )
        expect(pro).to_contain_text("@Ben Ito")

        _say(thread, "Reply…", "@Draftroom fix center: make it purple")
        fixed = thread.locator(".message", has_text="Fixed center")
        expect(fixed.get_by_role("button", name=re.compile("The fixed picture"))).to_be_visible(
            timeout=240_000
        )
        expect(fixed).to_contain_text("pixels changed outside the mask: 0")
        _settle(ada)
        ada.screenshot(path=album / "thread.png")

        phone = _sit(
            browser, studio.url, "U0BEN", complaints, viewport={"width": 390, "height": 844}, is_mobile=True
        )
        phone.get_by_role("button", name=re.compile("repl")).click()
        _settle(phone)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        phone.screenshot(path=album / "thread-phone.png")

        thread.get_by_role("button", name="Close thread").click()
        _say(ada, "Message #sunflower-spring", "/draft summary")
        summary = ada.locator(".message", has_text="Today so far").last
        expect(summary.get_by_role("button", name=re.compile("Summary of"))).to_be_visible(timeout=60_000)
        expect(summary).to_contain_text("Cost per approved asset")
        _settle(ada)
        ada.screenshot(path=album / "summary.png")
        browser.close()
    assert complaints == []
    _shrink(album)


def _sit(browser, url, user, complaints, **context):
    """A page as this person. Whatever its console complains of is remembered."""
    usual = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
    page = browser.new_context(**{**usual, **context}).new_page()
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.on("pageerror", lambda problem: complaints.append(str(problem)))
    page.goto(f"{url}/?as={user}")
    page.wait_for_selector("body.ready")
    return page


def _say(place, label, text):
    field = place.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Enter")


def _settle(page):
    """Until every picture is decoded, and nothing is hovered over, so that a screenshot shows what matters."""
    page.mouse.move(2, 2)
    for _ in range(200):  # asked again and again: the page forbids the script that waits inside of it
        if page.evaluate(LOADED):
            break
        page.wait_for_timeout(100)
    else:
        raise AssertionError("a picture did not load")
    page.wait_for_timeout(300)


def _shrink(folder: Path) -> None:
    """Pictures in the repository stay small, where the tool for it is installed."""
    if os.environ.get("UPDATE_PICTURES") and shutil.which("pngquant"):
        pictures = [str(path) for path in folder.glob("*.png")]
        subprocess.run(["pngquant", "--force", "--ext", ".png", "--speed", "1", *pictures], check=True)
