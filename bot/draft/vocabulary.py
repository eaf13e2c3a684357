"""Which words of a prompt a small model does not know, and the one that was meant by a slip. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.briefs import loras
from bot.briefs.typed import EMOJI, with_emoji
from bot.draft.advice import LEFT_EMPTY
from bot.draft.foreign import english
from bot.texts import say

#: Unknown words named in one sentence; more would be a wall of text.
NAMED = 3
#: Letters of a word that is taken for a slip of another: shorter ones are as near to many.
SLIP_LETTERS = 5
#: Words that carry no picture, whether or not a vocabulary lists them.
_SILENT = frozenset(
    "a an and are as at be by for from in into is it its of on onto or over please pls some that the there this"
    " to under very with without no not any make me my our your us we i draw show photo picture image shot style"
    " can get need want would like could give let just really add pic img bg background mockup product"
    " nice beautiful pretty lovely great good cool high quality resolution hd hq professional detailed".split()
)
#: What is said to be absent, which the model leaves out as well.
_ABSENT = re.compile(
    r"\b(?:no|without(?:\s+any)?|free\s+of)\s+(?:text|words?|letters?|lettering|writing|typography|logos?|labels?"
    r"|captions?|watermarks?)(?:\s+(?:anywhere|at\s+all))?|\b(?:blank|unprinted|unlabelled|unlabeled|plain|textless)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?<![\w])[^\W\d_][\w'-]*")


def unknown_words(prompt: str, vocabulary: Mapping[str, Any]) -> list[str]:
    """The content words, and emoji, that the vocabulary lacks, each once.

    `vocabulary` is what an engine tells of a small model: its phrases, in mappings and lists, by what they are. A word
    of a phrase of several (“notebook computer”) is known in that phrase alone.
    """
    phrases = set(_phrases(vocabulary.values()))
    longest = max(map(len, phrases), default=1)
    words = _words_and_emoji(prompt)
    unknown, at = [], 0
    while at < len(words):
        length = next(
            (
                n
                for n in range(min(longest, len(words) - at), 0, -1)
                if _is_known(words[at : at + n], phrases)
            ),
            0,
        )
        if not length and words[at] not in _SILENT:
            unknown.append(words[at])
        at += length or 1
    return list(dict.fromkeys(unknown))


def advice(prompt: str, vocabulary: Mapping[str, Any]) -> str:
    """A sentence about the words that the model did not know; empty when it knows all, or lists none."""
    unknown = unknown_words(prompt, vocabulary) if vocabulary else []
    if not unknown:
        return ""
    if not english(prompt):
        return say("vocabulary-english")
    if _all(unknown, prompt):
        return say("vocabulary-none", words=_counted(unknown, vocabulary))
    named = ", ".join(_named(unknown, vocabulary))
    return say("vocabulary-unknown", words=named, more=max(0, len(unknown) - NAMED))


def before(prompt: str, vocabulary: Mapping[str, Any]) -> str:
    """The same for before it is drawn."""
    unknown = unknown_words(prompt, vocabulary) if vocabulary else []
    if not unknown:
        return ""
    if not english(prompt):
        return say("vocabulary-english")
    name = "vocabulary-none-before" if _all(unknown, prompt) else "vocabulary-before"
    return say(name, words=_counted(unknown, vocabulary))


def style_advice(name: str, words: str, vocabulary: Mapping[str, Any]) -> str:
    """A sentence where the model knows too few of a style's words to show it; empty otherwise."""
    unknown = unknown_words(words, vocabulary) if words and vocabulary else []
    if 2 * len(unknown) <= len(_content(words)):
        return ""
    return say("vocabulary-style", name=name)


def _all(unknown: list[str], prompt: str) -> bool:
    return len(unknown) == len(_content(prompt))


def _counted(unknown: list[str], vocabulary: Mapping[str, Any]) -> str:
    """The first few of them, and how many more there are."""
    named = ", ".join(_named(unknown, vocabulary))
    more = len(unknown) - NAMED
    return say("vocabulary-and-more", words=named, more=more) if more > 0 else named


def _named(unknown: list[str], vocabulary: Mapping[str, Any]) -> list[str]:
    """The first few of them, each with the known word that it is a slip of, if any."""
    known = {phrase[0] for phrase in _phrases(vocabulary.values()) if len(phrase) == 1} - _SILENT
    return [
        say("vocabulary-word-near", word=word, near=near)
        if (near := _meant(word, known))
        else say("vocabulary-word", word=word)
        for word in unknown[:NAMED]
    ]


def _meant(word: str, known: Collection[str]) -> str:
    """The known word of which this is a slip of the finger: a letter lost, doubled, swapped or a wrong vowel.

    Other words that are spelled alike (“boat” and “coat”) mean something else, and are no hint.
    """
    if len(word) < SLIP_LETTERS:
        return ""
    return next((one for one in sorted(known) if len(one) >= SLIP_LETTERS and _is_slip(word, one)), "")


def _is_slip(typed: str, meant: str) -> bool:
    if typed[0] != meant[0] or abs(len(typed) - len(meant)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), None)
    if start is None:
        # One goes on where the other ends: a letter lost, or doubled.
        return len(typed) < len(meant) or typed[-1] in (typed[-2], "e")
    left, right = typed[start:], meant[start:]
    if len(typed) < len(meant):
        return left == right[1:]
    if len(typed) > len(meant):
        return left[1:] == right and left[0] == typed[start - 1]
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:] and meant[-1] != "s"
    vowel = {left[0], right[0]} <= set("aeiouy") and left[1:] == right[1:] and len(typed) > SLIP_LETTERS
    return swapped or vowel


def _words_and_emoji(prompt: str) -> list[str]:
    text = _ABSENT.sub(" ", LEFT_EMPTY.sub(" ", with_emoji(loras.split(prompt)[0]))).lower()
    return [match[0].replace("\ufe0f", "") for match in re.finditer(f"{_WORD.pattern}|{EMOJI.pattern}", text)]


def _content(prompt: str) -> list[str]:
    return [word for word in dict.fromkeys(_words_and_emoji(prompt)) if word not in _SILENT]


def _is_known(words: list[str], phrases: Collection[tuple[str, ...]]) -> bool:
    *others, last = words
    return any((*others, form) in phrases for form in _forms(last)) or (
        len(words) == 1 and "-" in last and (tuple(last.split("-")) in phrases)
    )


def _phrases(value: Any) -> Iterator[tuple[str, ...]]:
    if isinstance(value, str):
        if not value.startswith("#"):
            words = tuple(re.findall(r"[\w'-]+", value.lower())) or (value.replace("\ufe0f", ""),)
            yield words
            if any("-" in word for word in words):
                yield tuple(part for word in words for part in word.split("-"))
    elif isinstance(value, Mapping):
        for pair in value.items():
            yield from _phrases(list(pair))
    elif hasattr(value, "__iter__"):
        for part in value:
            yield from _phrases(part)


def _forms(word: str) -> set[str]:
    """The word and what it may be the plural of."""
    forms = {word, word.removesuffix("'s")}
    for ending, stem in (("ies", "y"), ("ves", "f"), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            forms.add(word.removesuffix(ending) + stem)
    return forms
