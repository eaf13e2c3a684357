"""Says of each test what it needs, so that `make test-fast` can leave out processes, browsers and models."""

import os
import shutil
from pathlib import Path

import pytest

from bot.store import Database

if "PYTEST_XDIST_WORKER" in os.environ:
    # As many workers as cores: threads beside them would wait for each other, which takes eight times as long.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

HERE = Path(__file__).parent
#: What all tests of a folder need.
FOLDERS = {
    "end_to_end": "process",
    "demo": "process",
    "browser": "browser",
    "engine": "model",
    "starter": "model",
    "bench": "model",
}
#: What a test needs that asks for one of these fixtures.
FIXTURES = {
    "browser_page": "browser",
    "chromium": "browser",
    "engine": "model",
    "engine_url": "process",
    "make_product": "process",
    "product": "process",
    "tiny_model": "model",
    "tiny_profile": "model",
}


#: Files that take a worker longest: they come first, so that no worker waits for another at the end.
LONGEST = (
    "test_gallery",
    "test_pictures",
    "test_editor",
    "test_conversation",
    "test_crashes",
    "test_roles",
    "test_series",
    "test_cluster",
)


@pytest.fixture(scope="session", autouse=True)
def _new_databases(tmp_path_factory):
    """A new database is a copy of one that was brought to its version once: that takes a tenth of a second each."""
    made = tmp_path_factory.mktemp("new") / "database.sqlite3"
    Database(made).close()
    begin = Database.__init__

    def copied(self, path, *arguments, **more):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            shutil.copyfile(made, path)
        begin(self, path, *arguments, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "__init__", copied)
        yield


def pytest_collection_modifyitems(items):
    order = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))
    for item in items:
        folder = item.path.relative_to(HERE).parts[0]
        needs = {FIXTURES[name] for name in getattr(item, "fixturenames", ()) if name in FIXTURES}
        if folder in FOLDERS:
            needs.add(FOLDERS[folder])
        for need in sorted(needs):
            item.add_marker(getattr(pytest.mark, need))
