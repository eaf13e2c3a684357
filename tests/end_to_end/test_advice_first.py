"""The warning before a draft costs anything: whom it meets, what its buttons do, and what they cost."""

import asyncio

import pytest

from tests.end_to_end.product import (
    GENERAL,
    SNEAKERS,
    TEAHOUSE,
    Product,
    drafted,
    files,
    payload,
    shown,
    until,
    whispered,
    words,
)


@pytest.fixture(scope="module")
def product(tmp_path_factory, engine_url):
    """A product of this module's own, with time to press a button before the draft starts."""
    made = Product(tmp_path_factory.mktemp("advice"), engine_url).start_bot(DRAFTROOM_ADVICE_PAUSE_S="4")
    yield made
    made.stop()


def buttons(message):
    return {
        element["action_id"]: element.get("text", {}).get("text", "")
        for block in message.get("blocks", [])
        if block["type"] == "actions"
        for element in block["elements"]
    }


def warned(prompt):
    return lambda m: prompt in words(m) and "straight_to_pro" in buttons(m)


def entries(product, brief):
    return [(r["kind"], r["tier"]) for r in product.rows("SELECT * FROM ledger WHERE brief = ?", brief)]


async def test_a_prompt_with_words_in_it_is_warned_of_and_drafted_all_the_same(product, ada):
    await ada.type(SNEAKERS, '/draft a mug with "Good Morning" on it --n 1')
    placeholder = await ada.wait_for(SNEAKERS, warned("Good Morning"))
    assert "Quick drafts can't spell" in words(placeholder)
    assert "¢" in buttons(placeholder)["straight_to_pro"]
    brief = payload(placeholder)["brief"]
    assert entries(product, brief) == [("reserve", "draft")], "nothing is spent while it is read"
    grid = await ada.wait_for(
        SNEAKERS, lambda m: m["ts"] == placeholder["ts"] and "approve_cell_1" in buttons(m), 60
    )
    assert "Quick drafts can't spell" in words(grid)


async def test_straight_to_pro_stops_the_draft_for_free_and_renders_one_picture(product, ada, ben):
    await ada.type(TEAHOUSE, "/draft exactly seven spoons on linen --n 4")
    placeholder = await ada.wait_for(TEAHOUSE, warned("seven spoons"))
    first = payload(placeholder)["brief"]
    await ada.click(placeholder, "straight_to_pro")
    await ada.wait_for(TEAHOUSE, lambda m: m["ts"] == placeholder["ts"] and "straight to Pro" in m["text"])
    grid = await ada.wait_for(
        TEAHOUSE, lambda m: "seven spoons" in words(m) and "approve_cell_1" in buttons(m), 60
    )
    assert "approve_cell_2" not in buttons(grid)
    done = await shown(ada, TEAHOUSE, "pro", grid["ts"])
    assert "approved by <@U0ADA>" in words(done)
    assert len(files(done)) == 1
    second = payload(grid)["brief"]
    assert entries(product, first) == [("reserve", "draft"), ("void", "draft")]
    assert entries(product, second) == [
        ("reserve", "draft"),
        ("settle", "draft"),
        ("reserve", "pro"),
        ("settle", "pro"),
    ]
    (approval,) = product.rows(
        "SELECT person FROM approvals JOIN versions ON versions.id = version WHERE brief = ?", second
    )
    assert approval["person"] == "U0ADA", "a person's button, a person's approval"


async def test_pressed_twice_it_is_one_render(product, ada):
    await ada.type(TEAHOUSE, "/draft a hand holding a teacup --n 2")
    placeholder = await ada.wait_for(TEAHOUSE, warned("teacup"))
    await asyncio.gather(*(ada.click(placeholder, "straight_to_pro") for _ in range(2)))
    grid = await ada.wait_for(TEAHOUSE, lambda m: "teacup" in words(m) and "approve_cell_1" in buttons(m), 60)
    await shown(ada, TEAHOUSE, "pro", grid["ts"])
    first = payload(placeholder)["brief"]
    assert len(product.rows("SELECT * FROM briefs WHERE follows = ?", first)) == 1
    assert (
        len(product.rows("SELECT * FROM jobs WHERE tier = 'pro' AND brief = ?", payload(grid)["brief"])) == 1
    )


