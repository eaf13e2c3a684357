"""Which words of a prompt a small model does not know, and the nearest that it does. Pure functions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any

from bot.texts import say

#: Unknown words named in one sentence; more would be a wall of text.
NAMED = 3
#: Words that carry no picture, whether or not a vocabulary lists them.
_SILENT = frozenset(
    "a an and are as at be by for from in into is it its of on onto or over please some that the there this"
    " to under very with without make me my our your us we i draw show photo picture image shot style".split()
)


def unknown_words(prompt: str, vocabulary: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    """The content words that the vocabulary lacks, each with the known word spelled most like it, or None.

    `vocabulary` is what an engine tells of a small model: any nesting of mappings and lists of phrases.
    """
    known = _words_of(vocabulary)
    found: dict[str, str | None] = {}
    for word in re.findall(r"[^\W\d_][\w'-]*", prompt.lower()):
        if word in _SILENT or word in found or not known.isdisjoint(_forms(word)):
            continue
        near = difflib.get_close_matches(word, known, 1, 0.75)
        found[word] = near[0] if near else None
    return list(found.items())


def advice(prompt: str, vocabulary: Mapping[str, Any]) -> str:
    """A sentence about the words that the model does not know; empty when it knows all, or lists none."""
    unknown = unknown_words(prompt, vocabulary) if vocabulary else []
    if not unknown:
        return ""
    named = [
        say("vocabulary-word-near", word=word, near=near) if near else say("vocabulary-word", word=word)
        for word, near in unknown[:NAMED]
    ]
    return say("vocabulary-unknown", words=", ".join(named), more=max(0, len(unknown) - NAMED))


def style_advice(name: str, words: str, vocabulary: Mapping[str, Any]) -> str:
    """A sentence where the model knows too few of a style's words to show it; empty otherwise."""
    unknown = unknown_words(words, vocabulary) if words and vocabulary else []
    asked = len(set(re.findall(r"[^\W\d_][\w'-]*", words.lower())) - _SILENT)
    if 2 * len(unknown) <= asked:
        return ""
    return say("vocabulary-style", name=name)


def _words_of(value: Any) -> set[str]:
    if isinstance(value, str):
        return set() if value.startswith("#") else set(re.findall(r"[\w'-]+", value.lower()))
    if isinstance(value, Mapping):
        return {word for pair in value.items() for part in pair for word in _words_of(part)}
    if isinstance(value, list | tuple):
        return {word for part in value for word in _words_of(part)}
    return set()


def _forms(word: str) -> set[str]:
    """The word and what it may be the plural of."""
    forms = {word}
    for ending, stem in (("ies", "y"), ("ves", "f"), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            forms.add(word.removesuffix(ending) + stem)
    return forms
