"""App Home: what waits for a person by the channel's rule, their briefs with links, their channels' rules."""

import pytest

from sandbox.client import Control
from tests.end_to_end.product import GENERAL, SNEAKERS, TEAHOUSE, Product, drafted, files, payload, shown


@pytest.fixture(scope="module")
def product(tmp_path_factory, engine_url):
    """A product of this module's own, since settings last."""
    made = Product(tmp_path_factory.mktemp("home"), engine_url).start_bot()
    yield made
    made.stop()


def parts(view):
    """What stands under each heading of the page."""
    found, heading = {}, ""
    for block in view["blocks"]:
        if block["type"] == "header":
            heading = block["text"]["text"]
        found[heading] = found.get(heading, "") + str(block)
    return found


def actions(view):
    return [
        (element["action_id"], element["value"])
        for block in view["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]


async def test_what_waits_for_whom_follows_the_channels_rule(product, ada, ben):
    empty = parts(await ben.home())
    assert "Nothing waits for you" in empty["Waiting for your approval"]
    assert "You have none yet" in empty["Your briefs"]
    assert "Your channels" not in empty

    await ada.type(SNEAKERS, "/draft settings")
    await ada.submit(await ada.open_view(), {"needed": "2", "who": "group", "group": "S0BRAND"})
    grid = await drafted(ada, SNEAKERS, "/draft a quilted boot --n 2")
    free = await drafted(ada, GENERAL, "/draft a garden gnome --n 1")

    waits = parts(await ben.home())["Waiting for your approval"]
    assert "a quilted boot" in waits
    assert "Nobody approved a picture yet" in waits
    assert "garden gnome" not in waits, "what anybody may approve waits for nobody in particular"
    page = await ada.home()
    assert "Nothing waits for you" in parts(page)["Waiting for your approval"], "Ada is not of the brand team"
    mine = parts(page)["Your briefs"]
    assert "|look at it>" in mine
    for message, prompt in ((grid, "a quilted boot"), (free, "a garden gnome")):
        assert prompt in mine
        assert payload(message)["brief"] in mine
        assert message["ts"].replace(".", "") in mine, "a link leads to the grid"

    async with product.person("U0CLEO") as cleo:
        await cleo.react(SNEAKERS, grid["ts"], "two")
        await ada.wait_for(SNEAKERS, lambda m: m["ts"] == grid["ts"] and "1 of 2 approvals" in str(m))
        assert "1 of 2 approvals for picture 2" in parts(await ben.home())["Waiting for your approval"]
        assert "a quilted boot" not in parts(await cleo.home())["Waiting for your approval"]

    page = await ben.home()
    (thumbnail,) = [
        block["accessory"]["slack_file"]["id"]
        for block in page["blocks"]
        if block["type"] == "section" and "quilted boot" in block["text"]["text"]
    ]
    assert await ben.file(thumbnail) == await ben.file(files(grid)[0])
    await ben.click_view(page, "home_approve_2")
    await shown(ben, SNEAKERS, "pro", grid["ts"])
    assert "Nothing waits for you" in parts(await ben.home())["Waiting for your approval"]


async def test_a_draft_begins_at_home(product, ada):
    page = await ada.home()
    await ada.click_view(page, "home_new")
    view = await ada.open_view()
    place = {"place": {"type": "conversations_select", "selected_conversation": TEAHOUSE}}
    await ada.submit(view, {"prompt": "a paper lantern", "cells": "2", "place": place})
    grid = await ada.wait_for(TEAHOUSE, lambda m: "a paper lantern" in m["text"] and len(files(m)) == 1, 60)
    assert payload(grid)["role"] == "grid"


async def test_a_picture_that_slack_shows_no_more_does_not_take_the_page_along(product, ada):
    grid = await drafted(ada, GENERAL, "/draft a broken jar --n 1")
    assert "accessory" in str(await ada.home())
    async with Control(product.url) as control:
        await control.set_faults(
            {"calls": [{"method": "views.publish", "answer": "invalid_arguments", "times": 1}]}
        )
        page = await ada.home()
        await control.set_faults({})
    assert "a broken jar" in str(page)
    assert "accessory" not in str(page)
    assert files(grid)


async def test_those_who_may_open_a_channels_settings_from_there(product, ada, ben):
    await drafted(ben, GENERAL, "/draft a wheelbarrow --n 1")
    await drafted(ada, GENERAL, "/draft a watering can --n 1")
    assert "open_settings" not in {action for action, _ in actions(await ben.home())}
    page = await ada.home()
    channels = parts(page)["Your channels"]
    assert "budget is $20.00 a month" in channels
    assert "░" in channels
    await ada.click_view(page, "home_rules", GENERAL)
    rules = await ada.open_view()
    assert "a picture needs 1 approval of anybody" in str(rules)
    await ada.close(rules)
    assert ("open_settings", GENERAL) in actions(page)
    (block,) = [
        b
        for b in page["blocks"]
        if b["type"] == "actions" and ("open_settings", GENERAL) in actions({"blocks": [b]})
    ]
    await ada.call(
        "POST",
        "actions",
        {"view_id": page["id"], "block_id": block["block_id"], "action_id": "open_settings"},
    )
    view = await ada.open_view()
    assert view["private_metadata"] == GENERAL
    assert not (await ada.submit(view, {"cells": "3"})).get("errors")
    await ada.wait_for(GENERAL, lambda m: "changed how this channel works" in m["text"])


async def test_a_guest_sees_nothing_that_waits(product):
    async with product.person("U0GUEST") as guest:
        assert "Nothing waits for you" in parts(await guest.home())["Waiting for your approval"]
