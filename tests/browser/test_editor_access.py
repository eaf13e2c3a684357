"""The editor for everybody: axe-core finds nothing serious, by light and in the dark, at a desk and on a phone."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.editor_desk import LAPTOP, PHONE, drag

AXE = "axe-core@4.10.3"


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """axe-core's source, from npm; AXE_CORE may name a copy of axe.min.js instead."""
    if given := os.environ.get("AXE_CORE"):
        return Path(given).read_text()
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is missing, which fetches axe-core: install Node.js, or set AXE_CORE to axe.min.js")
    folder = tmp_path_factory.mktemp("axe")
    command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts", AXE]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        pytest.skip(f"npm could not fetch {AXE}: {done.stderr.strip()[-200:]}")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text()


def serious(page, axe):
    """What axe-core holds to be serious or critical, and where."""
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert len(found["passes"]) > 10, "axe-core looked at hardly anything"
    return [
        (violation["id"], violation["impact"], [node["html"][:120] for node in violation["nodes"]])
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("device", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_nothing_serious_in_any_panel(editor_desk, thread, axe, device, look):
    page = editor_desk.open(editor_desk.link(thread), color_scheme=look, **device)
    page.get_by_role("button", name="All").click()
    page.get_by_label("What should be there?").fill("a red cup")
    expect(page.locator("#cost")).to_contain_text("Cost")
    assert serious(page, axe) == []
    page.get_by_role("button", name="Extend").click()
    assert serious(page, axe) == []
    for tab in ("Adjust", "Versions"):
        page.get_by_role("tab", name=tab).click()
        assert serious(page, axe) == []
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    assert serious(page, axe) == []


def test_nothing_serious_about_a_result(editor_desk, thread, axe):
    page = editor_desk.open(editor_desk.link(thread))
    drag(page, (30, 30), (90, 90))
    page.get_by_label("What should be there?").fill("a bowl")
    page.get_by_role("button", name="Fix it").click()
    expect(page.get_by_role("group", name="Result")).to_be_visible(timeout=60_000)
    assert serious(page, axe) == []


def test_a_link_that_is_void_is_told_on_a_page_that_all_can_read(editor_desk, thread, axe):
    page = editor_desk.open(editor_desk.link(thread)[:-3] + "AAA")
    expect(page.get_by_role("heading", name="The editor is closed")).to_be_visible()
    expect(page.get_by_text("This link doesn't hold")).to_be_visible()
    assert serious(page, axe) == []
    editor_desk.complaints.clear()  # Chromium reports the refused request by itself.


def test_nothing_is_wider_than_the_screen(editor_desk, thread):
    page = editor_desk.open(editor_desk.link(thread), **PHONE)
    for tab in ("Fix", "Adjust", "Versions"):
        page.get_by_role("tab", name=tab).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = page.evaluate(
        "[...document.querySelectorAll('button, select, textarea')].filter((one) => one.checkVisibility())"
        ".map((one) => [one.textContent || one.getAttribute('aria-label'), one.getBoundingClientRect().height])"
        ".filter(([, height]) => height < 30)"
    )
    assert small == [], "too small for a finger"
