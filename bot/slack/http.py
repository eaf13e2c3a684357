"""HTTP mode's door: nothing reaches Bolt, or the log, before its signature is found to be Slack's."""

from __future__ import annotations

import time
from collections.abc import Mapping

from aiohttp import web
from aiohttp.typedefs import Handler
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from bot.texts import say

#: Largest request that Slack sends, in bytes, with room to spare.
BODY_LIMIT = 3_000_000
#: How far a request's time stamp may be off, in seconds: Slack's replay window.
REPLAY_WINDOW_S = 300
PATH = "/slack/events"


def web_app(app: AsyncApp, signing_secret: str) -> web.Application:
    """The aiohttp application that serves Bolt behind the signature check, and `/health` beside it."""
    verifier = SignatureVerifier(signing_secret)

    @web.middleware
    async def verify(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path == "/health":
            return web.json_response({"live": True})
        if (request.content_length or 0) > BODY_LIMIT:
            return web.Response(status=413)
        if not is_from_slack(verifier, request.headers, await request.read()):
            return web.Response(status=401, text=say("http-not-signed"))
        return await handler(request)

    application: web.Application = app.web_app(path=PATH)
    application.middlewares.append(verify)
    # aiohttp's own limit is lower than Slack's requests may be; it also counts what has no length.
    application._client_max_size = BODY_LIMIT
    return application


async def serve(app: AsyncApp, signing_secret: str, host: str, port: int) -> web.AppRunner:
    """Listen there; what it returns is to be cleaned up. Raises OSError where the port is taken."""
    site = web.AppRunner(web_app(app, signing_secret), access_log=None)
    await site.setup()
    try:
        await web.TCPSite(site, host, port).start()
    except OSError:
        await site.cleanup()
        raise
    return site


def is_from_slack(verifier: SignatureVerifier, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the signature and the time stamp are good. Never raises, whatever the headers hold."""
    timestamp = headers.get("X-Slack-Request-Timestamp", "")
    signature = headers.get("X-Slack-Signature", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 16):
        return False
    if abs(time.time() - int(timestamp)) > REPLAY_WINDOW_S:
        return False
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return bool(signature.isascii() and verifier.is_valid(text, timestamp, signature))
