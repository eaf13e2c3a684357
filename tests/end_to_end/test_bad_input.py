"""What goes wrong gets a clear sentence where the person looks, and costs nothing."""

import io
import subprocess
import sys

import pytest
from PIL import Image

from tests.end_to_end.product import (
    GENERAL,
    ROOT,
    SNEAKERS,
    TOKENS,
    drafted,
    free_port,
    payload,
    run_bot,
    until,
    whispered,
    words,
)
from tests.engine.tiny_models import write_profile


@pytest.fixture
def free(product):
    """Nothing that happens in the test may reach the ledger."""
    before = product.rows("SELECT * FROM ledger") if product.data.exists() else []
    yield
    assert product.rows("SELECT * FROM ledger") == before


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/draft --n 4", "There is no prompt yet"),
        ("/draft " + "x" * 10_000, "10,000 characters"),
        ("/draft a cup --colour red", "I don't know the flag `--colour`"),
        ("/draft a cup --n 50", "A grid holds 1 to 9 pictures"),
        ("/draft a cup --ar 0:1", "is no aspect ratio"),
        ("/draft a cup --seed -1", "A seed is a whole number"),
        ("/draft budget set -5 monthly", "cannot be negative"),
        ("/draft budget set 50 €", "currency sign"),
        ("/draft budget set lots", "For example"),
    ],
)
@pytest.mark.usefixtures("free")
async def test_a_command_that_cannot_be(ada, line, sentence):
    answer = await ada.type(SNEAKERS, line)
    assert sentence in answer.response_text


async def test_help_names_every_command(ada):
    answer = await ada.type(SNEAKERS, "/draft help")
    assert len(answer.response_text.splitlines()) == 5
    asked = await whispered(ada, SNEAKERS, "/draft summary")
    told = ""
    for topic in ("draft", "approve", "fix", "many", "money"):
        await ada.click(asked, f"help_more_{topic}")
        view = await ada.open_view()
        told += words(view)
        await ada.close(view)
    for part in ("--n", "--ar", "--seed", "--no", "budget set", "summary", "fix center"):
        assert part in told


@pytest.mark.usefixtures("free")
async def test_people_who_may_not(product, ada, ben):
    answer = await ben.type(SNEAKERS, "/draft budget set 500 monthly")
    assert "Only workspace admins" in answer.response_text
    async with product.person("U0GUEST") as guest:
        assert "Guests can look" in (await guest.type(SNEAKERS, "/draft a cup")).response_text
    assert "/invite @Draftroom" in (await ada.type("C0PRIVATE", "/draft a cup")).response_text


@pytest.mark.usefixtures("free")
async def test_a_number_on_somebody_elses_message(ada, ben):
    message = await ada.say(SNEAKERS, "Lunch: 1 pizza, 2 salad?")
    await ben.react(SNEAKERS, message["ts"], "one")
    await whispered(ben, SNEAKERS, "isn't one of my grids")


@pytest.mark.usefixtures("free")
async def test_a_fix_outside_of_a_thread(ada):
    await ada.say(GENERAL, "@Draftroom fix left: make it blue")
    await whispered(ada, GENERAL, "Reply in the thread of the grid")


def png(size, colour="white"):
    out = io.BytesIO()
    Image.new("L", size, colour).save(out, "PNG")
    return out.getvalue()


async def test_what_a_thread_refuses(product, ada, ben):
    grid = await drafted(ada, SNEAKERS, "/draft a red shoe on the table --n 2")
    before = product.rows("SELECT * FROM ledger")
    await ben.react(SNEAKERS, grid["ts"], "seven")
    await whispered(ben, SNEAKERS, "This grid has 2 pictures")
    for text, sentence in [
        ("fix left: make it blue", "Which picture?"),
        ("fix cell 1 moon: make it blue", "don't know the region “moon”"),
        ("fix cell 1 Z9: make it blue", "off the picture"),
        ("fix cell 1 10 20 160 80: make it blue", "off the picture"),
        ("fix cell 1 left", "don't see what to change"),
        ("fix cell 7 left: make it blue", "no number 7"),
        ("good morning", "I can fix a region"),
    ]:
        await ada.say(SNEAKERS, f"@Draftroom {text}", thread_ts=grid["ts"])
        await whispered(ada, SNEAKERS, sentence, grid["ts"])
    for data, sentence in [
        (png((10, 10)), "The mask is 10×10 pixels, the picture 64×64"),
        (b"no picture at all", "no picture that I can open"),
        (png((64, 64), "black"), "marks nothing"),
    ]:
        await ada.upload(SNEAKERS, data, "mask.png", "@Draftroom fix cell 1: make it blue", grid["ts"])
        await whispered(ada, SNEAKERS, sentence, grid["ts"])
    assert product.rows("SELECT * FROM ledger") == before
    assert (
        product.rows("SELECT * FROM versions WHERE kind = 'fix' AND brief = ?", payload(grid)["brief"]) == []
    )


