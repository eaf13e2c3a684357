"""Two hundred people at once, and a ledger that cannot be read or written: never a cent too much."""

import asyncio
import sqlite3
from decimal import Decimal

import pytest

from bot import cli, ledger
from bot.briefs.model import BriefRequest, UserError
from bot.budget import holds
from bot.draft import actions as draft_actions
from bot.summaries.table import figures_of
from tests.bot.office import ADA, CHANNEL, finish_draft, rows

ONE = BriefRequest(prompt="a red apple", cells=1)


async def test_two_hundred_at_once_against_a_budget_for_fifty_give_exactly_fifty(office):
    hold = office.services.prices.hold("draft", 1, 64, 64)
    await holds.set_budget(office.services, f"{50 * hold / 1e6:.6f} daily", channel=CHANNEL, person=ADA)
    asked = [
        draft_actions.open_brief(
            office.services, ONE, person=ADA, channel=CHANNEL, source_key=f"command:{number}"
        )
        for number in range(200)
    ]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, UserError)]
    assert len(refused) == 150
    assert all("Nothing was charged" in str(error) for error in refused)
    entries = await rows(office.database, "SELECT kind, amount_micro FROM ledger")
    assert [entry["kind"] for entry in entries] == ["reserve"] * 50
    assert sum(entry["amount_micro"] for entry in entries) == 50 * hold
    assert len(await rows(office.database, "SELECT id FROM jobs")) == 50
    assert (await holds.budget(office.services, CHANNEL, ADA)).left_micro == 0
    assert await office.database.read(ledger.verify) == []


async def test_the_same_delivery_two_hundred_times_is_one_hold(office):
    asked = [
        draft_actions.open_brief(office.services, ONE, person=ADA, channel=CHANNEL, source_key="command:1")
        for _ in range(200)
    ]
    briefs = await asyncio.gather(*asked)
    assert len({brief.id for brief in briefs}) == 1
    assert len(await rows(office.database, "SELECT id FROM ledger")) == 1


async def test_nothing_is_spent_on_a_ledger_that_cannot_be_read(office):
    await draft_actions.open_brief(office.services, ONE, person=ADA, channel=CHANNEL, source_key="command:1")
    await office.database.write(lambda tx: tx.execute("ALTER TABLE ledger_days RENAME TO lost"))
    with pytest.raises(sqlite3.Error):
        await draft_actions.open_brief(
            office.services, ONE, person=ADA, channel=CHANNEL, source_key="command:2"
        )
    assert len(await rows(office.database, "SELECT id FROM jobs")) == 1
    assert len(await rows(office.database, "SELECT key FROM effects")) == 1


async def test_nothing_is_spent_on_a_ledger_that_cannot_be_written(office):
    await draft_actions.open_brief(office.services, ONE, person=ADA, channel=CHANNEL, source_key="command:1")

    def fill_the_disk(tx):
        pages = tx.execute("PRAGMA page_count").fetchone()[0]
        tx.execute(f"PRAGMA max_page_count = {pages}")

    await office.database.write(fill_the_disk)
    asked = [
        draft_actions.open_brief(
            office.services, ONE, person=ADA, channel=CHANNEL, source_key=f"command:{number}"
        )
        for number in range(2, 200)
    ]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert any(isinstance(answer, sqlite3.OperationalError) and "full" in str(answer) for answer in answers)
    jobs = await rows(office.database, "SELECT id FROM jobs")
    holds = await rows(office.database, "SELECT job FROM ledger WHERE kind = 'reserve'")
    briefs = await rows(office.database, "SELECT id FROM briefs")
    assert {job["id"] for job in jobs} == {hold["job"] for hold in holds}
    assert len(jobs) == len(briefs), "a brief without its hold was left behind"


async def test_a_correction_is_an_entry_of_its_own(office, monkeypatch, capsys):
    brief = await draft_actions.open_brief(
        office.services, ONE, person=ADA, channel=CHANNEL, source_key="command:1"
    )
    await finish_draft(office, brief, cells=1)
    (job,) = [row["id"] for row in await rows(office.database, "SELECT id FROM jobs")]
    before = await rows(office.database, "SELECT * FROM ledger_entries")
    monkeypatch.setenv("DRAFTROOM_DATA_DIR", str(office.database.path.parent))

    def run(*words):
        return cli.main(["ledger", *words])

    told = ["--by", "Ada", "--reason", "drawn twice"]
    assert run("correct", job, "-0.0001", *told) == 0
    assert "costs $0.0003 now" in capsys.readouterr().out
    for amount, sentence in (("-1", "no more can be taken off"), ("NaN", "no amount"), ("1e99", "no amount")):
        assert run("correct", job, amount, *told) == 1
        assert sentence in capsys.readouterr().err
    assert run("correct", "nobody", "1", *told) == 1
    assert "never settled" in capsys.readouterr().err
    assert run("correct", job, "1", "--by", " ", "--reason", "x") == 1
    assert run("verify") == 0
    after = await rows(office.database, "SELECT * FROM ledger_entries")
    assert after[: len(before)] == before
    (added,) = after[len(before) :]
    assert (added["kind"], added["amount_micro"], added["corrected_by"]) == ("correct", -100, "Ada")
    state = await holds.budget(office.services, CHANNEL, ADA)
    assert state.spent_micro == 300
    figures = await office.database.read(
        lambda tx: figures_of(
            tx, CHANNEL.id, state.start, state.end, default=office.services.rule, hold_factor=Decimal(1)
        )
    )
    assert figures.spent_micro == 300, "the summary and the budget disagree"
