"""The engine's folders stand one above the other: each imports only those below it, and programs stand on top."""

import ast
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[2] / "engine"
#: from the ground up; `starter` makes the bundled model and meets the engine over HTTP
ORDER = ("pixels", "profiles", "models", "pipelines", "render", "provenance", "serving", "api", "starter")
#: what may start everything: command lines
PROGRAMS = {"engine/__main__.py", "engine/cluster.py", "engine/inspection.py"}
WEB = {"aiohttp", "starlette", "ray"}


def imports(source):
    """Every module that the source imports, also inside functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def crossings(folder, source):
    """What a module of this folder imports and must not."""
    allowed = set(ORDER[: ORDER.index(folder) + 1]) if folder != "starter" else {"starter"}
    for name in imports(source):
        parts = name.split(".")
        if parts[0] == "engine" and len(parts) > 1 and parts[1] not in allowed:
            yield name
        if parts[0] in WEB and folder != "api":
            yield name


MODULES = sorted(path for path in ENGINE.glob("*/**/*.py") if path.name != "__init__.py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ENGINE)))
def test_each_folder_imports_only_those_below_it(path):
    assert list(crossings(path.parent.name, path.read_text())) == []


def test_a_broken_wall_is_seen():
    assert list(crossings("pixels", "from engine.render.events import Picture"))
    assert list(crossings("serving", "def late():\n    from aiohttp import web"))
    assert list(crossings("starter", "import engine.api.server"))
    assert list(crossings("provenance", "from engine.serving.reproduction import reproduce"))
    assert list(crossings("render", "from engine import serving"))
    assert not list(crossings("serving", "from engine.render.job import Job"))


def test_nothing_but_programs_lies_at_the_top():
    files = {f"engine/{path.name}" for path in ENGINE.glob("*.py")}
    assert files == PROGRAMS | {"engine/__init__.py"}
    folders = {path.name for path in ENGINE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(ORDER)
