"""What is said of named styles."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.text import escape
from bot.studio.styles import Style
from bot.texts import say


def list_text(styles: Sequence[Style]) -> str:
    """The answer to `/draft style list`: a channel's own first."""
    return "\n".join([say("styles-title"), *(_line(style) for style in styles), say("styles-how")])


def _line(style: Style) -> str:
    if not style.set_by:
        return say("styles-line", name=style.name, words=escape(style.words))
    return say("styles-line-saved", name=style.name, words=escape(style.words), person=style.set_by)


def saved_text(style: Style) -> str:
    """The answer to `/draft style save`."""
    return say("styles-saved", name=style.name, words=escape(style.words))
