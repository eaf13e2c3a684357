"""The page that is asked about pictures, over HTTP: a form, and what comes of it. Nothing that is sent is kept.

It takes files, no addresses: nobody can make the bot fetch something.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import BodyPartReader, web
from slack_sdk.errors import SlackApiError

from bot.briefs.model import UserError
from bot.inspect.access import Inspection, NoEntry, TooMany
from bot.inspect.page import PAGES, answer_page, question_page, refusal_page
from bot.slack.web_api import error_code
from bot.texts import say

#: Largest file that is looked at, in bytes.
LARGEST = 25_000_000
#: What a form may hold beside the file, in bytes, and how long it may take to send it all, in seconds.
BESIDE, SENT_WITHIN_S = 2_000, 120.0


@dataclass(frozen=True, kw_only=True)
class InspectSite:
    """Serves the page below `/inspect`."""

    inspection: Inspection

    async def _form(self, request: web.Request) -> web.Response:
        try:
            await self.inspection.visitor(request.match_info.get("token", ""))
        except NoEntry as error:
            return PAGES.sent(refusal_page(str(error)), 403)
        return PAGES.sent(question_page())

    async def _asked(self, request: web.Request) -> web.Response:
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return PAGES.sent(refusal_page(say("inspect-page-elsewhere")), 403)
        try:
            person = await self.inspection.visitor(request.match_info.get("token", ""))
        except NoEntry as error:
            return PAGES.sent(refusal_page(str(error)), 403)
        try:
            with self.inspection.admitted(person):
                async with asyncio.timeout(SENT_WITHIN_S):
                    data = await _file(request)
                answer = await self.inspection.answer(data, person)
                return PAGES.sent(await asyncio.to_thread(answer_page, data, answer))
        except TooMany as error:
            return PAGES.sent(question_page(str(error)), 429)
        except TimeoutError:
            return PAGES.sent(question_page(say("inspect-page-slow")), 408)
        except UserError as error:
            return PAGES.sent(question_page(str(error)), 400)


def routes(site_of: Callable[[str], InspectSite | None]) -> list[web.AbstractRouteDef]:
    """What to add to the web application; `site_of` finds the workspace's site that a link was given by."""

    def answered(
        answer: Callable[[InspectSite, web.Request], Awaitable[web.Response]],
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            token = request.match_info.get("token", "")
            site = site_of(token)
            if site is None:
                return PAGES.sent(
                    refusal_page(say("inspect-page-expired" if token else "inspect-page-closed")), 403
                )
            try:
                return await answer(site, request)
            except SlackApiError as error:
                # Who they are could not be asked.
                return PAGES.sent(refusal_page(say("slack-refused", code=error_code(error))), 503)

        return handle

    return [
        PAGES.static(),
        *(
            route
            for door in ("/inspect", "/inspect/{token}")
            for route in (
                web.get(door, answered(InspectSite._form)),
                web.post(door, answered(InspectSite._asked)),
            )
        ),
    ]


async def _file(request: web.Request) -> bytes:
    """The form's file. Raises UserError where there is none, or more than that is sent."""
    if not request.content_type.startswith("multipart/"):
        raise UserError(say("inspect-page-no-file"))
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                break
            data = bytearray()
            while chunk := await part.read_chunk(65_536):
                # All that came, other fields and what stands between them too.
                if request.content.total_bytes > LARGEST + BESIDE:
                    raise UserError(say("inspect-page-too-large", most=LARGEST // 1_000_000))
                if part.name == "file":
                    data += chunk
            if data:
                return bytes(data)
    except ValueError as error:  # what aiohttp says of a body that is no form
        raise UserError(say("inspect-page-no-file")) from error
    raise UserError(say("inspect-page-no-file"))
