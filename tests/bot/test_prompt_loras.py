"""LoRAs that are written into a prompt are taken out of its words."""

import pytest

from bot.briefs import loras


@pytest.mark.parametrize(
    ("typed", "prompt", "named"),
    [
        ("a cat", "a cat", {}),
        ("a cat <lora:comic>", "a cat", {"comic": None}),
        ("a cat <LoRA:comic:0.8> on a mat", "a cat on a mat", {"comic": 0.8}),
        ("a cat, <lora:comic:1>, on a mat", "a cat, on a mat", {"comic": 1.0}),
        ("<lora:comic:.5>, a cat", "a cat", {"comic": 0.5}),
        ("a cat, <lora: film grain : -0.5 >", "a cat", {"film grain": -0.5}),
        ("a <lora:comic:0.2><lora:comic:0.9> cat", "a cat", {"comic": 0.9}),
        ("a cat <lora:>", "a cat <lora:>", {}),
        ("a cat <lora:comic:much>", "a cat <lora:comic:much>", {}),
        ("a, , b", "a, , b", {}),
    ],
)
def test_tags_are_taken_out_of_the_words(typed, prompt, named):
    assert loras.split(typed) == (prompt, named)
