"""The database is documented column by column, opens with plain names, and its views agree with the reports."""

import re
import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from bot.reports.spans import Span
from bot.reports.table import report_of, set_terms
from tests.bot.ledger_world import NOON, World

DOCS = Path(__file__).parents[2] / "docs"
METADATA = yaml.safe_load((DOCS / "datasette.yml").read_text())["databases"]["draftroom"]
MAY = Span(first=date(2026, 5, 1), last=date(2026, 5, 31))


@pytest.fixture
def world(tmp_path):
    found = World(tmp_path / "draftroom.sqlite3")
    found.channel()
    found.do(
        lambda tx: set_terms(
            tx, channel="C1", client="ACME", margin_bp=2_000, person="U1", at=NOON - timedelta(days=9)
        )
    )
    for prompt in ("a red apple", "a pear"):
        brief = found.brief(prompt=prompt)
        cell = found.picture(found.spend(brief, "draft", 400), kind="cell")
        found.picture(found.spend(brief, "pro", 700), kind="pro", parent=cell)
        found.reserve(found.job(brief, "fix"), 90)
    found.approve(cell)
    found.approve(cell, person="U2")
    return found


def schema(world):
    """Tables and views of the real file, each with its columns in order."""
    names = world.db.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%'"
        " AND name NOT LIKE '%sqlite_migrations'"
    ).fetchall()
    return {
        row["name"]: [column["name"] for column in world.db.execute(f"PRAGMA table_info({row['name']})")]
        for row in names
    }


def documented():
    """The same as docs/database.md tells it."""
    found = {}
    for part in (DOCS / "database.md").read_text().split("\n### ")[1:]:
        name = part.splitlines()[0].strip()
        found[name] = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", part, re.M))
        assert len(part.splitlines()[2]) > 15, name
    return found


def test_every_table_view_and_column_is_documented_and_exists(world):
    told = documented()
    assert {name: list(columns) for name, columns in told.items()} == schema(world)
    assert all(len(text) >= 4 for columns in told.values() for text in columns.values())


def test_datasette_is_told_of_every_table_with_its_columns(world):
    real = schema(world)
    told = {name: table for name, table in METADATA["tables"].items() if name in real}
    assert told.keys() == real.keys()
    for name, table in told.items():
        assert list(table["columns"]) == real[name], name
        assert len(table["description"]) > 15, name


def test_the_ready_questions_run(world):
    for query in METADATA["queries"].values():
        assert world.db.execute(query["sql"]).fetchall(), query["title"]


def test_the_questions_in_the_document_run(world):
    (block,) = re.findall(r"```sql\n(.*?)```", (DOCS / "database.md").read_text(), re.S)
    for statement in filter(str.strip, block.split(";")):
        assert world.db.execute(statement).fetchall()


def test_the_views_tell_what_the_reports_tell(world):
    report = report_of(world.db, "C1", MAY, "USD")
    views = world.db.execute(
        "SELECT (SELECT sum(amount_micro) FROM spend_by_day), (SELECT sum(total_micro) FROM briefs_and_costs),"
        " (SELECT sum(amount_micro) FROM ledger WHERE kind NOT IN ('reserve', 'void'))"
    ).fetchone()
    assert set(views) == {report.total_micro} == {2_200}
    rows = world.db.execute("SELECT brief, client, draft_micro, pro_micro, fix_micro FROM briefs_and_costs")
    assert {tuple(row) for row in rows} == {
        (asset.brief, asset.client, asset.draft_micro, asset.pro_micro, asset.fix_micro)
        for asset in report.assets
    }
    (asset,) = world.db.execute("SELECT prompt, client, approvers, pro_picture FROM assets").fetchall()
    assert (asset["prompt"], asset["client"], asset["approvers"]) == ("a pear", "ACME", "U1, U2")
    assert asset["pro_picture"] == next(a.thumbnail for a in report.assets if a.approvers)


def test_the_views_are_readable_by_somebody_who_may_only_read(world, tmp_path):
    path = tmp_path / "draftroom.sqlite3"
    reader = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    for name in schema(world):
        reader.execute(f"SELECT * FROM {name} LIMIT 5").fetchall()
    with pytest.raises(sqlite3.OperationalError):
        reader.execute("DELETE FROM budgets")


def test_a_budget_in_force_is_the_one_set_last(world):
    for amount in (5_000_000, 7_500_000):
        world.do(
            lambda tx, amount=amount: tx.execute(
                "INSERT INTO budgets (channel, amount_micro, currency, period, set_by, set_at)"
                " VALUES ('C1', ?, 'USD', 'weekly', 'U1', '2026-05-01T00:00:00.000000+00:00')",
                [amount],
            )
        )
    (row,) = world.db.execute(
        "SELECT amount, period, spent_ever_micro, held_micro FROM budgets_now"
    ).fetchall()
    assert tuple(row) == (7.5, "weekly", 2_200, 180)
