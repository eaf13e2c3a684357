"""What the model has no words for: said before it costs anything, and under what was drawn; slips of commands are free."""

import json

import pytest

from tests.end_to_end.product import (
    GENERAL,
    SNEAKERS,
    TEAHOUSE,
    Product,
    approve_buttons,
    payload,
    start,
    words,
)
from tests.end_to_end.test_advice_first import buttons
from tests.end_to_end.test_product_backgrounds import product_png, sheet


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    """The product on a model that lists a few words, with time to read before a draft starts."""
    from tests.engine.tiny_models import save_tiny_sd3, write_profile

    folder = tmp_path_factory.mktemp("words")
    model = save_tiny_sd3(folder / "tiny")
    (model / "vocabulary.json").write_text(
        json.dumps({"subjects": {"apple": []}, "colours": ["teal"], "more": ["background"]})
    )
    profile = write_profile(folder / "tiny.toml", model)
    process, url = start("engine", "--port", "0", "--profile", str(profile), log=folder / "engine.log")
    made = Product(folder, url, DRAFTROOM_ADVICE_PAUSE_S="4").start_bot()
    yield made
    made.stop()
    process.terminate()
    assert process.wait(30) == 0


async def test_a_slip_of_a_command_is_no_draft(product, ada):
    answer = await ada.type(SNEAKERS, "/draft summry")
    assert answer.response_text == (
        "There is no command `/draft summry`. Did you mean `/draft summary`?"
        " To draft it as a picture, add a word."
    )
    assert product.rows("SELECT 1 FROM briefs WHERE prompt = 'summry'") == []


async def test_a_prompt_without_one_known_word_is_told_of_before_and_after(product, ada):
    await ada.type(SNEAKERS, "/draft bogusword --n 1")
    asked = await ada.wait_for(SNEAKERS, lambda m: "“bogusword”, so what it draws" in words(m))
    assert "Before this costs anything:" in words(asked)
    assert {"advice_change", "draft_stop"} & buttons(asked).keys() == {"advice_change", "draft_stop"}
    assert "straight_to_pro" not in buttons(asked), "Pro knows no more words"
    money = product.rows("SELECT kind FROM ledger WHERE brief = ?", payload(asked)["brief"])
    assert [row["kind"] for row in money] == ["reserve"]
    grid = await ada.wait_for(SNEAKERS, lambda m: m["ts"] == asked["ts"] and approve_buttons_of(m) == 1, 60)
    assert words(grid).count("knows none of these words: “bogusword”") == 1, (
        "the warning gave way to the note"
    )
    assert "so what it drew follows none of them. Name a thing that it knows" in words(grid)


def approve_buttons_of(message):
    return len(approve_buttons(message)) if message.get("blocks") else 0


async def test_what_is_left_out_is_told_of_before_it_costs_and_noted_under_the_grid(product, ada):
    await ada.type(TEAHOUSE, "/draft an apple and a bogusword --n 1")
    asked = await ada.wait_for(TEAHOUSE, lambda m: "will leave them out: “bogusword”" in words(m))
    assert "Before this costs anything:" in words(asked)
    grid = await ada.wait_for(TEAHOUSE, lambda m: m["ts"] == asked["ts"] and approve_buttons_of(m) == 1, 60)
    assert "Before this costs" not in words(grid)
    assert "The model doesn't know “bogusword”, so it drew the rest of the prompt." in words(grid)


async def test_a_sheet_of_backgrounds_says_once_what_the_model_does_not_know(product, ada):
    await ada.upload(
        GENERAL, product_png(), "vase.png", text="@Draftroom backgrounds on a beech; on teal; in a beech wood"
    )
    grid = await sheet(ada, GENERAL, 3)
    assert "The model doesn't know “beech”, “wood”, so it drew the rest of the prompt." in words(grid)
    assert words(grid).count("doesn't know") == 1
    known = [m["ts"] for m in await ada.messages(GENERAL)]
    await ada.type(GENERAL, "/draft backgrounds on teal")
    other = await ada.wait_for(GENERAL, lambda m: m["ts"] not in known and approve_buttons_of(m) == 1, 60)
    assert "The model" not in words(other)
