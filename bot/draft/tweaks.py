"""A brief's words changed by what somebody said of its grid: "warmer light, less clutter". Pure functions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.draft.instructions import recoloured
from bot.texts import say

_WITHOUT = re.compile(
    r"(?:with )?(?:no|without|drop|less|fewer|remove|erase|delete|lose|get rid of|take (?:out|away))"
    r"(?:\s+(?:the|any|all|that|those))?\s+(.+)",
    re.I,
)
_REPLACE = re.compile(r"(?:replace|swap|change)\s+(?:the\s+)?(.+?)\s+(?:with|by|for|to|into)\s+(.+)", re.I)
_ARTICLE = re.compile(r"^(?:an?|the)\s+", re.I)
_MAKE_IT = re.compile(r"(?:make|keep|turn)\s+(?:it|this|that|them)\s+(.+)", re.I)
#: "make the light warmer" asks for warmer light.
_MAKE_THAT = re.compile(r"(?:make|keep|turn)\s+the\s+([\w -]+?)\s+((?:more |less |very )?[\w-]+)", re.I)
_ADD = re.compile(r"(?:add|put in|include|give it|use|with)\s+(.+)", re.I)


def parts_of(said: str) -> tuple[str, ...]:
    """What was said, change by change."""
    parts = (part.strip(" .!") for part in re.split(r"[,;]|\band (?=(?:no|less|fewer|without)\b)", said))
    return tuple(part for part in parts if part)


def tweaked(prompt: str, negative_prompt: str, parts: Sequence[str]) -> tuple[str, str]:
    """The prompt and what to leave out, after these wishes."""
    avoided = [negative_prompt] if negative_prompt else []
    for part in parts:
        if (painted := recoloured(prompt, part)) is not None:
            prompt = painted
        elif match := _WITHOUT.fullmatch(part):
            avoided.append(match.group(1))
        elif match := _REPLACE.fullmatch(part):
            old, new = (_ARTICLE.sub("", words) for words in match.groups())
            named = re.compile(rf"\b{re.escape(old)}\b", re.I)
            count = len(named.findall(prompt))
            prompt = new.join(named.split(prompt, 1))
            if not count:
                prompt = f"{prompt}, {new}"
                avoided.append(old)
        elif match := _MAKE_IT.fullmatch(part):
            prompt = f"{prompt}, {match.group(1)}"
        elif match := _MAKE_THAT.fullmatch(part):
            prompt = f"{prompt}, {match.group(2)} {match.group(1)}"
        else:
            match = _ADD.fullmatch(part)
            prompt = f"{prompt}, {match.group(1) if match else part}"
    return prompt, ", ".join(avoided)


def difference(old: str, new: str) -> str:
    """How a prompt came from another one, in a few words: `“red” → “blue”, added “warmer light”`."""
    before, after = (re.findall(r"[^\s,]+", text) for text in (old, new))
    matcher = difflib.SequenceMatcher(None, [w.lower() for w in before], [w.lower() for w in after], False)
    sentences = []
    for kind, low, high, first, last in matcher.get_opcodes():
        gone, come = " ".join(before[low:high]), " ".join(after[first:last])
        if kind == "replace":
            sentences.append(say("tweaks-replaced", old=gone, new=come))
        elif kind == "insert":
            sentences.append(say("tweaks-added", words=come))
        elif kind == "delete":
            sentences.append(say("tweaks-dropped", words=gone))
    return ", ".join(sentences)


@dataclass(frozen=True, kw_only=True)
class TweakRequest:
    """The brief's prompt with something changed."""

    #: Each change, in the person's words.
    parts: tuple[str, ...]


#: Longest plain sentence that is taken for a change of the picture; more is a conversation.
TWEAK_LIMIT = 200
