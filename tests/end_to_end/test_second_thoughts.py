"""Again, change, stop, remove: by button and by emoji, and what each costs."""

import asyncio
import re

import pytest

from bot.ledger import format_left
from tests.end_to_end.product import (
    GENERAL,
    SNEAKERS,
    TEAHOUSE,
    approve_buttons,
    chosen,
    details,
    drafted,
    files,
    payload,
    shown,
    start,
    until,
    whispered,
    words,
)
from tests.engine.tiny_models import save_tiny_sd3, write_profile


def button(message, action):
    for block in message["blocks"]:
        for element in block.get("elements", []) if block["type"] == "actions" else []:
            if element["action_id"] == action:
                return element
    raise AssertionError(f"no button {action} under {message['text']}")


async def stamps(person, channel):
    """What is in a channel already."""
    return {message["ts"] for message in await person.messages(channel)}


async def next_grid(person, channel, known):
    """The finished grid of a message that was not there before."""

    def finished(message):
        return (
            message["ts"] not in known and payload(message).get("role") == "grid" and approve_buttons(message)
        )

    return await person.wait_for(channel, finished, 60)


async def test_the_same_prompt_again_by_emoji_is_another_grid_with_other_pictures(product, ada, ben):
    grid = await drafted(ada, TEAHOUSE, "/draft a teapot --n 2 --ar 3:2 --seed 5")
    known = await stamps(ada, TEAHOUSE)
    await ben.react(TEAHOUSE, grid["ts"], "repeat")
    other = await next_grid(ada, TEAHOUSE, known)
    assert "a teapot" in words(other)
    assert "the same prompt again" in words(other)
    assert "<@U0BEN>" in words(other)
    assert await ada.file(files(other)[0]) != await ada.file(files(grid)[0])
    first, second = (payload(message)["brief"] for message in (grid, other))
    (kept,) = product.rows("SELECT * FROM briefs WHERE id = ?", second)
    assert (kept["follows"], kept["change"], kept["cells"], kept["aspect_width"]) == (first, "again", 2, 3)
    assert len(product.rows("SELECT * FROM ledger WHERE brief = ? AND kind = 'settle'", second)) == 1


async def test_a_changed_prompt_starts_from_what_was_typed(product, ada):
    grid = await drafted(ada, GENERAL, "/draft a blue cup --n 1 --no text")
    await ada.click(grid, button(grid, "draft_change")["action_id"])
    view = await ada.open_view()
    initial = {
        block["block_id"]: block["element"].get("initial_value")
        for block in view["blocks"]
        if "element" in block
    }
    assert (initial["prompt"], initial["negative_prompt"]) == ("a blue cup", "text")
    known = await stamps(ada, GENERAL)
    await ada.submit(view, {"prompt": "a green cup"})
    other = await next_grid(ada, GENERAL, known)
    assert "a green cup" in words(other)
    assert "a changed prompt" in words(other)


@pytest.fixture
def slow_engine(tmp_path):
    """An engine that takes thousands of steps for a draft."""
    profile = write_profile(tmp_path / "slow.toml", save_tiny_sd3(tmp_path / "tiny"))
    profile.write_text(profile.read_text().replace("steps = 4", "steps = 900", 1))
    process, url = start("engine", "--port", "0", "--profile", str(profile), log=tmp_path / "engine.log")
    yield url
    process.terminate()
    assert process.wait(30) == 0


async def test_a_stopped_draft_costs_nothing_and_frees_the_engine(make_product, slow_engine):
    product = make_product(engine=slow_engine).start_bot()
    async with product.person("U0ADA") as ada, product.person("U0BEN") as ben:
        await ada.type(SNEAKERS, "/draft something that takes long --n 9")
        placeholder = await ada.wait_for(SNEAKERS, lambda m: m["text"].startswith("Drafting"))
        await until(lambda: product.rows("SELECT * FROM jobs WHERE state = 'running'"))
        await ben.click(placeholder, "draft_stop")
        await whispered(ben, SNEAKERS, "Only <@U0ADA>")
        await ada.click(placeholder, "draft_stop")
        await ada.wait_for(
            SNEAKERS, lambda m: "stopped the draft" in m["text"] and "Nothing was charged" in m["text"]
        )
        assert [row["kind"] for row in product.rows("SELECT * FROM ledger")] == ["reserve", "void"]
        await asyncio.sleep(1)
        (message,) = [m for m in await ada.messages(SNEAKERS) if payload(m).get("brief")]
        assert "stopped the draft" in message["text"], "a late first look took its place"
        assert product.rows("SELECT state FROM jobs") == [{"state": "cancelled"}]


