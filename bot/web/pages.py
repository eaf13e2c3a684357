"""The pages of a room of the site: how they are filled and sent, and the files that they load. `page/` is what all share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.texts import say, spoken
from bot.web.site import page_headers

_SHARED: Final = Path(__file__).with_name("page")
_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class Pages:
    """Templates and static files of one room, in a folder of its own."""

    def __init__(self, folder: Path, door: str, policy: str, **more: str) -> None:
        """Below the path `door`; `policy` and `more` as `page_headers` takes them."""
        self.headers = page_headers(policy, **more)
        self._door = door
        self._places = (folder, _SHARED)
        self._templates = Environment(
            loader=FileSystemLoader(self._places), autoescape=True, undefined=StrictUndefined
        )

    def filled(
        self,
        name: str,
        filters: Mapping[str, Callable[[Any], str]] = MappingProxyType({}),
        **values: Any,
    ) -> str:
        """A template in the language that is spoken."""
        templates = self._templates.overlay()
        templates.filters = {**self._templates.filters, "coded": coded, **filters}
        shown = templates.get_template(name)
        return shown.render(language=spoken(), said=say, static=f"{self._door}/static", **values) + "\n"

    def sent(self, text: str, status: int = 200) -> web.Response:
        """A page's answer, which nobody keeps."""
        headers = {**self.headers, "Cache-Control": "no-store"}
        return web.Response(text=text, content_type="text/html", status=status, headers=headers)

    def static(self) -> web.AbstractRouteDef:
        """The route of scripts, styles and icons."""
        return web.get(f"{self._door}/static/{{name}}", self._static)

    async def _static(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        places = self._places if Path(name).name == name and Path(name).suffix in _TYPES else ()
        path = next((place / name for place in places if (place / name).is_file()), None)
        if path is None:
            raise web.HTTPNotFound(text=say("site-no-file"))
        kind = f"{_TYPES[path.suffix]}; charset=utf-8"
        headers = {**self.headers, "Cache-Control": "no-cache", "Content-Type": kind}
        return web.FileResponse(path, headers=headers)


def coded(said: str) -> Markup:
    """A text in HTML with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(said))))  # noqa: S704