async def test_a_channel_over_its_budget(make_product):
    product = make_product(DRAFTROOM_DEFAULT_BUDGET="0.0003 daily").start_bot()
    async with product.person("U0ADA") as ada:
        answer = await ada.type(SNEAKERS, "/draft a cup --n 9")
        assert "What would fit: `--n" in answer.response_text
        assert product.rows("SELECT * FROM ledger") == []
        await ada.type(SNEAKERS, "/draft budget set 5 daily")
        await drafted(ada, SNEAKERS, "/draft a cup --n 9")


def test_tokens_that_slack_refuses(product, tmp_path):
    api = {"SLACK_API_URL": f"{product.url}/api/"}
    status, said = run_bot(tmp_path, **api)
    assert status == 1
    assert "Set SLACK_BOT_TOKEN" in said
    status, said = run_bot(tmp_path, **{**TOKENS, **api, "SLACK_BOT_TOKEN": "xoxb-wrong-secret"})
    assert status == 1
    assert "Slack does not accept SLACK_BOT_TOKEN (invalid_auth)" in said
    assert "wrong-secret" not in said
    status, said = run_bot(tmp_path, **{**TOKENS, **api, "SLACK_APP_TOKEN": "xapp-wrong-secret"})
    assert status == 1
    assert "Slack does not accept SLACK_APP_TOKEN" in said
    assert "wrong-secret" not in said


def test_a_workspace_that_cannot_be_reached(tmp_path):
    status, said = run_bot(tmp_path, **TOKENS, SLACK_API_URL="http://127.0.0.1:9/api/")
    assert status == 1
    assert "Slack can't be reached" in said


def test_a_second_bot_on_the_same_data(product):
    status, said = run_bot(product.folder, **product.settings)
    assert status == 1
    assert "Another bot already works" in said


async def test_an_engine_that_is_away_is_told_at_once_and_given_up(make_product):
    product = make_product(engine="http://127.0.0.1:9", DRAFTROOM_ENGINE_PATIENCE_S="2").start_bot()
    async with product.person("U0ADA") as ada:
        await ada.type(SNEAKERS, "/draft a cup")
        told = await ada.wait_for(SNEAKERS, lambda m: "has to wait" in m["text"], 20)
        assert "can't be reached" in words(told)
        await ada.wait_for(SNEAKERS, lambda m: "didn't work out" in m["text"], 30)
    assert product.ledger() == [("reserve", "draft"), ("void", "draft")]


async def test_an_engine_without_a_model_says_what_to_do(make_product, tmp_path):
    profile = write_profile(tmp_path / "none.toml", tmp_path / "nowhere")
    port = free_port()
    engine = subprocess.Popen(
        [sys.executable, "-m", "engine", "--port", str(port), "--profile", str(profile)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = engine.stderr.readline()
        while "cannot render" not in line:
            assert line, "the engine ended"
            line = engine.stderr.readline()
        product = make_product(engine=f"http://127.0.0.1:{port}", DRAFTROOM_ENGINE_PATIENCE_S="2").start_bot()
        async with product.person("U0ADA") as ada:
            await ada.type(SNEAKERS, "/draft a cup")
            told = await ada.wait_for(SNEAKERS, lambda m: "No model was found" in words(m), 20)
            assert "cup" in words(told)
        await until(lambda: ("void", "draft") in product.ledger(), 30)
    finally:
        engine.kill()
        engine.wait()
