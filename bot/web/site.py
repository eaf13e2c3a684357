"""The bot's web site: an aiohttp application that rooms add their routes to, served on a port of its own."""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterable

from aiohttp import web

log = logging.getLogger(__name__)

#: Largest request body that is read at once, in bytes; rooms that stream have limits of their own.
BODY_LIMIT = 2_000_000


def page_headers(policy: str, **more: str) -> dict[str, str]:
    """What every page of the bot's is sent with: it loads what `policy` allows, and stands in no other site's frame.

    `policy` holds Content-Security-Policy's directives beyond those that all pages have.
    """
    return {
        "Content-Security-Policy": f"default-src 'none'; {policy}; base-uri 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        # The address is the permission: no other site may hear it.
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Robots-Tag": "noindex",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }


def application(routes: Iterable[web.AbstractRouteDef]) -> web.Application:
    """The site with these routes and `/health`."""
    site = web.Application(client_max_size=BODY_LIMIT)
    site.router.add_get("/health", _health)
    site.router.add_routes(list(routes))
    return site


async def serve(
    site: web.Application, host: str, port: int, *, other_port: bool = True
) -> tuple[web.AppRunner, int]:
    """Start the site; the runner to clean up, and the port. Raises OSError.

    A port that is taken is replaced by a free one, unless `other_port` is False: a proxy would not find it.
    """
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        if error.errno != errno.EADDRINUSE or not other_port:
            await runner.cleanup()
            raise
        log.warning("port %d is taken, so the web pages are on a free one; set DRAFTROOM_WEB_PORT", port)
        await web.TCPSite(runner, host, 0).start()
    return runner, int(runner.addresses[0][1])


async def _health(request: web.Request) -> web.Response:
    return web.json_response({"live": True})
