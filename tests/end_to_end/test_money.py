"""Limits as people meet them: set by command, told at half and at the end, asked for and granted by a button."""

import pytest

from tests.end_to_end.product import GENERAL, SNEAKERS, TEAHOUSE, drafted, payload, until, whispered


@pytest.fixture
def poor(make_product):
    """A product whose channels have next to nothing."""
    return make_product(DRAFTROOM_SECONDS_PRICE="0.1", DRAFTROOM_DEFAULT_BUDGET="1 daily").start_bot()


async def test_a_refused_draft_runs_when_more_is_granted(poor):
    async with poor.person("U0ADA") as ada, poor.person("U0BEN") as ben:
        await ada.type(GENERAL, "/draft budget set 0.001 daily")
        refused = await ben.type(GENERAL, "/draft a golden bowl --n 2")
        assert "/draft budget more" in refused.response_text
        assert poor.rows("SELECT * FROM ledger") == []
        await ben.type(GENERAL, "/draft budget more")
        asked = await ben.wait_for(GENERAL, lambda m: "asks for" in m["text"])
        assert "<@U0BEN>" in asked["text"]
        await ben.click(asked, "plea_grant")
        await whispered(ben, GENERAL, "Only workspace admins")
        await ada.click(asked, "plea_grant")
        grid = await ada.wait_for(
            GENERAL, lambda m: payload(m).get("role") == "grid" and "golden bowl" in m["text"]
        )
        assert "golden bowl" in grid["text"]
        await ada.wait_for(GENERAL, lambda m: m["ts"] == asked["ts"] and "granted" in m["text"])
        await until(lambda: [r for r in poor.rows("SELECT * FROM ledger") if r["kind"] == "settle"])
        assert {row["person"] for row in poor.rows("SELECT * FROM ledger")} == {"U0BEN"}


async def test_a_refusal_leaves_everything_as_it_was(poor):
    async with poor.person("U0ADA") as ada, poor.person("U0BEN") as ben:
        await ben.type(TEAHOUSE, "/draft budget more 5 for the launch")
        asked = await ben.wait_for(TEAHOUSE, lambda m: "asks for" in m["text"])
        assert "$5.00" in asked["text"]
        assert "for the launch" in asked["text"]
        await ada.click(asked, "plea_refuse")
        await ada.wait_for(TEAHOUSE, lambda m: m["ts"] == asked["ts"] and "refused" in m["text"])
        assert "$1.00" in (await ben.type(TEAHOUSE, "/draft budget")).response_text
        assert poor.rows("SELECT * FROM grants") == []


async def test_half_of_a_budget_is_told_once(make_product):
    product = make_product(DRAFTROOM_SECONDS_PRICE="0").start_bot()
    product.kill_bot()
    # Ten cents a picture, whatever the machine does.
    config = product.folder / "draftroom.toml"
    config.write_text(
        'price_profile = "flat"\n[prices.flat.draft]\nper_picture = 0.1\n[prices.flat.pro]\nper_picture = 0.1\n'
    )
    product.start_bot(DRAFTROOM_CONFIG=str(config), DRAFTROOM_DEFAULT_BUDGET="1 daily")
    async with product.person("U0ADA") as ada:
        await drafted(ada, SNEAKERS, "/draft a cup --n 5")
        told = await ada.wait_for(SNEAKERS, lambda m: "50% of this channel's budget is spent" in m["text"])
        assert "50\u00a0¢ of $1.00" in told["text"]
        await drafted(ada, SNEAKERS, "/draft a plate --n 1")
        alerts = [m for m in await ada.messages(SNEAKERS) if "of this channel's budget is spent" in m["text"]]
        assert len(alerts) == 1
        settled = product.rows("SELECT amount_micro FROM ledger WHERE kind = 'settle'")
        assert [row["amount_micro"] for row in settled] == [500_000, 100_000]


async def test_caps_and_terms_by_command(poor):
    async with poor.person("U0ADA") as ada, poor.person("U0BEN") as ben:
        said = (await ada.type(SNEAKERS, "/draft budget person 0.001 daily")).response_text
        assert "each person in this channel is $0.001 a day" in said
        assert "limit for each person" in (await ben.type(SNEAKERS, "/draft a jug")).response_text
        assert "soft" in (await ada.type(SNEAKERS, "/draft budget soft")).response_text
        assert (
            "added to the next period"
            in (await ada.type(SNEAKERS, "/draft budget rollover on")).response_text
        )
        for line in ("budget soft", "budget person 5 daily", "budget pro off", "budget workspace 9 pot"):
            assert "Only workspace admins" in (await ben.type(SNEAKERS, f"/draft {line}")).response_text
        assert "no such limit" in (await ada.type(SNEAKERS, "/draft budget person off")).response_text


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("-5", "cannot be negative"),
        ("NaN", "no amount"),
        ("1e99", "exponent"),
        ("٥٠", "digits 0 to 9"),
        ("€5", "in USD"),
    ],
)
async def test_bad_amounts_change_nothing(product, ada, amount, sentence):
    for line in (
        f"budget more {amount}",
        f"budget person {amount} daily",
        f"budget workspace {amount} weekly",
    ):
        assert sentence in (await ada.type(TEAHOUSE, f"/draft {line}")).response_text
    assert product.rows("SELECT * FROM caps") == []
    assert product.rows("SELECT * FROM budget_requests") == []
