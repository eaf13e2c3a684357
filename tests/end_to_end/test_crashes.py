"""Kill the bot at any moment: no picture is lost, none comes twice, no cent is missing."""

import asyncio

import pytest

from bot.ledger import verify
from bot.store.database import connect
from tests.end_to_end.product import SNEAKERS, approve_buttons, drafted, files, payload, shown, until


async def whole(product, person, numbers=False):
    """Wait for the one finished grid, with the bot's own numbers under it; check that nothing is double or missing."""

    def finished(message):
        return (
            payload(message).get("role") == "grid"
            and approve_buttons(message)
            and len(message.get("reactions", [])) == (len(approve_buttons(message)) if numbers else 0)
        )

    grid = await person.wait_for(SNEAKERS, finished, 60)
    messages = [m for m in await person.messages(SNEAKERS) if payload(m)]
    assert len(messages) == 1
    assert product.ledger() == [("reserve", "draft"), ("settle", "draft")]
    assert verify(connect(product.data / "draftroom.sqlite3", read_only=True)) == []
    return grid


@pytest.mark.parametrize("moment", ["committed", "running", "drawn", "reacting"])
async def test_a_draft_survives_the_bot_being_killed(make_product, moment):
    numbers = moment == "reacting"
    product = make_product(DRAFTROOM_NUMBER_REACTIONS=str(numbers)).start_bot()
    reached = {
        "committed": lambda: product.rows("SELECT 1 FROM jobs"),
        "running": lambda: product.rows("SELECT 1 FROM jobs WHERE state = 'running'"),
        "drawn": lambda: product.rows("SELECT 1 FROM jobs WHERE state = 'done'"),
        "reacting": lambda: product.rows("SELECT 1 FROM effects WHERE action = 'react' AND state = 'sent'"),
    }[moment]
    async with product.person("U0ADA") as ada:
        typed = asyncio.create_task(ada.type(SNEAKERS, "/draft a red apple --n 9"))
        await until(reached, 60)
        product.kill_bot()
        await asyncio.gather(typed, return_exceptions=True)
        product.start_bot()
        await whole(product, ada, numbers)
    assert len(product.rows("SELECT * FROM versions")) == 9


async def test_an_approval_given_while_the_bot_is_down_is_not_lost(make_product):
    product = make_product().start_bot()
    async with product.person("U0ADA") as ada:
        grid = await drafted(ada, SNEAKERS, "/draft a red apple --n 2")
        product.kill_bot()
        await ada.react(SNEAKERS, grid["ts"], "two")
        product.start_bot()
        pro = await shown(ada, SNEAKERS, "pro", grid["ts"])
        assert len(files(pro)) == 1
    assert product.ledger()[-1] == ("settle", "pro")


async def test_an_approval_that_was_acknowledged_and_then_lost_its_bot(make_product):
    product = make_product(DRAFTROOM_APPROVAL_GRACE_S="0").start_bot()
    async with product.person("U0ADA") as ada:
        grid = await drafted(ada, SNEAKERS, "/draft a red apple --n 2")
        reacting = asyncio.create_task(ada.react(SNEAKERS, grid["ts"], "one"))
        await until(
            lambda: (
                product.rows("SELECT 1 FROM inbox") or product.rows("SELECT 1 FROM jobs WHERE tier = 'pro'")
            )
        )
        product.kill_bot()
        await asyncio.gather(reacting, return_exceptions=True)
        product.start_bot()
        await shown(ada, SNEAKERS, "pro", grid["ts"])
        replies = await ada.messages(SNEAKERS, grid["ts"])
    assert len([m for m in replies if payload(m).get("role") == "pro"]) == 1
    assert product.ledger().count(("settle", "pro")) == 1
    assert product.rows("SELECT * FROM inbox") == []


async def test_stopping_politely_ends_every_program_cleanly(make_product):
    product = make_product().start_bot()
    async with product.person("U0ADA") as ada:
        await ada.type(SNEAKERS, "/draft a red apple --n 9")
    product.stop()
    assert product.rows("SELECT count(*) AS n FROM jobs")[0]["n"] == 1
