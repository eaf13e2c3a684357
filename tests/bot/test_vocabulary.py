"""What a small model does not know is said, in words that help."""

import dataclasses
import io
import json

import pytest
from PIL import Image

from bot import clock, texts
from bot.briefs.model import BriefRequest, Reference
from bot.draft import actions as draft_actions
from bot.draft.vocabulary import advice, unknown_words, warning
from bot.store import pictures
from tests.bot.office import ADA, CHANNEL, rows

VOCABULARY = {
    "subjects": {
        "sneaker": ["running shoe", "trainer"],
        "apple": [],
        "strawberry": [],
        "fox": [],
        "rose": [],
    },
    "colours": {"red": "#d63031", "teal": "#188c8c"},
    "positions": ["top left", "center"],
    "connectives": ["background"],
}


@pytest.mark.parametrize(
    ("prompt", "unknown"),
    [
        ("a red sneaker on a teal background", []),
        ("Two Red Apples, top left", ["two"]),
        ("three foxes and roses with strawberries", ["three"]),
        ("a running shoe", []),
        ("a gazebo by the sea", ["gazebo", "sea"]),
        ("", []),
        ("123 !!! ---", []),
    ],
)
def test_unknown_words_are_found(prompt, unknown):
    assert unknown_words(prompt, VOCABULARY) == unknown


def test_a_slip_of_the_finger_gets_the_word_that_was_meant():
    assert "“sneakr” (nearest: “sneaker”)" in advice("a red sneakr", VOCABULARY)


def test_many_unknown_words_are_counted_not_listed():
    sentence = advice("red gazebo pergola veranda porch balcony", VOCABULARY)
    assert "and 2 more words, so it drew the rest of the prompt" in sentence
    assert "porch" not in sentence


def test_a_prompt_that_is_known_gets_no_advice():
    assert advice("a red apple", VOCABULARY) == ""
    assert warning("a red apple", VOCABULARY) == ""
    assert advice("a red gazebo", {}) == warning("gazebo", {}) == ""


def test_where_no_word_is_known_nothing_is_left_to_be_drawn():
    known = "Name a thing that it knows, such as an apple, a cat or a car."
    assert advice("a gazebo", VOCABULARY) == (
        f"The model knows none of these words: “gazebo”, so what it drew follows none of them. {known}"
    )
    assert warning("gazebo pergola veranda porch", VOCABULARY) == (
        "The model knows none of these words: “gazebo”, “pergola”, “veranda” and one more,"
        f" so what it draws follows none of them. {known}"
    )
    assert warning("a red gazebo", VOCABULARY) == ""
    assert warning("123 !!!", VOCABULARY) == ""


@pytest.fixture
def german():
    texts.speak("de")
    yield
    texts.speak(texts.ENGLISH)


@pytest.mark.usefixtures("german")
def test_a_prompt_in_another_language_gets_no_hints_but_is_told_of_english():
    vocabulary = {**VOCABULARY, "more": ["deer", "in", "a"]}
    sentence = advice("ein roter Apfel, der steht", vocabulary)
    assert "„ein“, „roter“, „apfel“ und noch 2 weitere" in sentence
    assert "am nächsten" not in sentence
    assert sentence.endswith("Schreib Prompts für dieses Modell auf Englisch.")
    assert warning("ein roter Apfel", vocabulary).endswith("auf Englisch.")
    # Mostly English, it is no other language; a word that carries no picture is never a hint.
    sentence = advice("a red sneakr and ein apple on a teal background", vocabulary)
    assert "„sneakr“ (am nächsten: „sneaker“), „ein“ nicht" in sentence
    assert "Englisch" not in sentence


@pytest.mark.parametrize(
    ("asked", "warned"),
    [
        ({"prompt": "bogusword"}, True),
        ({"prompt": "a red bogusword"}, False),
        ({"prompt": "a red apple"}, False),
        ({"prompt": "bogusword", "reference": True}, False),
    ],
)
async def test_where_no_word_is_known_it_is_said_before_money_is_spent(office, asked, warned):
    if asked.get("reference"):
        out = io.BytesIO()
        Image.new("RGB", (64, 64), "teal").save(out, "PNG")
        kept = office.services.picture_store.keep(out.getvalue())
        await office.database.write(lambda tx: pictures.record(tx, kept, clock.now()))
        asked = {**asked, "reference": Reference(sha256=kept.sha256, name="a", strength_percent=60)}
    services = dataclasses.replace(office.services, known_words=lambda: VOCABULARY)
    await draft_actions.open_brief(
        services, BriefRequest(**asked), person=ADA, channel=CHANNEL, source_key="command:1"
    )
    (effect,) = await rows(office.database, "SELECT payload FROM effects")
    (job,) = await rows(office.database, "SELECT not_before > created_at AS waits FROM jobs")
    blocks = json.loads(effect["payload"])["blocks"]
    buttons = [
        one["action_id"] for block in blocks for one in block.get("elements", []) if "action_id" in one
    ]
    assert ("The model knows none of these words: “bogusword”" in str(blocks)) is warned
    assert ("advice_change" in buttons) is warned
    assert "straight_to_pro" not in buttons
    assert bool(job["waits"]) is warned
