"""Costs as people ask for them: a message, a file in the conversation, a page, and who may set client and margin."""

import csv
import io
import re
from decimal import Decimal

import aiohttp

from tests.end_to_end.product import GENERAL, TEAHOUSE, drafted, payload, shown, whispered


def buttons(message):
    found = [e for block in message["blocks"] if block["type"] == "actions" for e in block["elements"]]
    return {element["action_id"]: element for element in found}


async def asked(person, channel, line):
    """Type a `/draft costs …` and wait for the message that only this person sees."""
    before = {message["ts"] for message in await person.messages(channel)}
    await person.type(channel, line)
    return await person.wait_for(
        channel, lambda m: m["ts"] not in before and m.get("ephemeral") and "spent in" in m["text"]
    )


async def get(url):
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text(encoding="utf-8-sig")


async def test_costs_are_the_same_in_the_message_the_file_the_page_and_the_ledger(product, ada):
    prompt = "=cmd() a copper kettle"
    grid = await drafted(ada, TEAHOUSE, f"/draft {prompt} --n 2")
    await ada.react(TEAHOUSE, grid["ts"], "two")
    await shown(ada, TEAHOUSE, "pro", grid["ts"])
    answer = await asked(ada, TEAHOUSE, "/draft costs month by brief")
    brief = payload(grid)["brief"]
    assert brief in answer["text"]

    await ada.click(answer, "costs_csv")
    posted = await ada.wait_for(TEAHOUSE, lambda m: m.get("files") and "The costs of" in m["text"])
    (file,) = posted["files"]
    assert file["name"].startswith("costs-cupcake-cafe-")
    table = list(csv.DictReader(io.StringIO((await ada.file(file["id"])).decode("utf-8-sig"))))
    row = next(row for row in table if row["brief"] == brief)
    assert row["prompt"] == f"'{prompt}"
    assert row["approvers"] == "Ada Okafor"
    assert row["pictures"] == f"pro-{brief}-2.png"
    assert row["ai_source_type"] == "trainedAlgorithmicMedia"

    status, page = await get(buttons(answer)["costs_page"]["url"])
    assert status == 200
    (spent,) = product.rows(
        "SELECT sum(amount_micro) AS micro FROM ledger WHERE kind = 'settle' AND channel = ?", TEAHOUSE
    )
    total = Decimal(spent["micro"]) / 1_000_000
    assert sum(Decimal(one["total"]) for one in table) == total
    # Amounts of a table have as many decimals each.
    assert total in [Decimal(one) for one in re.findall(r"<strong>\$([0-9.]+)</strong>", page)]
    assert Decimal(re.match(r"\$([0-9.]+) spent", answer["text"])[1]) == total

    status, page = await get(buttons(answer)["costs_page"]["url"] + "x")
    assert status == 403
    assert "/draft costs" in page


async def test_bad_periods_and_groupings_get_a_sentence_and_draft_nothing(product, ada):
    before = product.rows("SELECT count(*) AS n FROM briefs")
    for line, told in {
        "/draft costs fortnight": "no period that I know",
        "/draft costs 2026-02-30": "calendar",
        "/draft costs 2026-02-03..2026-02-01": "lies before",
        "/draft costs month by colour": "told by",
    }.items():
        assert told in (await ada.type(GENERAL, line)).response_text
    assert product.rows("SELECT count(*) AS n FROM briefs") == before


async def test_client_and_margin_are_set_by_admins_and_told_to_all(product, ada, ben):
    for line in ("/draft client ACME-26", "/draft margin 20%"):
        assert "Only workspace admins" in (await ben.type(GENERAL, line)).response_text
    for line in ("/draft client =1+1", "/draft margin -5%", "/draft margin NaN", "/draft client ACME 26"):
        assert "Nothing was changed" in (await ada.type(GENERAL, line)).response_text
    assert product.rows("SELECT * FROM channel_terms") == []
    await ada.type(GENERAL, "/draft client ACME-26")
    assert "20%" in (await ada.type(GENERAL, "/draft margin 20%")).response_text
    assert "`ACME-26`, with a margin of 20%" in (await ben.type(GENERAL, "/draft client")).response_text
    answer = await asked(ben, GENERAL, "/draft costs today by client")
    assert "Nothing was spent" in str(answer["blocks"]) or "ACME-26" in answer["text"]
    await whispered(ada, GENERAL, "Done.")
