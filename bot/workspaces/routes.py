"""The pages of an installation: one that leads to Slack, and one to which Slack sends people back."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from aiohttp import web

from bot.briefs.model import UserError
from bot.texts import say
from bot.web.site import page_headers
from bot.workspaces.actions import REDIRECT, Installing

#: Keeps the state in the browser that began: a link from elsewhere ends nothing.
COOKIE = "draftroom-install"
COOKIE_LIFE_S = 600
_LATER = ("install-later-title", "install-later-text")
_HEADERS = page_headers("form-action 'none'", Cache_Control="no-store")
_PAGE = """<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>{title}</h1><p>{text}</p></main></body></html>"""


def routes(installing: Installing) -> list[web.AbstractRouteDef]:
    """What to add to the web application."""

    async def begin(request: web.Request) -> web.Response:
        state, address = await installing.begin()
        link = f'<a href="{escape(address)}">{escape(say("install-add"))}</a>'
        response = _page(installing, say("install-title"), f"{escape(say('install-text'))}</p><p>{link}")
        response.set_cookie(
            COOKIE,
            state,
            max_age=COOKIE_LIFE_S,
            path="/slack",
            httponly=True,
            # Slack's page leads back here: a strict cookie would not come along.
            samesite="Lax",
            secure=urlsplit(installing.redirect_uri).scheme == "https",
        )
        return response

    async def end(request: web.Request) -> web.Response:
        query = request.query
        try:
            if "code" not in query:
                raise UserError(say("install-refused", code=query.get("error", "")[:40]))
            team, served = await installing.end(
                code=query["code"],
                state=query.get("state", ""),
                state_of_browser=request.cookies.get(COOKIE, ""),
            )
            texts = ("install-done-title", "install-done-text") if served else _LATER
            response = _page(installing, say(texts[0], team=team), escape(say(texts[1])))
        except UserError as error:
            response = _page(installing, say("install-failed-title"), escape(error.sentence), status=400)
        response.del_cookie(COOKIE, path="/slack")
        return response

    return [web.get("/slack/install", begin), web.get(REDIRECT, end)]


def _page(installing: Installing, title: str, text: str, *, status: int = 200) -> web.Response:
    """A page; `text` is HTML."""
    language = installing.settings.language
    return web.Response(
        text=_PAGE.format(language=escape(language), title=escape(title), text=text),
        content_type="text/html",
        status=status,
        headers=_HEADERS,
    )
