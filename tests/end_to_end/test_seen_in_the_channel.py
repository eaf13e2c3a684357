"""Approving is seen in the channel: the grid is marked, the render shown; and what a removed grid leaves is taken away."""

import re

from sandbox.client import Control
from tests.end_to_end.product import (
    GENERAL,
    SNEAKERS,
    TEAHOUSE,
    chosen,
    details,
    drafted,
    files,
    payload,
    shown,
    whispered,
    words,
)
from tests.end_to_end.test_second_thoughts import next_grid, stamps


def links(message):
    """Addresses by the words that they stand behind."""
    return {label: link for link, label in re.findall(r"<(http[^|]+)\|([^>]+)>", words(message))}


async def test_the_grid_leads_to_its_render_which_the_channel_sees(product, ada, ben):
    grid = await drafted(ada, TEAHOUSE, "/draft a teapot --n 3")
    known = await stamps(ada, TEAHOUSE)
    await ben.react(TEAHOUSE, grid["ts"], "two")
    pro = await shown(ada, TEAHOUSE, "pro", grid["ts"])
    marked = await ada.wait_for(
        TEAHOUSE, lambda m: m["ts"] == grid["ts"] and "*, by <@U0BEN>" in words(m), 30
    )
    assert f"p{pro['ts'].replace('.', '')}" in links(marked)["2 in Pro"]
    assert files(marked) == files(grid)
    (seen,) = [m for m in await ben.messages(TEAHOUSE) if m["ts"] not in known]
    assert (seen["ts"], seen["thread_ts"]) == (pro["ts"], grid["ts"]), "one message, in thread and channel"
    assert len(files(seen)) == 1

    await ada.click(marked, "approve_cell_1")
    both = await ada.wait_for(
        TEAHOUSE, lambda m: m["ts"] == grid["ts"] and "1 in Pro" in words(m) and "2 in Pro" in words(m), 60
    )
    assert "goes to Pro" not in words(both)


async def test_a_channel_may_keep_renders_in_their_threads(product, ada):
    await ada.type(GENERAL, "/draft settings")
    await ada.submit(
        await ada.open_view(), {"broadcast": {"broadcast": {"type": "checkboxes", "selected_options": []}}}
    )
    await ada.wait_for(GENERAL, lambda m: "shown in their thread only" in words(m))
    grid = await drafted(ada, GENERAL, "/draft a plate --n 1")
    known = await stamps(ada, GENERAL)
    await ada.react(GENERAL, grid["ts"], "one")
    await shown(ada, GENERAL, "pro", grid["ts"])
    await ada.wait_for(GENERAL, lambda m: m["ts"] == grid["ts"] and "1 in Pro" in words(m), 30)
    assert await stamps(ada, GENERAL) == known


async def test_where_slack_shows_no_reply_in_a_channel_it_stays_in_its_thread(make_product):
    product = make_product().start_bot()
    async with product.person("U0ADA") as ada, Control(product.url) as control:
        grid = await drafted(ada, SNEAKERS, "/draft a bowl --n 1")
        await control.set_faults({"no_broadcasts": True})
        await ada.react(SNEAKERS, grid["ts"], "one")
        await shown(ada, SNEAKERS, "pro", grid["ts"])
        assert not [m for m in await ada.messages(SNEAKERS) if payload(m).get("role") == "pro"]


async def test_an_approval_taken_back_leaves_no_mark(make_product):
    product = make_product(DRAFTROOM_APPROVAL_GRACE_S="30").start_bot()
    async with product.person("U0ADA") as ada:
        grid = await drafted(ada, SNEAKERS, "/draft a bowl --n 2")
        await ada.react(SNEAKERS, grid["ts"], "two")
        await ada.wait_for(SNEAKERS, lambda m: m["ts"] == grid["ts"] and "2 goes to Pro" in words(m))
        await ada.unreact(SNEAKERS, grid["ts"], "two")
        await ada.wait_for(SNEAKERS, lambda m: m["ts"] == grid["ts"] and "goes to Pro" not in words(m))


async def test_a_removed_grid_leaves_neither_numbers_nor_copies(make_product):
    product = make_product(DRAFTROOM_NUMBER_REACTIONS="true").start_bot()
    async with product.person("U0ADA") as ada:
        grid = await drafted(ada, SNEAKERS, "/draft a bowl --n 2")
        await ada.wait_for(SNEAKERS, lambda m: m["ts"] == grid["ts"] and len(m.get("reactions", [])) == 2)
        name = payload(grid)["brief"]
        known = await stamps(ada, SNEAKERS)
        await ada.type(SNEAKERS, f"/draft show {name}")
        copy = await next_grid(ada, SNEAKERS, known)
        assert f"`{name}`" in await details(ada, copy)
        await ada.submit(await chosen(ada, copy, "draft_remove"), {})
        for ts in (grid["ts"], copy["ts"]):
            await ada.wait_for(
                SNEAKERS,
                lambda m, ts=ts: m["ts"] == ts and "removed the grid" in m["text"] and not m.get("reactions"),
                30,
            )


async def test_a_change_asked_for_in_a_thread_is_led_to_from_there(product, ada):
    grid = await drafted(ada, SNEAKERS, "/draft a red jar --n 1")
    known = await stamps(ada, SNEAKERS)
    await ada.say(SNEAKERS, "@Draftroom warmer light", thread_ts=grid["ts"])
    line = await ada.wait_for(
        SNEAKERS, lambda m: "Drafting" in words(m) and "warmer light" in words(m), 30, grid["ts"]
    )
    other = await next_grid(ada, SNEAKERS, known)
    assert any(f"p{other['ts'].replace('.', '')}" in link for link in links(line).values())
    assert "a changed prompt: warmer light" in words(other)


async def test_a_region_that_is_not_known_can_be_painted_with_the_words_filled_in(product, ada):
    grid = await drafted(ada, SNEAKERS, "/draft a hat stand --n 1")
    await ada.say(SNEAKERS, "@Draftroom fix the hat: make it red & white", thread_ts=grid["ts"])
    told = await whispered(ada, SNEAKERS, "don't know the region “the hat”", grid["ts"])
    await ada.click(told, "paint_it")
    link = await whispered(ada, SNEAKERS, "Open the editor", grid["ts"])
    assert "#say=make%20it%20red%20%26%20white" in str(link["blocks"])