async def test_a_removed_grid_leaves_the_channel_and_keeps_its_costs(product, ada, ben):
    grid = await drafted(ada, TEAHOUSE, "/draft a plate --n 1")
    await ben.react(TEAHOUSE, grid["ts"], "wastebasket")
    await whispered(ben, TEAHOUSE, "Only <@U0ADA>")
    await ada.submit(await chosen(ada, grid, "draft_remove"), {})
    gone = await ada.wait_for(TEAHOUSE, lambda m: m["ts"] == grid["ts"] and "removed the grid" in m["text"])
    assert not files(gone)
    brief = payload(grid)["brief"]
    assert [r["kind"] for r in product.rows("SELECT * FROM ledger WHERE brief = ?", brief)] == [
        "reserve",
        "settle",
    ]
    assert product.rows("SELECT * FROM versions WHERE brief = ?", brief)


async def test_stopping_what_is_finished_says_so(product, ada):
    grid = await drafted(ada, GENERAL, "/draft a spoon --n 1")
    await ada.react(GENERAL, grid["ts"], "octagonal_sign")
    await whispered(ada, GENERAL, "nothing to stop")


async def test_a_brief_is_found_again_by_its_name_and_posted_anew(product, ada, ben):
    grid = await drafted(ada, TEAHOUSE, "/draft a spotted bowl --n 2")
    answer = await ada.type(TEAHOUSE, "/draft mine")
    assert "a spotted bowl" in answer.response_text
    name = payload(grid)["brief"]
    assert f"`{name}`" in answer.response_text
    assert f"`{name}`" in await details(ada, grid), "a grid tells the name that commands want"
    assert "a spotted bowl" not in (await ben.type(TEAHOUSE, "/draft mine")).response_text

    known = await stamps(ben, TEAHOUSE)
    await ben.type(TEAHOUSE, f"/draft show {name}")
    again = await next_grid(ben, TEAHOUSE, known)
    assert await ben.file(files(again)[0]) == await ben.file(files(grid)[0])
    before = len(product.rows("SELECT * FROM ledger"))
    await ben.react(TEAHOUSE, again["ts"], "two")
    await until(lambda: product.rows("SELECT * FROM versions WHERE brief = ? AND kind = 'pro'", name))
    assert len(product.rows("SELECT * FROM ledger")) == before + 2, "showing costs nothing, approving does"

    assert "belongs to" in (await ben.type(GENERAL, f"/draft show {name}")).response_text
    assert "There is no brief" in (await ben.type(GENERAL, "/draft show ZZZZZZZ")).response_text


async def test_a_grid_posted_anew_is_of_today_and_leads_to_its_thread(make_product):
    # Dear enough that a render shows in what is left.
    product = make_product(DRAFTROOM_SECONDS_PRICE="0.05").start_bot()
    async with product.person("U0ADA") as ada, product.person("U0BEN") as ben:
        grid = await drafted(ada, GENERAL, "/draft a striped jug --n 3")
        await ada.react(GENERAL, grid["ts"], "two")
        pro = await shown(ada, GENERAL, "pro", grid["ts"])
        await ada.say(GENERAL, "@Draftroom fix left: make it blue", thread_ts=grid["ts"])
        fixed = await shown(ada, GENERAL, "fix", grid["ts"], count=2)
        # The bot learns of a message only after people see it.
        await until(lambda: product.rows("SELECT * FROM messages WHERE role = 'fix' AND ts = ?", fixed["ts"]))

        known = await stamps(ben, GENERAL)
        await ben.type(GENERAL, f"/draft show {payload(grid)['brief']}")
        again = await next_grid(ben, GENERAL, known)
        (settled,) = product.rows("SELECT sum(amount_micro) AS micro FROM ledger WHERE kind = 'settle'")
        left = f"{format_left(20_000_000 - settled['micro'], 'USD')} of $20.00 left"
        assert left in await details(ben, again)
        assert "left this month" not in words(again), "nothing is said of money that is there"
        links = {label: link for link, label in re.findall(r"<(http[^|]+)\|([^>]+)>", words(again))}
        for message, label in ((grid, "its thread"), (pro, "Pro 2"), (fixed, "fix 1")):
            assert f"p{message['ts'].replace('.', '')}" in links[label]
        await ben.click(again, approve_buttons(again)[1]["action_id"])
        await whispered(ben, GENERAL, "look in the thread")


async def test_a_tweak_in_the_thread_drafts_the_changed_prompt_from_the_same_seed(product, ada, ben):
    grid = await drafted(ada, SNEAKERS, "/draft a jar of honey --n 1 --seed 9 --no text")
    known = await stamps(ben, SNEAKERS)
    await ben.say(SNEAKERS, "@Draftroom tweak: warmer light, no clutter", thread_ts=grid["ts"])
    other = await next_grid(ben, SNEAKERS, known)
    assert "a jar of honey, warmer light" in words(other)
    (kept,) = product.rows("SELECT * FROM briefs WHERE id = ?", payload(other)["brief"])
    assert (kept["negative_prompt"], kept["seed"], kept["author"]) == ("text, clutter", 9, "U0BEN")
    assert (kept["follows"], kept["change"]) == (payload(grid)["brief"], "prompt")
    await ben.say(SNEAKERS, "@Draftroom tweak:", thread_ts=grid["ts"])
    await whispered(ben, SNEAKERS, "I don't see what to change", grid["ts"])
