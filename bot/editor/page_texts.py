"""What the page says: its texts filled into `index.html`, those of its scripts as JSON in it. Knows no HTTP.

`index.html` names a text as `{{ page-undo }}`, a script as `t("page-region", { number })`; any file in `page/` may
name any text that begins with `page-`. A script puts the values into a text itself.
"""

from __future__ import annotations

import html
import json
import re
from functools import cache
from pathlib import Path

from bot.texts import say, spoken

PAGE = Path(__file__).with_name("page")

#: Values that a script may give.
_VALUES = ("cost", "instruction", "number", "person", "prompt", "title", "value")
_IN_PAGE = re.compile(r"\{\{ ([a-z-]+) \}\}")
_IN_SCRIPT = re.compile(r'"(page-[a-z-]+)"')


def page() -> str:
    """The page in the language that is spoken."""
    return _filled(spoken())


@cache
def _filled(language: str) -> str:
    # No tag can begin in the JSON: a script's element would end there.
    scripts = json.dumps(_of_scripts()).replace("<", "\\u003c")
    own = {
        "language": html.escape(language),
        "scripts": scripts,
        "zoom": _as_html(say("page-percent", number=100)),
    }

    def fill(found: re.Match[str]) -> str:
        return own.get(found[1]) or _as_html(say(found[1]))

    return _IN_PAGE.sub(fill, (PAGE / "index.html").read_text(encoding="utf-8"))


def _of_scripts() -> dict[str, str]:
    """Every text that a script names, with `{name}` where a value of that name belongs."""
    values = {name: f"{{{name}}}" for name in _VALUES}
    sources = "".join(path.read_text(encoding="utf-8") for path in sorted(PAGE.glob("*.js")))
    return {name: say(name, **values) for name in sorted(set(_IN_SCRIPT.findall(sources)))}


def _as_html(text: str) -> str:
    """Harmless in the page and in its attributes; `code` is shown as such."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(text))
