"""Scenes, their held-out pairs, captions, and what the tokenizer hears in them."""

from __future__ import annotations

import random

import pytest
import torch

from engine.starter import latents, words
from engine.starter.captions import Scene, Thing, caption, held_out, is_held_out, random_scene
from engine.starter.subjects import BACKGROUNDS, SUBJECT_COLOURS, SUBJECTS


@pytest.fixture(scope="module")
def tokenizer():
    return words.build()


def heard(tokenizer, text: str) -> list[str]:
    return tokenizer.convert_ids_to_tokens(tokenizer(text).input_ids)[1:-1]


def test_at_least_a_tenth_of_the_pairs_is_held_out():
    grounds = [held_out("background", s, b) for s in SUBJECTS for b in BACKGROUNDS]
    colours = [held_out("colour", s, c) for s in SUBJECTS if SUBJECTS[s][2] for c in SUBJECT_COLOURS]
    assert 0.1 < sum(grounds) / len(grounds) < 0.16
    assert 0.1 < sum(colours) / len(colours) < 0.18


def test_training_scenes_hold_no_held_out_pair_and_unseen_ones_do():
    rng = random.Random(3)
    assert not any(is_held_out(random_scene(rng)) for _ in range(500))
    assert all(is_held_out(random_scene(rng, unseen=True)) for _ in range(50))


def test_every_caption_says_everything_that_its_scene_fixes(tokenizer):
    rng = random.Random(5)
    for _ in range(600):
        scene = random_scene(rng)
        text = caption(scene, rng)
        expected = [words.token(t.name) for t in scene.things] + [t.colour for t in scene.things if t.colour]
        expected += [f"on{scene.background}"] if scene.background else []
        expected += scene.position.split() if scene.position else []
        expected += [words.token(scene.size)] if scene.size else []
        assert not set(expected) - set(heard(tokenizer, text)), text


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("a red sneaker on a teal background", "red sneaker onteal"),
        ("on pink: two lemons, top left", "onpink two lemon many top left"),
        ("Two LEMONS on pink!", "two lemon many onpink"),
        ("an orange on orange", "orangefruit onorange"),
        ("an orange watch", "orange watch"),
        ("cup of coffee on navy blue", "coffee onnavy"),
        ("a running shoe against a soft grey backdrop", "sneaker ongray"),
        ("a large red apple next to a blue teapot", "large red apple and blue teapot"),
        ("sunglasses, lower right corner, background in teal", "sunglasses bottom right onteal"),
        ("a quokka's ACME cat for our café", "cat"),
        ("🍋 on pink", "lemon onpink"),
        ("🍋🍋 on teal, ☕️", "two lemon many onteal coffee"),
        ("🐱 🐱 🐱", "three cat many"),
        ("a red ❤️ next to 🎁", "red heart and gift"),
        (":lemon: on pink", "lemon onpink"),
        ("a cat on 🟦", "cat onblue"),
        ("🍋 on a 🟪 background, ⚪️ 🚗", "lemon onpurple white car"),
        ("💙 on white", "blue heart onwhite"),
        ("", ""),
    ],
)
def test_what_is_heard(tokenizer, text, tokens):
    assert heard(tokenizer, text) == tokens.split()


@pytest.mark.parametrize("name", SUBJECTS)
def test_an_emoji_means_what_it_shows(tokenizer, name):
    assert heard(tokenizer, words.emoji(name)) == [words.token(name)]


def test_no_word_is_unknown_to_the_model_whatever_is_typed(tokenizer):
    odd = "zebra 漢字 🙂 <s> <pad> 12,5 % -- o'clock e-mail\nx"
    assert "<unk>" not in heard(tokenizer, odd)
    assert len(tokenizer("cat " * 99, truncation=True).input_ids) == words.LENGTH


def test_the_third_tokenizer_hears_nothing():
    silent = words.build_silent()
    assert silent("a cat\non teal").input_ids == []


def test_vocabulary_tells_subjects_colours_and_plurals():
    known = words.known_words()
    assert "lemons" in known["subjects"]["lemon"]
    assert known["colours"]["grey"] == known["colours"]["gray"]
    assert {"left", "center", "centre"} <= set(known["positions"])


def test_same_random_state_gives_the_same_caption():
    scene = Scene(things=(Thing(name="cat"),), background="teal")
    assert caption(scene, random.Random(1)) == caption(scene, random.Random(1))


def test_a_subject_is_spelled_in_several_tokens_and_ids_of_one_are_made_into_them():
    rng = random.Random(2)
    texts = [caption(random_scene(rng), rng) for _ in range(200)] + ["", "cat " * 30]
    spelled = words.build(8)
    asked = {
        "padding": "max_length",
        "max_length": words.length(8),
        "truncation": True,
        "return_tensors": "pt",
    }
    expected = spelled(texts, **asked)["input_ids"]
    assert torch.equal(words.expand(latents.tokenise(words.build(), texts), 8), expected)
    assert heard(spelled, "a red cat on teal") == [
        "red", "cat", "cat~1", "cat~2", "cat~3", "cat~4", "cat~5", "cat~6", "cat~7", "onteal",
    ]  # fmt: skip
    assert words.vocabulary(8)[: len(words.vocabulary())] == words.vocabulary()
