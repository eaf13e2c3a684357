"""What a small model does not know is said, in words that help."""

import dataclasses
import io
import json

import pytest
from PIL import Image

from bot import clock, texts
from bot.briefs.model import BriefRequest, Reference
from bot.draft import actions as draft_actions
from bot.draft.vocabulary import advice, before, unknown_words
from bot.store import pictures
from tests.bot.office import ADA, CHANNEL, rows

VOCABULARY = {
    "subjects": {
        "sneaker": ["running shoe", "trainer"],
        "apple": [],
        "strawberry": [],
        "fox": [],
        "rose": [],
        "laptop": ["notebook computer"],
    },
    "emoji": ["🟦"],
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
        ("4k, 90s, high quality please", []),
        ("a red apple, space for the headline, no text anywhere", []),
        ("a notebook computer and a notebook", ["notebook"]),
        ("an apple on 🟦 with a 🦔", ["🦔"]),
        ("an apple on :large_blue_square: with a :hedgehog:", ["🦔"]),
    ],
)
def test_unknown_words_are_found(prompt, unknown):
    assert unknown_words(prompt, VOCABULARY) == unknown


def test_a_slip_of_the_finger_gets_the_word_that_was_meant():
    assert "“sneakr” (nearest: “sneaker”)" in advice("a red sneakr", VOCABULARY)


@pytest.mark.parametrize("slip", ["appel", "aple", "strawbery", "strawbarry", "sneakker", "sneekar"])
def test_slips_are_letters_lost_doubled_swapped_or_one_wrong_vowel(slip):
    told = before(f"{slip} on teal", VOCABULARY)
    assert ("nearest" in told) is (slip in ("appel", "strawbery", "strawbarry", "sneakker"))


@pytest.mark.parametrize(
    "word", ["goat", "boat", "coast", "horse", "chain", "river", "planet", "glove", "trace", "hearth"]
)
def test_another_word_that_is_spelled_alike_is_no_hint(word):
    vocabulary = {"subjects": ["coat", "house", "chair", "rose", "plant", "globe", "tree", "coats", "heart"]}
    assert "nearest" not in before(f"a {word}", vocabulary)


def test_many_unknown_words_are_counted_not_listed():
    sentence = advice("red gazebo pergola veranda porch balcony", VOCABULARY)
    assert "and 2 more words, so it drew the rest of the prompt" in sentence
    assert "porch" not in sentence


def test_a_prompt_that_is_known_gets_no_advice():
    assert advice("a red apple", VOCABULARY) == ""
    assert before("a red apple", VOCABULARY) == ""
    assert advice("a red gazebo", {}) == before("gazebo", {}) == ""
    assert before("123 !!!", VOCABULARY) == ""


def test_where_no_word_is_known_nothing_is_left_to_be_drawn():
    known = "Name a thing that it knows, such as an apple, a cat or a car."
    assert advice("a gazebo", VOCABULARY) == (
        f"The model knows none of these words: “gazebo”, so what it drew follows none of them. {known}"
    )
    assert before("gazebo pergola veranda porch", VOCABULARY) == (
        "The model knows none of these words: “gazebo”, “pergola”, “veranda” and one more,"
        f" so what it draws follows none of them. {known}"
    )
    assert before("a red gazebo", VOCABULARY) == (
        "The model does not know these words, and will leave them out: “gazebo”."
    )


@pytest.mark.parametrize("prompt", ["ein roter Apfel auf blau", "une fleur rouge", "青い背景に赤いりんご"])
def test_a_prompt_in_another_language_gets_one_sentence(prompt):
    told = "This model reads English only: write, for instance, “a red apple on white”."
    assert before(prompt, VOCABULARY) == advice(prompt, VOCABULARY) == told


@pytest.fixture
def german():
    texts.speak("de")
    yield
    texts.speak(texts.ENGLISH)


@pytest.mark.usefixtures("german")
def test_a_prompt_in_another_language_is_told_of_english_in_the_language_that_is_spoken():
    told = "Dieses Modell versteht nur Englisch: Schreib zum Beispiel „a red apple on white“."
    assert advice("ein roter Apfel, der steht", VOCABULARY) == told
    # Mostly English, it is no other language.
    sentence = advice("a red sneakr and ein apple on a teal background", VOCABULARY)
    assert "„sneakr“ (am nächsten: „sneaker“), „ein“ nicht" in sentence
    assert "Englisch" not in sentence


@pytest.mark.parametrize(
    ("asked", "warned"),
    [
        ({"prompt": "bogusword"}, "knows none of these words: “bogusword”"),
        ({"prompt": "a red bogusword"}, "will leave them out: “bogusword”"),
        ({"prompt": "a red apple"}, ""),
        ({"prompt": "bogusword", "reference": True}, ""),
        ({"prompt": 'a red sneaker that says "apple"'}, "no letters or numbers, in Pro neither"),
    ],
)
async def test_what_a_small_model_leaves_out_is_said_before_money_is_spent_and_pro_is_no_cure(
    office, asked, warned
):
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
    assert warned in str(blocks)
    assert ("Before this costs anything" in str(blocks)) is bool(warned)
    assert ("advice_change" in buttons) is bool(warned)
    assert "straight_to_pro" not in buttons
    assert bool(job["waits"]) is bool(warned)


@pytest.mark.parametrize(
    ("prompt", "unknown"),
    [
        ("exactly seven apples", ()),
        ("Exactly twelve red apples on a teal background", ()),
        ("half a dozen apples", ()),
        ("exactly seven zebras on teal", ("“zebras”",)),
        ("three apples", ("“three”",)),
        ("seven years of apples", ("“seven”", "“years”")),
    ],
)
async def test_a_count_is_told_once_as_a_count_and_not_as_a_word_too(office, prompt, unknown):
    services = dataclasses.replace(office.services, known_words=lambda: VOCABULARY)
    await draft_actions.open_brief(
        services, BriefRequest(prompt=prompt), person=ADA, channel=CHANNEL, source_key="command:1"
    )
    (effect,) = await rows(office.database, "SELECT payload FROM effects")
    told = str(json.loads(effect["payload"])["blocks"])
    counted = "doesn't count beyond three" in told
    assert counted is (prompt not in ("three apples", "seven years of apples"))
    assert ("will leave them out" in told) is bool(unknown)
    assert all(word in told for word in unknown)
    assert not counted or not {"“seven”", "“exactly”", "“dozen”", "“twelve”"} & set(told.split())