async def test_changing_the_prompt_stops_the_draft_for_free(product, ada):
    await ada.type(GENERAL, "/draft a perfectly symmetrical gate --n 1")
    placeholder = await ada.wait_for(GENERAL, warned("symmetrical gate"))
    first = payload(placeholder)["brief"]
    await ada.click(placeholder, "advice_change")
    await ada.submit(await ada.open_view(), {"prompt": "an iron gate"})
    await until(lambda: entries(product, first) == [("reserve", "draft"), ("void", "draft")])
    await ada.wait_for(GENERAL, lambda m: m["ts"] == placeholder["ts"] and "stopped the draft" in m["text"])
    grid = await ada.wait_for(
        GENERAL, lambda m: "an iron gate" in words(m) and "approve_cell_1" in buttons(m), 60
    )
    assert "straight_to_pro" not in buttons(grid)


async def test_a_harmless_prompt_is_not_warned_of_and_a_channel_can_switch_it_off(product, ada):
    quiet = await drafted(ada, SNEAKERS, "/draft a clock with hands, text-free --n 1")
    assert "straight_to_pro" not in buttons(quiet)
    await ada.type(SNEAKERS, "/draft settings")
    await ada.submit(await ada.open_view(), {"advice": {"advice": {"selected_options": []}}})
    grid = await drafted(ada, SNEAKERS, "/draft twelve red boots --n 1")
    assert "straight_to_pro" not in buttons(grid)


async def test_straight_to_pro_needs_money_for_both_and_somebody_who_may_approve(make_product, ada):
    own = make_product(DRAFTROOM_DEFAULT_BUDGET="20 monthly", DRAFTROOM_ADVICE_PAUSE_S="60").start_bot()
    async with own.person("U0ADA") as rich, own.person("U0BEN") as ben:
        await ben.type(SNEAKERS, "/draft nine candles --n 1")
        placeholder = await ben.wait_for(SNEAKERS, warned("nine candles"))
        before = own.rows("SELECT * FROM ledger")
        (held,) = before
        await rich.type(SNEAKERS, f"/draft budget set {held['amount_micro'] * 2.2 / 1e6:.6f} pot")
        await ben.click(placeholder, "straight_to_pro")
        await whispered(ben, SNEAKERS, "Nothing was charged")
        assert own.rows("SELECT * FROM ledger") == before

        await rich.type(SNEAKERS, "/draft budget set 20 pot")
        await rich.type(SNEAKERS, "/draft settings")
        await rich.submit(
            await rich.open_view(), {"who": "people", "people": {"people": {"selected_users": ["U0ADA"]}}}
        )
        await ben.click(placeholder, "straight_to_pro")
        await whispered(ben, SNEAKERS, "only approvals of <@U0ADA> count")
        assert own.rows("SELECT * FROM ledger") == before


async def test_a_render_that_was_promised_comes_after_a_crash(make_product):
    own = make_product(DRAFTROOM_ADVICE_PAUSE_S="60").start_bot()
    async with own.person("U0ADA") as ada:
        await ada.type(SNEAKERS, "/draft a poster with the word KITE --n 3")
        placeholder = await ada.wait_for(SNEAKERS, warned("KITE"))
        await ada.click(placeholder, "straight_to_pro")
        own.kill_bot()
        own.start_bot()
        grid = await ada.wait_for(SNEAKERS, lambda m: "approve_cell_1" in buttons(m), 60)
        await shown(ada, SNEAKERS, "pro", grid["ts"])
        assert len(own.rows("SELECT * FROM approvals")) == 1
