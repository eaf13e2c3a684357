"""Says of each test what it needs, so that `make test-fast` can leave out processes, browsers and models."""

from pathlib import Path

import pytest

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


def pytest_collection_modifyitems(items):
    for item in items:
        folder = item.path.relative_to(HERE).parts[0]
        needs = {FIXTURES[name] for name in getattr(item, "fixturenames", ()) if name in FIXTURES}
        if folder in FOLDERS:
            needs.add(FOLDERS[folder])
        for need in sorted(needs):
            item.add_marker(getattr(pytest.mark, need))
