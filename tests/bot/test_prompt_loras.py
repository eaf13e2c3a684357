"""LoRAs that are written into a prompt: taken out of it, asked for by name, left out with a word where a tier lacks them."""

import pytest

from bot.images_api import loras
from bot.images_api.types import GenerateRequest, Lora

MODEL = {"loras": {"draft": [{"name": "comic"}, {"name": "film grain"}], "pro": []}}


@pytest.mark.parametrize(
    ("typed", "prompt", "named"),
    [
        ("a cat", "a cat", []),
        ("a cat <lora:comic>", "a cat", [("comic", None)]),
        ("a cat <LoRA:comic:0.8> on a mat", "a cat on a mat", [("comic", 0.8)]),
        ("a cat, <lora:comic:1>, on a mat", "a cat, on a mat", [("comic", 1.0)]),
        ("<lora:comic:.5>, a cat", "a cat", [("comic", 0.5)]),
        ("a cat, <lora: film grain : -0.5 >", "a cat", [("film grain", -0.5)]),
        ("a <lora:comic:0.2><lora:comic:0.9> cat", "a cat", [("comic", 0.9)]),
        ("a cat <lora:>", "a cat <lora:>", []),
        ("a cat <lora:comic:much>", "a cat <lora:comic:much>", []),
        ("a, , b", "a, , b", []),
    ],
)
def test_tags_are_taken_out_of_the_words(typed, prompt, named):
    assert loras.split(typed) == (prompt, tuple(Lora(name=name, weight=weight) for name, weight in named))


def test_a_tier_is_asked_for_those_that_it_has():
    asked = GenerateRequest(prompt="a cat <lora:comic:0.8> <lora:grain>", tier="draft")
    request, lacking = loras.of_tags(asked, MODEL)
    assert (request.prompt, request.loras, lacking) == ("a cat", (Lora(name="comic", weight=0.8),), ["grain"])
    request, lacking = loras.of_tags(GenerateRequest(prompt="a cat <lora:comic>", tier="pro"), MODEL)
    assert (request.prompt, request.loras, lacking) == ("a cat", (), ["comic"])


def test_another_server_gets_the_words_alone():
    request, lacking = loras.of_tags(GenerateRequest(prompt="a cat <lora:comic>", tier="draft"), {})
    assert (request.prompt, request.loras, lacking) == ("a cat", (), ["comic"])
