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
