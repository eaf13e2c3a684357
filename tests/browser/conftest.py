"""A real Chromium on the page of a real practice workspace, with a small Bolt app that is its bot."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.desk import Desk, small_bot
from tests.browser.editor_desk import EditorDesk
from tests.end_to_end.product import Product, start

#: In a page: whether every picture that it shows is there; asked again and again, as pages let no predicate run in them.
LOADED = "[...document.images].filter(i => i.src && i.offsetParent).every(i => i.complete && i.naturalWidth)"
MANIFEST = Path(__file__).parent.parent / "sandbox" / "fixtures" / "manifest.yml"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def _chromium() -> str:
    names = (os.environ.get("CHROMIUM"), "/usr/bin/chromium", "chromium", "google-chrome")
    return next((found for name in names if name and (found := shutil.which(name))), "/usr/bin/chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a module; every person gets a context of their own in it."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=_chromium(), args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def workspace() -> Iterator[str]:
    """The address of a fresh practice workspace, started as its own program."""
    command = [
        sys.executable,
        "-m",
        "sandbox",
        "--port",
        "0",
        "--manifest",
        str(MANIFEST),
        "--rate-factor",
        "0",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout
        found = re.search(r"http://\S+", program.stdout.readline())
        assert found, "The practice workspace did not start."
        yield found[0]
        program.terminate()


@pytest.fixture
def desk(browser: Browser, workspace: str) -> Iterator[Desk]:
    """The workspace with its bot and as many open pages as a test asks for; fails on any console error."""
    with small_bot(workspace):
        open_desk = Desk(browser, workspace)
        yield open_desk
        open_desk.close()
    assert open_desk.complaints == []


@pytest.fixture(scope="session")
def editor_product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A workspace, an engine with a tiny model, and a bot, for the tests of the editor."""
    from tests.engine.tiny_models import save_tiny_sd3, write_profile

    folder = tmp_path_factory.mktemp("editor")
    profile = write_profile(folder / "tiny.toml", save_tiny_sd3(folder / "tiny"))
    engine, url = start("engine", "--port", "0", "--profile", str(profile), log=folder / "engine.log")
    made = Product(folder, url).start_bot()
    made.engine = engine
    yield made
    made.stop()
    engine.terminate()
    assert engine.wait(30) == 0


@pytest.fixture(scope="session")
def thread(editor_product: Product) -> str:
    """A thread with a Pro render of 128 by 128 pixels, which the editor's tests share."""
    return EditorDesk(None, editor_product).thread()


@pytest.fixture
def editor_desk(browser: Browser, editor_product: Product) -> Iterator[EditorDesk]:
    """Pages of the editor; fails on anything that a console complains of."""
    made = EditorDesk(browser, editor_product)
    yield made
    made.close()
    # The tests share a thread: what one leaves waiting would greet the next.
    made.forget_results()
    assert made.complaints == []
