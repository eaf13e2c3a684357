"""Words that a prompt asks for in quotation marks and that cannot be read in what was drawn, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.text import shorten
from bot.texts import say

#: So many words are named, the others counted.
NAMED = 3
LONGEST = 40


def note(missing: Sequence[Sequence[str]]) -> str:
    """What is said under pictures of which each lacks such words; nothing where none does."""
    words = list(dict.fromkeys(word for of_one in missing for word in of_one))
    if not words:
        return ""
    cells = ", ".join(str(number) for number, of_one in enumerate(missing, 1) if of_one)
    named = ", ".join(f"“{shorten(word, LONGEST)}”" for word in words[:NAMED])
    return say(
        "draft-words-missing",
        words=named,
        more=max(0, len(words) - NAMED),
        cells=cells,
        all="yes" if len(missing) > 1 and all(missing) else "no",
        one="yes" if len(missing) == 1 else "no",
    )
