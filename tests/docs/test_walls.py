"""The house: folders import downwards, and a file's name says what it may touch. A rule that is broken is named."""

import ast
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: The rooms of the bot, from what stands lowest; each may import only what comes before it. So no circle can close.
ROOMS = [
    *("texts", "settings", "clock"),
    *("store", "images_api", "web", "ledger", "briefs", "pictures", "slack", "workspaces", "worker"),
    *(
        "channel",
        "marking",
        "budget",
        "brand",
        "draft",
        "approve",
        "fix",
        "editor",
        "reports",
        "batch",
        "product",
    ),
    *("inspect", "deliver", "nudge", "summaries", "home"),
    *("listeners", "doctor", "install", "start", "cli", "__main__"),
]

#: What is touched, and the files that may, by pattern below `bot/`.
ONLY = {
    "slack_bolt": ["slack/*.py", "listeners/*.py"],
    "bot.images_api": [
        "images_api/*.py",
        "*/job.py",
        "worker/*.py",
        "fix/by_name.py",
        "start/*.py",
        "doctor.py",
    ],
    "aiohttp.web": ["web/*.py", "*/routes.py", "slack/http.py", "start/common.py"],
    "SQL": ["*/table.py", "*_table.py", "ledger/*.py", "store/*.py", "store/schema/*.py", "doctor.py"],
}
#: Files that must still lose what they touch; the list only gets shorter.
NOT_YET: dict[str, set[str]] = {}
#: The same for imports that lead up.
STILL_UPWARD: set[str] = set()


def modules(package="bot"):
    """The sources of a package by their paths below it."""
    folder = ROOT / package
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.py"))}


def imports(source):
    """Every module that a source imports, with the names that it takes from it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(path):
    """The room of a file below `bot/`: its folder, or its own name at the top."""
    return path.split("/")[0].removesuffix(".py")


def upward(sources):
    """Every import that leads up."""
    found = []
    for path, source in sources.items():
        here = room_of(path)
        if here == "__init__":
            continue
        for imported in imports(source):
            parts = imported.split(".")
            if parts[0] != "bot" or len(parts) < 2 or parts[1] not in ROOMS or parts[1] == here:
                continue
            if ROOMS.index(parts[1]) > ROOMS.index(here):
                found.append(f"{path} imports {imported}")
    return sorted(set(found))


def touched(source):
    """Which of the things in `ONLY` a source touches."""
    names = set(imports(source))
    found = {thing for thing in ONLY if any(name == thing or name.startswith(f"{thing}.") for name in names)}
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("execute", "executemany", "executescript")
        ):
            found.add("SQL")
    return found


def misplaced(sources):
    """Every file that touches what its name does not allow."""
    return sorted(
        f"{path} touches {thing}"
        for path, source in sources.items()
        for thing in touched(source)
        if not any(fnmatch(path, pattern) for pattern in ONLY[thing])
    )


def test_every_room_has_its_place_in_the_order():
    assert {room_of(path) for path in modules()} - {"__init__"} == set(ROOMS)


def test_nothing_stands_at_the_top_but_what_starts_and_what_all_share():
    at_the_top = {path for path in modules() if "/" not in path}
    assert at_the_top == {*("__init__.py", "__main__.py", "cli.py", "clock.py", "doctor.py", "settings.py")}


def test_folders_import_downwards():
    assert {told.split()[0] for told in upward(modules())} == STILL_UPWARD


def test_a_files_name_says_what_it_may_touch():
    waiting = {f"{path} touches {thing}" for thing, paths in NOT_YET.items() for path in paths}
    assert set(misplaced(modules())) == waiting


@pytest.mark.parametrize(
    ("path", "source", "told"),
    [
        ("ledger/entries.py", "from bot.slack import outbox", "ledger/entries.py imports bot.slack"),
        ("worker/runner.py", "from bot.draft.job import DraftJob", "worker/runner.py imports bot.draft.job"),
        ("store/pictures.py", "import bot.start", "store/pictures.py imports bot.start"),
    ],
)
def test_an_import_that_leads_up_is_found(path, source, told):
    assert told in upward({path: source})


@pytest.mark.parametrize(
    ("path", "source", "thing"),
    [
        ("draft/messages.py", "from slack_bolt.async_app import AsyncAck", "slack_bolt"),
        ("fix/actions.py", "from bot.images_api.client import EngineClient", "bot.images_api"),
        ("nudge/actions.py", "def f(tx):\n    return tx.execute('SELECT 1')", "SQL"),
        ("budget/messages.py", "from aiohttp import web\nfrom aiohttp.web import Request", "aiohttp.web"),
    ],
)
def test_what_stands_in_the_wrong_file_is_found(path, source, thing):
    assert f"{path} touches {thing}" in misplaced({path: source})
