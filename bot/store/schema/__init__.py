"""The schema, as numbered steps that are never edited once released. Tables are STRICT; money is integer.

A step is a module that holds one `SCRIPT`; it is run once, in one transaction, in the order of `STEPS`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import sqlite_utils

from bot.store.schema import (
    brand,
    carried,
    cursors,
    editor,
    first,
    following,
    hot_paths,
    inbox,
    jobs,
    kinds,
    limits,
    lost_time,
    marks,
    names,
    one_series,
    parents,
    picture_references,
    policies,
    products,
    references,
    reports,
    retention,
    rollups,
    series,
    shown,
    staged,
    stands,
    tries,
)

STEPS = {
    "0001_first": first.SCRIPT,
    "0003_rollups": rollups.SCRIPT,
    "0004_editor": editor.SCRIPT,
    "0005_following": following.SCRIPT,
    "0006_clients": reports.SCRIPT,
    "0007_limits": limits.SCRIPT,
    "0008_references": references.SCRIPT,
    "0009_policies": policies.SCRIPT,
    "0010_series": series.SCRIPT,
    "0011_brand": brand.SCRIPT,
    "0012_products": products.SCRIPT,
    "0013_hot_paths": hot_paths.SCRIPT,
    "0014_kinds": kinds.SCRIPT,
    "0015_cursors": cursors.SCRIPT,
    "0016_inbox": inbox.SCRIPT,
    "0017_jobs": jobs.SCRIPT,
    "0018_names": names.SCRIPT,
    "0019_carried": carried.SCRIPT,
    "0020_lost_time": lost_time.SCRIPT,
    "0021_shown": shown.SCRIPT,
    "0022_retention": retention.SCRIPT,
    "0023_one_series": one_series.SCRIPT,
    "0024_marks": marks.SCRIPT,
    "0025_picture_references": picture_references.SCRIPT,
    "0026_staged": staged.SCRIPT,
    "0027_tries": tries.SCRIPT,
    "0028_stands": stands.SCRIPT,
    "0029_parents": parents.SCRIPT,
}

migrations = sqlite_utils.Migrations("draftroom")


def _step(script: str) -> Callable[[sqlite_utils.Database], None]:
    def run(db: sqlite_utils.Database) -> None:
        for statement in _statements(script):
            db.execute(statement)

    return run


def _statements(script: str) -> list[str]:
    """Split a script into statements; `executescript` would commit the migration's transaction."""
    found: list[str] = []
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            found.append(pending.strip())
            pending = ""
    assert not pending.strip(), "the schema ends in an unfinished statement"
    return found


for _name, _script in STEPS.items():
    migrations(name=_name)(_step(_script))
