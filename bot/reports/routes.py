"""The pages of costs over HTTP: a report, its file and its thumbnails, below one signed link each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web
from PIL import Image
from slack_sdk.errors import SlackApiError

from bot.briefs.model import UserError
from bot.pictures import opening
from bot.reports.actions import Claimed, NoReport, Reports
from bot.reports.export import filename
from bot.reports.page import PAGES, refusal_page, report_page
from bot.slack.web_api import error_code
from bot.texts import say
from marks.writing import encode, marks_of

#: Longer side of a thumbnail, in pixels; twice what the page shows, for fine screens.
THUMBNAIL_PX = 144


@dataclass(frozen=True, kw_only=True)
class ReportSite:
    """Serves reports below `/costs`."""

    reports: Reports

    async def _page(self, request: web.Request, claimed: Claimed) -> web.Response:
        report = await self.reports.report(claimed.channel, claimed.span)
        names = await self.reports.names(report)
        token = request.match_info["token"]
        return PAGES.sent(report_page(report, names, token=token, expires_at=claimed.expires_at))

    async def _csv(self, request: web.Request, claimed: Claimed) -> web.Response:
        report = await self.reports.report(claimed.channel, claimed.span)
        return web.Response(
            body=await self.reports.csv(report),
            content_type="text/csv",
            charset="utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="{filename(report)}"',
                "Cache-Control": "no-store",
            },
        )

    async def _thumbnail(self, request: web.Request, claimed: Claimed) -> web.Response:
        try:
            data = await self.reports.picture(request.match_info["sha256"], channel=claimed.channel)
            small = await asyncio.to_thread(_smaller, data)
        except (KeyError, FileNotFoundError, UserError):
            return web.Response(text=say("costs-page-no-picture"), status=404)
        return web.Response(
            body=small, content_type="image/webp", headers={"Cache-Control": "private, max-age=3600"}
        )


Answer = Callable[[ReportSite, web.Request, Claimed], Awaitable[web.Response]]


def routes(site_of: Callable[[str], ReportSite | None]) -> list[web.AbstractRouteDef]:
    """What to add to the web application; `site_of` finds the workspace's site that a link was given by."""
    door = "/costs/{token}"

    def guarded(answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Let only those in whose link holds; everybody else gets a page that says how to get one."""

        async def handle(request: web.Request) -> web.Response:
            token = request.match_info["token"]
            try:
                site = site_of(token)
                if site is None:
                    raise NoReport(say("costs-page-link-expired"))
                response = await answer(site, request, await site.reports.claimed(token))
            except NoReport as error:
                response = PAGES.sent(refusal_page(str(error)), 403)
            except SlackApiError as error:
                # Whether they are in the channel could not be asked.
                response = PAGES.sent(refusal_page(say("slack-refused", code=error_code(error))), 503)
            response.headers.update(PAGES.headers)
            return response

        return handle

    return [
        PAGES.static(),
        web.get(door, guarded(ReportSite._page)),
        web.get(f"{door}/costs.csv", guarded(ReportSite._csv)),
        web.get(door + "/thumbnails/{sha256:[0-9a-f]{64}}", guarded(ReportSite._thumbnail)),
    ]


def _smaller(data: bytes) -> bytes:
    image = opening.seen(data)
    image.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS)
    return encode(image, "WEBP", marks_of(data), quality=82)
