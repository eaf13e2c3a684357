"""How the bot and Slack reach each other: the sign-in, what hears events, and Socket Mode or an HTTP port."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.settings import CannotStart, Settings, without_password
from bot.slack.context import Context
from bot.slack.front_door import ENDS, UNSIGNED, without_oauth
from bot.slack.http import serve
from bot.slack.inbox import Inbox
from bot.slack.incoming import is_for
from bot.slack.socket import SocketLink
from bot.slack.web_api import Meaning, WebApi, error_code, judge, meaning_of

log = logging.getLogger(__name__)

#: How long a start waits for a Slack that answers and does not say anything sensible, in seconds.
BAD_DAY_S = 60.0


class WayIn(Protocol):
    """A table of what people do in Slack."""

    def register(self, app: AsyncApp, context: Context) -> None:
        """Listen to it."""


async def sign_in(settings: Settings) -> AsyncSlackResponse:
    """Who the token that the operator gave is, as Slack says. Raises CannotStart."""
    if settings.slack_bot_token is None:
        raise CannotStart("Set SLACK_BOT_TOKEN to the bot token (xoxb-…) of your Slack app.")
    token = settings.slack_bot_token.get_secret_value()
    client = WebApi(token=token, base_url=settings.slack_api_url)
    try:
        return await patiently(client.auth_test)
    except SlackApiError as error:
        if meaning_of(error_code(error)) is Meaning.OUTAGE:
            raise CannotStart(
                f"Slack can't be reached at {without_password(settings.slack_api_url)}. Check the network and SLACK_API_URL."
            ) from error
        raise CannotStart(
            f"Slack does not accept SLACK_BOT_TOKEN ({error_code(error)})."
            " Copy the Bot User OAuth Token from your app's page, OAuth & Permissions."
        ) from error


async def patiently(call: Callable[[], Awaitable[AsyncSlackResponse]]) -> AsyncSlackResponse:
    """A call of the start, as often as Slack says that it is too early: many starts in a row reach its limits.

    Where it has a bad day, for a minute: whoever starts us again at once may give up.
    """
    began, failures = time.monotonic(), 0
    while True:
        try:
            return await call()
        except SlackApiError as error:
            verdict = judge(error, attempts=0, failures=failures, age=timedelta())
            has_bad_day = verdict.in_doubt and time.monotonic() - began < BAD_DAY_S
            if verdict.meaning is not Meaning.WAIT and not has_bad_day:
                raise
            log.warning(
                "Slack is not ready for the start (%s): again in %.0f s", verdict.code, verdict.pause_s
            )
            await asyncio.sleep(verdict.pause_s)
            failures += 1


def app_of(
    client: WebApi,
    identity: AsyncSlackResponse,
    context: Context,
    inbox: Inbox,
    ways_in: Iterable[WayIn],
    settings: Settings,
) -> AsyncApp:
    """What hears Slack's events: those of our workspace, kept until they are dealt with, by the ways in."""
    result = AuthorizeResult.from_auth_test_response(
        bot_token=context.bot_token, auth_test_response=identity, bot_scopes=[]
    )

    async def known_identity() -> AuthorizeResult:
        return result

    bolt_log = logging.getLogger("bot.bolt")
    # While it is made, Bolt warns that the token in the environment is the client's: it is meant to be.
    bolt_log.setLevel(logging.ERROR)
    with without_oauth():
        app = AsyncApp(
            client=client,
            signing_secret=settings.signing_secret or UNSIGNED,
            logger=bolt_log,
            # Known since the sign-in: else the first event asks Slack, and is lost where Slack does not answer.
            authorize=known_identity,
        )
    # At INFO it logs whole request bodies when something about them is odd.
    bolt_log.setLevel(logging.WARNING)

    @app.middleware
    async def only_ours(body: dict[str, Any], next: Callable[[], Awaitable[None]]) -> None:
        if is_for(str(identity.get("team_id") or ""), body):
            await next()
        else:
            log.warning("an event of another workspace was dropped")

    inbox.guard(app, context.tell)

    @app.middleware
    async def note_way(body: dict[str, Any], next: Callable[[], Awaitable[None]]) -> None:
        context.note_way(body)
        await next()

    for way_in in ways_in:
        way_in.register(app, context)
    for kind in ENDS:
        app.event(kind)(_taken_out)
    return app


async def _taken_out(body: dict[str, Any]) -> None:
    """Said by a workspace whose token the operator gave; the front door hears it of others."""
    log.error(
        "the app was taken out of %s: install it again, and set its new SLACK_BOT_TOKEN", body.get("team_id")
    )


async def listen(
    app: AsyncApp, client: WebApi, settings: Settings, stack: AsyncExitStack
) -> SocketLink | None:
    """Open the way by which Slack reaches us: Socket Mode, or an HTTP port. Raises CannotStart."""
    if settings.mode == "http":
        if not settings.signing_secret:
            raise CannotStart("HTTP mode needs SLACK_SIGNING_SECRET, from your app's Basic Information page.")
        try:
            site = await serve(app, settings.signing_secret, settings.http_host, settings.http_port)
        except OSError as error:
            raise CannotStart(
                f"Port {settings.http_port} is taken. Set DRAFTROOM_HTTP_PORT to a free one."
            ) from error
        stack.push_async_callback(site.cleanup)
        return None
    if settings.slack_app_token is None:
        raise CannotStart(
            "Socket Mode needs SLACK_APP_TOKEN (xapp-…) with connections:write, from your app's Basic Information."
        )
    app_token = settings.slack_app_token.get_secret_value()
    try:
        # Asked once beforehand, since the client itself tries a refused token again and again.
        await patiently(partial(client.apps_connections_open, app_token=app_token))
    except SlackApiError as error:
        if meaning_of(error_code(error)) is Meaning.OUTAGE:
            raise CannotStart(
                f"Slack can't be reached at {without_password(settings.slack_api_url)}. Check the network and SLACK_API_URL."
            ) from error
        raise CannotStart(
            f"Slack does not accept SLACK_APP_TOKEN ({error_code(error)})."
            " Make an app-level token with connections:write on your app's Basic Information page."
        ) from error
    link = SocketLink(app, app_token)
    await link.connect()
    stack.push_async_callback(link.close)
    return link
