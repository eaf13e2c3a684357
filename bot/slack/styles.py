"""What is said of named styles."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.text import escape
from bot.studio.styles import Style


def list_text(styles: Sequence[Style]) -> str:
    """The answer to `/draft style list`: a channel's own first."""
    lines = ["*Styles.* `--style NAME` adds its words to the prompt."]
    for style in styles:
        by = f" (saved by <@{style.set_by}>)" if style.set_by else ""
        lines.append(f"• `{style.name}`: {escape(style.words)}{by}")
    lines.append(
        "Save one for this channel: `/draft style save NAME WORDS…`; drop one: `/draft style drop NAME`."
    )
    return "\n".join(lines)


def saved_text(style: Style) -> str:
    """The answer to `/draft style save`."""
    return f"Done. `--style {style.name}` adds: {escape(style.words)}"
