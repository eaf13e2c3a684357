"""What a small model does not know is said, in words that help."""

import pytest

from bot.studio.vocabulary import advice, unknown_words

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
    assert [word for word, _ in unknown_words(prompt, VOCABULARY)] == unknown


def test_a_slip_of_the_finger_gets_the_word_that_was_meant():
    assert unknown_words("a red sneakr", VOCABULARY) == [("sneakr", "sneaker")]
    assert "“sneakr” (nearest: “sneaker”)" in advice("a red sneakr", VOCABULARY)


def test_many_unknown_words_are_counted_not_listed():
    sentence = advice("gazebo pergola veranda porch balcony", VOCABULARY)
    assert "and 2 more words" in sentence
    assert "porch" not in sentence


def test_a_prompt_that_is_known_gets_no_advice():
    assert advice("a red apple", VOCABULARY) == ""
