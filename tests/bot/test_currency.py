"""Another currency in the settings: refused at the start, and moved to by the operator."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli import main
from bot.ledger import budget_of, caps_of, grant, set_budget, set_cap, verify
from bot.settings import CannotStart
from bot.start.workspace import check_currency
from bot.store import Database
from tests.bot.ledger_world import NOON, TWENTY, World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("DRAFTROOM_DATA_DIR", str(tmp_path))
    world = World(tmp_path / "draftroom.sqlite3")
    world.channel()
    return world


def _drafts(world: World) -> None:
    world.spend(world.brief(), "draft", 500)


def _sets_a_budget(world: World) -> None:
    world.do(
        lambda tx: set_budget(
            tx,
            channel="C1",
            amount_micro=10_000_000,
            period="monthly",
            currency="USD",
            person="U9",
            at=NOON,
        )
    )


def _sets_a_cap(world: World) -> None:
    world.do(
        lambda tx: set_cap(
            tx,
            "pro",
            channel="C1",
            amount_micro=5_000_000,
            period="daily",
            currency="USD",
            person="U9",
            at=NOON,
        )
    )


@pytest.mark.parametrize("work", [_drafts, _sets_a_budget, _sets_a_cap])
async def test_what_counts_in_another_currency_refuses_the_start(world: World, tmp_path: Path, work) -> None:
    database = Database(tmp_path / "draftroom.sqlite3")
    await check_currency(database, "EUR")
    work(world)
    await check_currency(database, "USD")
    with pytest.raises(CannotStart, match=r"counts in USD.*DRAFTROOM_CURRENCY=USD.*ledger currency EUR"):
        await check_currency(database, "EUR")
    assert main(["ledger", "currency", "EUR", "--rate", "0.9"]) == 0
    await check_currency(database, "EUR")
    with pytest.raises(CannotStart, match="counts in EUR"):
        await check_currency(database, "USD")
    database.close()


def test_limits_are_converted_and_what_was_spent_stays_as_it_was(world: World, capsys) -> None:
    _drafts(world)
    _sets_a_budget(world)
    _sets_a_cap(world)
    world.do(lambda tx: grant(tx, channel="C1", amount_micro=7, currency="USD", person="U9", at=NOON))
    assert main(["ledger", "currency", "EUR", "--rate", "0.85"]) == 0
    assert "1 budgets and 1 caps" in capsys.readouterr().out
    state = budget_of(world.db, "C1", NOON, TWENTY)
    assert (state.limit_micro, state.currency, state.spent_micro) == (8_500_000, "EUR", 0)
    (cap,) = caps_of(world.db, channel="C1", person="U1", tier="pro", at=NOON)
    assert (cap.limit_micro, cap.currency, cap.spent_micro) == (4_250_000, "EUR", 0)
    assert world.entries()[-1][2] == 500
    assert not verify(world.db)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["euro", "--rate", "1"], "ISO 4217"),
        (["EUR", "--rate", "nan"], "no rate"),
        (["EUR", "--rate", "-1"], "no rate"),
        (["EUR", "--rate", "1e99"], "no rate"),
    ],
)
def test_what_cannot_be_moved_to_changes_nothing(world: World, capsys, arguments, said) -> None:
    assert main(["ledger", "currency", *arguments]) == 1
    assert said in capsys.readouterr().err


def test_jobs_under_way_are_let_end_first(world: World, capsys) -> None:
    world.reserve(world.job(world.brief()), 100)
    assert main(["ledger", "currency", "EUR", "--rate", "1"]) == 1
    assert "1 jobs are under way" in capsys.readouterr().err
