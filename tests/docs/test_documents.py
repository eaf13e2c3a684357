"""The documents say what is true: settings, scopes, commands, links, and the walls between the rooms."""

import argparse
import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from bot.briefs.emoji import NUMBER_EMOJI
from bot.cli import _parser
from bot.listeners.commands import COMMANDS
from bot.listeners.reactions import ADDED, ANY
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
DOCUMENTS = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *sorted(ROOT.glob("*/README.md"))]
DOCUMENTS += [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "engine" / "starter" / "README.md"]


def table(heading):
    """The rows of the table whose head begins with that word."""
    lines = README.splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith(f"| {heading} "))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def test_the_readme_lists_every_setting_with_its_default():
    expected = {}
    for name, field in Settings.model_fields.items():
        known = field.validation_alias.choices[0] if field.validation_alias else f"DRAFTROOM_{name.upper()}"
        empty = field.default is None or field.default == "" or field.default_factory is not None
        expected[f"`{known}`"] = "—" if empty else f"`{field.default}`"
    assert {name: default for name, default, _ in table("setting")} == expected


def test_the_readme_explains_every_scope_of_the_manifest():
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text())
    explained = table("scope")
    assert [scope.strip("`") for scope, _ in explained] == manifest["oauth_config"]["scopes"]["bot"]
    assert all(len(why) > 5 for _, why in explained)


def test_the_manifest_keeps_slacks_limits():
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text())
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4_000
    for command in manifest["features"]["slash_commands"]:
        assert command["command"].startswith("/")
        assert len(command["description"]) <= 2_000
        assert len(command["usage_hint"]) <= 1_000


def test_every_command_that_the_documents_name_exists():
    subcommands = next(a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction)).choices
    targets = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.M))
    for document in DOCUMENTS:
        text = document.read_text()
        assert set(re.findall(r"\.venv/bin/draftroom ([a-z]+)", text)) <= set(subcommands), document
        assert set(re.findall(r"^make ([a-z-]+)", text, re.M)) <= targets, document


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_inside_the_project_leads_somewhere(document):
    text = document.read_text()
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if not target.startswith("http"):
            assert (document.parent / target).exists(), target


WALLS = {
    "bot": {"torch", "diffusers", "transformers", "engine", "sandbox", "demo"},
    "engine": {"bot", "sandbox", "demo", "slack_sdk", "slack_bolt"},
    "marks": {"bot", "engine", "sandbox", "demo", "torch", "slack_sdk", "slack_bolt", "aiohttp"},
    "sandbox": {"bot", "engine", "demo", "torch"},
    "demo": {"bot", "engine", "torch", "slack_sdk", "slack_bolt"},
    **{
        f"bot/{room}": {"slack_sdk", "slack_bolt", "aiohttp"}
        for room in ("ledger", "store", "pictures", "briefs", "texts")
    },
}


@pytest.mark.parametrize("room", WALLS)
def test_no_import_crosses_a_wall(room):
    crossings = []
    for path in sorted((ROOT / room).rglob("*.py")):
        for imported in _imports(path):
            if any(imported == banned or imported.startswith(f"{banned}.") for banned in WALLS[room]):
                crossings.append(f"{path.relative_to(ROOT)} imports {imported}")
    assert crossings == []


def test_the_demo_knows_the_workspace_only_as_its_people_do():
    imported = {name for path in (ROOT / "demo").glob("*.py") for name in _imports(path)}
    theirs = {".".join(name.split(".")[:2]) for name in imported if name.startswith("sandbox")}
    assert theirs == {"sandbox.client"}


def test_nothing_imports_the_place_where_everything_is_wired():
    importers = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "bot").rglob("*.py")
        if any(name == "bot.start" or name.startswith("bot.start.") for name in _imports(path))
    }
    assert {path for path in importers if "bot/start/" not in path} == {"bot/__main__.py", "bot/cli.py"}


def test_the_bot_starts_without_loading_torch():
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import bot.start.process"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "slack_bolt" in loaded
    assert loaded.isdisjoint({"torch", "diffusers", "transformers", "matplotlib", "engine", "sandbox"})


