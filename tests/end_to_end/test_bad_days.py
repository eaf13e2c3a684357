"""A team's bad days, as people meet them: mentions without their files, look-ups that fail, connections that break."""

import asyncio
import io

import pytest
from PIL import Image

from sandbox.client import Control, Refused
from tests.end_to_end.product import SNEAKERS, drafted, payload, shown, until, whispered


@pytest.fixture
async def control(product):
    async with Control(product.url) as found:
        yield found
        await found.set_faults({})


def mask():
    out = io.BytesIO()
    picture = Image.new("L", (64, 64), 0)
    picture.paste(255, (10, 20, 40, 50))
    picture.save(out, "PNG")
    return out.getvalue()


async def struck(control):
    """How often each of the calls that are to go wrong did."""
    return [fault["struck"] for fault in (await control.faults())["calls"]]


async def helped(person):
    """Whether the bot answers."""
    return "posts a grid of quick drafts" in (
        (await person.type(SNEAKERS, "/draft help")).response_text or ""
    )


async def test_a_mention_that_comes_without_its_mask_is_still_about_the_mask(product, ada, control):
    grid = await drafted(ada, SNEAKERS, "/draft a green shoe --n 1")
    await control.set_faults({"mentions_of_files": "bare"})
    await ada.upload(SNEAKERS, mask(), "mask.png", "@Draftroom fix left half: make it red", grid["ts"])
    await shown(ada, SNEAKERS, "fix", grid["ts"], count=2)
    (version,) = product.rows(
        "SELECT * FROM versions WHERE brief = ? AND kind = 'fix'", payload(grid)["brief"]
    )
    stored = product.data / "pictures" / version["mask"][:2] / f"{version['mask']}.png"
    assert Image.open(stored).getbbox() == (10, 20, 40, 50)
    assert len(product.rows("SELECT 1 FROM jobs WHERE tier = 'fix'")) == 1


async def test_a_form_that_slack_does_not_open_is_told(ada, control):
    await control.set_faults(
        {"calls": [{"method": "views.open", "answer": "expired_trigger_id", "times": 1}]}
    )
    shown_to_ada = (await ada.type(SNEAKERS, "/draft")).response_text
    assert shown_to_ada == "Slack didn't do that (expired_trigger_id). Try it again."
    assert await struck(control) == [1]


async def test_an_approval_while_slack_does_not_tell_who_it_is_counts_once_it_does(product, control):
    # Cleo is not known to the bot yet, so that it has to ask.
    async with product.person("U0ADA") as ada, product.person("U0CLEO") as cleo:
        grid = await drafted(ada, SNEAKERS, "/draft a blue shoe --n 1")
        await control.set_faults({"calls": [{"method": "users.info", "answer": "503_text", "times": 2}]})
        await cleo.react(SNEAKERS, grid["ts"], "one")
        brief = payload(grid)["brief"]
        await until(lambda: product.rows("SELECT 1 FROM jobs WHERE brief = ? AND tier = 'pro'", brief), 30)
        assert await struck(control) == [2]


async def test_text_too_long_to_be_meant_is_told_and_blocks_nobody(product, ada):
    await ada.say(SNEAKERS, "@Draftroom fix " + "the left half and " * 500)
    await whispered(ada, SNEAKERS, "too long to read")
    assert await helped(ada)
    await until(lambda: product.rows("SELECT * FROM inbox") == [])


@pytest.mark.parametrize("how", ["abort", "close"])
async def test_after_a_cut_the_bot_hears_again_soon(product, ada, control, how):
    assert await control.connections(how) >= 1
    async with asyncio.timeout(8):
        while True:
            try:
                assert await helped(ada)
                break
            except Refused:
                await asyncio.sleep(0.1)


async def test_a_start_that_slack_delays_waits_and_hears_people_then(make_product):
    product = make_product()
    async with Control(product.url) as control, product.person("U0ADA") as ada:
        await control.set_faults(
            {
                "calls": [
                    {"method": "auth.test", "answer": "429", "retry_after": "1", "times": 1},
                    # The first answers the start, the second the connection's own client.
                    {"method": "apps.connections.open", "answer": "429", "retry_after": "1", "times": 2},
                ]
            }
        )
        product.start_bot()
        assert await helped(ada)
        assert await struck(control) == [1, 2]
    assert "Failed to receive" not in product.log.read_text()


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_a_start_on_a_bad_day_of_slacks_waits_for_it(make_product, method):
    product = make_product()
    async with Control(product.url) as control, product.person("U0ADA") as ada:
        await control.set_faults({"calls": [{"method": method, "answer": "503_text", "times": 2}]})
        product.start_bot()
        assert await helped(ada)
        assert await struck(control) == [2]


@pytest.mark.parametrize("method", ["users.info", "views.publish"])
async def test_app_home_that_slack_did_not_take_comes_by_itself(product, control, method):
    # Ben is not known to the bot yet, so that it has to ask.
    async with product.person("U0BEN") as ben:
        await control.set_faults({"calls": [{"method": method, "answer": "503_text", "times": 1}]})
        view = await ben.home(15)
        assert "New draft" in str(view)
        assert await struck(control) == [1]
