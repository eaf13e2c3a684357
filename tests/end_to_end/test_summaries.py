"""Summaries as people meet them: asked for, at their hour although the bot was down, once; and the same numbers everywhere."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from bot.ledger import decimals_of, format_money
from tests.end_to_end.product import SNEAKERS, drafted, files, payload, shown, until, words


async def test_today_so_far_with_pictures_and_the_same_numbers_everywhere(make_product):
    product = make_product().start_bot()
    async with product.person("U0ADA") as ada:
        grid = await drafted(ada, SNEAKERS, "/draft a red shoe --n 2")
        await ada.react(SNEAKERS, grid["ts"], "one")
        await shown(ada, SNEAKERS, "pro", grid["ts"])
        await ada.type(SNEAKERS, "/draft summary")
        summary = await shown(ada, SNEAKERS, "summary")
        said = words(summary)
        settled = product.rows(
            "SELECT tier, sum(amount_micro) AS micro FROM ledger WHERE kind = 'settle' GROUP BY tier"
        )
        each = [row["micro"] for row in settled]
        # One picture is approved, so what it cost is the sum.
        decimals = decimals_of([*each, sum(each)], "USD")
        by_tier = {row["tier"]: format_money(row["micro"], "USD", decimals=decimals) for row in settled}
        about = {row["tier"]: format_money(row["micro"], "USD") for row in settled}
        spent = format_money(sum(each), "USD", exact=True)
        assert said.startswith(f"Today so far: {spent} spent")
        assert f"*Drafts*\n{by_tier['draft']} · 2 pictures" in said
        assert f"*Pro*\n{by_tier['pro']} · 1 picture" in said
        assert "*Waited for pictures*" in said
        # The dearest brief stands there with its Pro picture, which really can be fetched.
        (top,) = [block for block in summary["blocks"] if "accessory" in block]
        assert "a red shoe" in top["text"]["text"]
        assert (await ada.file(top["accessory"]["slack_file"]["id"]))[:4] == b"\x89PNG"
        (chart,) = [block for block in summary["blocks"] if block["type"] == "image"]
        assert spent in chart["alt_text"]
        budget = (await ada.type(SNEAKERS, "/draft budget")).response_text
        told = f"{format_money(sum(each), 'USD')} spent (drafts {about['draft']}, Pro {about['pro']}), "
        assert told.replace("<", "&lt;") in budget
        assert budget.count("spent") == 1
        assert budget in str(await ada.home()).replace("\\xa0", "\xa0")


async def test_what_fell_due_while_the_bot_was_down_comes_once(make_product):
    product = make_product().start_bot()
    async with product.person("U0ADA") as ada:
        await drafted(ada, SNEAKERS, "/draft a red shoe --n 1")
        product.kill_bot()
        # The work of these minutes becomes that of three hours ago, and the channel's hour is the present one.
        hour, earlier = (
            datetime.now(UTC).hour,
            (datetime.now(UTC) - timedelta(hours=3)).isoformat(timespec="microseconds"),
        )
        with closing(sqlite3.connect(product.data / "draftroom.sqlite3")) as database, database:
            database.execute("UPDATE channels SET timezone = 'UTC', summary_hour = ?", [hour])
            database.execute("UPDATE briefs SET created_at = ?", [earlier])
        for _ in range(3):
            product.start_bot()
            await until(lambda: product.rows("SELECT 1 FROM summaries"))
            await until(
                lambda: not product.rows("SELECT 1 FROM effects WHERE state IN ('waiting', 'sending')")
            )
            product.kill_bot()
        posted = [m for m in await ada.messages(SNEAKERS) if payload(m).get("role") == "summary"]
        daily = [m for m in posted if m["text"].startswith("Daily cost summary")]
        assert len(daily) == 1
        assert len(files(daily[0])) == 1


async def test_a_channel_says_which_summaries_it_wants(product, ada):
    for line, answer in (
        ("/draft summary weekly off", r"Done\. This channel gets daily summaries, but not when"),
        ("/draft summary quiet on", r"Done\. This channel gets daily summaries, also when nothing happened"),
        ("/draft summary daily off", r"Done\. No summary comes by itself here"),
        ("/draft summary at 9", r"Done\. This channel's summaries come at 9:00"),
        ("/draft summary at 24", r"full hour from 0 to 23"),
        ("/draft summary at ٩", r"full hour from 0 to 23"),
    ):
        said = (await ada.type("C0TEAHOUSE", line)).response_text
        assert re.search(answer, said), said
    assert product.rows("SELECT summary_hour FROM channels WHERE id = 'C0TEAHOUSE'") == [{"summary_hour": 9}]
    (subscription,) = product.rows(
        "SELECT daily, weekly, quiet_days FROM summary_wishes WHERE channel = 'C0TEAHOUSE'"
    )
    assert subscription == {"daily": 0, "weekly": 0, "quiet_days": 1}