def test_no_cancellation_can_be_lost():
    """Up to Python 3.11 `asyncio.wait_for` swallows one that comes as its wait ends; `asyncio.timeout` never does."""
    sources = [
        path for room in ("bot", "engine", "marks", "sandbox", "demo") for path in (ROOT / room).rglob("*.py")
    ]
    assert [str(path) for path in sources if "asyncio.wait_for(" in path.read_text()] == []


def test_every_module_says_what_it_is_for():
    silent = [
        str(path.relative_to(ROOT))
        for room in ("bot", "engine", "marks", "sandbox", "demo")
        for path in (ROOT / room).rglob("*.py")
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def _imports(path):
    """Full names of what a module imports, lazily or not: `from a import b` counts as a and a.b."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


# The reference.

_spec = importlib.util.spec_from_file_location("reference", ROOT / "docs" / "reference.py")
reference = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(reference)


def test_the_generated_pages_are_what_the_code_says():
    written = {path.name: path.read_text() for path in (ROOT / "docs" / "reference").glob("*.md")}
    stale = sorted(name for name, text in reference.pages().items() if written.get(name) != text)
    assert stale == [], "run `.venv/bin/python docs/reference.py`"
    assert written.keys() == reference.pages().keys()


def test_every_option_setting_and_metric_has_a_meaning():
    for name, text in reference.pages().items():
        rows = [line for line in text.splitlines() if line.startswith("| `")]
        assert len(rows) > 15, name
        bare = [row for row in rows if len(row.rstrip("| ").rpartition("| ")[2]) < 8]
        assert bare == [], name


def test_every_variable_that_the_code_reads_is_documented():
    named = re.compile(r"DRAFTROOM_[A-Z0-9_]*[A-Z0-9]")
    told = {name for document in DOCUMENTS for name in named.findall(document.read_text())}
    read = {
        name
        for room in ("bot", "engine", "marks", "sandbox", "demo")
        for path in (ROOT / room).rglob("*.py")
        for name in named.findall(path.read_text())
    }
    # The measurements' own; and a beginning of names.
    assert read - told - {"DRAFTROOM_BENCH_DIR", "DRAFTROOM_C2PA"} == set()


def test_every_field_of_the_engines_api_is_documented():
    """What `requests.py` reads of a request's fields, and what the engine's README tells of them."""
    tree = ast.parse((ROOT / "engine" / "serving" / "requests.py").read_text())
    read = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        gets = isinstance(node.func, ast.Attribute) and node.func.attr == "get"
        of, name = (node.func.value, node.args[0]) if gets else (node.args[0], (*node.args, None)[1])
        if isinstance(of, ast.Name) and of.id == "fields" and isinstance(name, ast.Constant):
            read.add(name.value)
    assert len(read) > 20
    told = (ROOT / "engine" / "README.md").read_text().partition("| field |")[2].partition("\n\n")[0]
    # `text` is the field of /v1/masks; one answer has one form.
    assert {name for name in read if f"`{name}`" not in told} <= {"text", "model", "response_format"}


def test_every_command_and_emoji_is_in_the_guide():
    told = (ROOT / "docs" / "guide.md").read_text().partition("## Every command")[2]
    missing = {word for word in COMMANDS if word and not re.search(rf"`/?(draft )?{word}\b", told)}
    assert missing <= {"styles"}  # another word for `style`
    shown = {"repeat": "🔁", "pencil2": "✏️", "octagonal_sign": "🛑", "wastebasket": "🗑️", "art": "🎨"}
    shown |= {"leftwards_arrow_with_hook": "↩️", "one": "1️⃣"}
    older = {"arrows_counterclockwise", "pencil", "black_square_for_stop", ANY, *NUMBER_EMOJI}
    assert set(ADDED) - older <= set(shown)
    assert [emoji for emoji in shown.values() if emoji not in told] == []


def test_the_site_has_every_document_once():
    nav = tomllib.loads((ROOT / "zensical.toml").read_text())["project"]["nav"]
    pages = [page for page in re.findall(r"[\w./-]+\.md", str(nav)) if page != "index.md"]
    written = {str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")}
    assert written - set(pages) == set()
    assert [page for page in pages if not (ROOT / page).is_file()] == []
    assert {page for page in pages if pages.count(page) > 1} <= {"docs/guide.md"}
