"""What the page says: its texts filled into `index.html`, those of its scripts as JSON in it. Knows no HTTP.

`index.html` names a text as `{{ said("page-undo") }}`, a script as `t("page-region", { number })`; any file in `page/` may
name any text that begins with `page-`. A script puts the values into a text itself.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from bot.texts import say, spoken
from bot.web.pages import coded

PAGE = Path(__file__).with_name("page")

#: Values that a script may give.
_VALUES = ("cost", "instruction", "number", "person", "prompt", "title", "value")
_IN_SCRIPT = re.compile(r'"(page-[a-z-]+)"')


def page() -> str:
    """The page in the language that is spoken."""
    return _filled(spoken())


@cache
def _filled(language: str) -> str:
    # No tag can begin in the JSON: a script's element would end there.
    scripts = Markup(json.dumps(_of_scripts()).replace("<", "\\u003c"))  # noqa: S704
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(
        (PAGE / "index.html").read_text(encoding="utf-8")
    )
    return template.render(
        language=language, scripts=scripts, zoom=_said("page-percent", number=100), said=_said
    )


def _of_scripts() -> dict[str, str]:
    """Every text that a script names, with `{name}` where a value of that name belongs."""
    values = {name: f"{{{name}}}" for name in _VALUES}
    sources = "".join(path.read_text(encoding="utf-8") for path in sorted(PAGE.glob("*.js")))
    return {name: say(name, **values) for name in sorted(set(_IN_SCRIPT.findall(sources)))}


def _said(name: str, **values: str | int) -> Markup:
    """A text, harmless in the page and in its attributes; `code` is shown as such."""
    return coded(say(name, **values))
