"""How the workspace's own rooms may know each other: no circle, and Block Kit knows nobody's state."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: The program's front door; nothing else may import it.
DOORS = {"sandbox.__main__", "sandbox.server"}


def room(module: str) -> str:
    """A folder is one room, a file at the top another: sandbox.to_app.events stands in sandbox.to_app."""
    return ".".join(module.split(".")[:2])


def arrows() -> dict[str, set[str]]:
    """Which rooms each room imports."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "sandbox").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        here = room(".".join(part for part in parts if part != "__init__"))
        known = found.setdefault(here, set())
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "sandbox":
                known |= {f"sandbox.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sandbox."):
                known.add(room(node.module or ""))
            elif isinstance(node, ast.Import):
                known |= {room(alias.name) for alias in node.names if alias.name.startswith("sandbox.")}
        known.discard(here)
    return found


def test_no_rooms_import_each_other_in_a_circle():
    order = list(TopologicalSorter(arrows()).static_order())
    assert order.index("sandbox.model") < order.index("sandbox.state") < order.index("sandbox.workspace")


def test_block_kit_knows_only_the_nouns():
    assert arrows()["sandbox.block_kit"] == {"sandbox.model"}


def test_a_client_needs_nothing_of_the_program():
    assert arrows()["sandbox.client"] == set()


def test_nothing_imports_the_front_door():
    importers = {here for here, known in arrows().items() if known & DOORS}
    assert importers <= {"sandbox.__main__"}
