"""Which words of a prompt a small model does not know, and the nearest that it does. Pure functions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from typing import Any

from bot.briefs import loras
from bot.texts import ENGLISH, say, spoken

#: Unknown words named in one sentence; more would be a wall of text.
NAMED = 3
#: Words that carry no picture, whether or not a vocabulary lists them.
_SILENT = frozenset(
    "a an and are as at be by for from in into is it its of on onto or over please some that the there this"
    " to under very with without make me my our your us we i draw show photo picture image shot style".split()
)


def unknown_words(prompt: str, vocabulary: Mapping[str, Any]) -> list[str]:
    """The content words that the vocabulary lacks, each once.

    `vocabulary` is what an engine tells of a small model: any nesting of mappings and lists of phrases.
    """
    known = _words_of(vocabulary)
    return [word for word in _content_words(prompt) if known.isdisjoint(_forms(word))]


def advice(prompt: str, vocabulary: Mapping[str, Any]) -> str:
    """A sentence about the words that the model did not know; empty when it knows all, or lists none."""
    unknown = unknown_words(prompt, vocabulary) if vocabulary else []
    if not unknown:
        return ""
    if len(unknown) == len(_content_words(prompt)):
        sentence = say("vocabulary-none", words=_counted(prompt, unknown, vocabulary))
    else:
        named = ", ".join(_named(prompt, unknown, vocabulary))
        sentence = say("vocabulary-unknown", words=named, more=max(0, len(unknown) - NAMED))
    return _in_english(sentence, prompt, unknown)


def warning(prompt: str, vocabulary: Mapping[str, Any]) -> str:
    """A sentence for before it is drawn, where the model knows no word of the prompt; empty otherwise."""
    unknown = unknown_words(prompt, vocabulary) if vocabulary else []
    if not unknown or len(unknown) < len(_content_words(prompt)):
        return ""
    sentence = say("vocabulary-none-before", words=_counted(prompt, unknown, vocabulary))
    return _in_english(sentence, prompt, unknown)


def before(prompt: str, vocabulary: Mapping[str, Any]) -> str:
    """A sentence for before many are drawn about the words that the model does not know; empty when it knows all."""
    unknown = unknown_words(prompt, vocabulary) if vocabulary else []
    if not unknown:
        return ""
    return _in_english(say("vocabulary-before", words=_counted(prompt, unknown, vocabulary)), prompt, unknown)


def style_advice(name: str, words: str, vocabulary: Mapping[str, Any]) -> str:
    """A sentence where the model knows too few of a style's words to show it; empty otherwise."""
    unknown = unknown_words(words, vocabulary) if words and vocabulary else []
    if 2 * len(unknown) <= len(_content_words(words)):
        return ""
    return say("vocabulary-style", name=name)


def _counted(prompt: str, unknown: list[str], vocabulary: Mapping[str, Any]) -> str:
    """The first few of them, and how many more there are."""
    named = ", ".join(_named(prompt, unknown, vocabulary))
    more = len(unknown) - NAMED
    return say("vocabulary-and-more", words=named, more=more) if more > 0 else named


def _named(prompt: str, unknown: list[str], vocabulary: Mapping[str, Any]) -> list[str]:
    """The first few of them, each with the known word spelled most like it, if any."""
    # What only looks like a word of another language is no hint; nor is a word that carries no picture.
    known = set() if _foreign(prompt, unknown) else _words_of(vocabulary) - _SILENT
    return [
        say("vocabulary-word-near", word=word, near=near)
        if (near := _nearest(word, known))
        else say("vocabulary-word", word=word)
        for word in unknown[:NAMED]
    ]


def _nearest(word: str, known: Collection[str]) -> str:
    return next(iter(difflib.get_close_matches(word, known, 1, 0.75)), "")


def _in_english(sentence: str, prompt: str, unknown: list[str]) -> str:
    return f"{sentence} {say('vocabulary-english')}" if _foreign(prompt, unknown) else sentence


def _foreign(prompt: str, unknown: list[str]) -> bool:
    """Whether the prompt is probably in the language that people are spoken to, and not in English."""
    return spoken().partition("-")[0] != ENGLISH and 2 * len(unknown) > len(_content_words(prompt))


def _content_words(prompt: str) -> list[str]:
    words = re.findall(r"[^\W\d_][\w'-]*", loras.split(prompt)[0].lower())
    return [word for word in dict.fromkeys(words) if word not in _SILENT]


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
