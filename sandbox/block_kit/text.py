"""How Slack writes what people type: escaped, with mentions, channels and links in angle brackets."""

import re
from collections.abc import Iterable

from sandbox.model import Channel, User

_URL = re.compile(r"(?<![<|\w])https?://[^\s<>|]+[^\s<>|.,;:!?)'\"]")


def escape(text: str) -> str:
    """Escape the three characters Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_slack_text(text: str, users: Iterable[User], channels: Iterable[Channel]) -> str:
    """Typed text as it arrives at an app: `@Ada Okafor` becomes `<@U0ADA>`, `#general` `<#C0GENERAL>`, `@here` `<!here>`."""
    written = _URL.sub(lambda found: f"<{found.group()}>", escape(text))
    names = {label.lower(): user.id for user in users for label in (user.name, user.real_name)}
    if names:
        pattern = "|".join(re.escape(escape(name)) for name in sorted(names, key=len, reverse=True))
        written = re.sub(
            rf"(?<![\w@])@({pattern})(?!\w)",
            lambda found: f"<@{names[found.group(1).lower()]}>",
            written,
            flags=re.IGNORECASE,
        )
    written = re.sub(r"(?<![\w@])@(here|channel|everyone)(?!\w)", r"<!\1>", written)
    rooms = {channel.name: channel.id for channel in channels if not channel.is_im}
    return re.sub(
        r"(?<![\w#/])#([a-z0-9_-]+)",
        lambda found: f"<#{rooms[found.group(1)]}>" if found.group(1) in rooms else found.group(),
        written,
    )


def mentions(text: str, user_id: str) -> bool:
    """Whether Slack text mentions this user."""
    return re.search(rf"<@{re.escape(user_id)}(\|[^>]*)?>", text) is not None
