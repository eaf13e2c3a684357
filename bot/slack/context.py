"""What every listener is given, and how it answers one person where that person is looking."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.briefs.services import Services
from bot.slack.inbox import Inbox
from bot.slack.people import Directory
from bot.slack.web_api import error_code

log = logging.getLogger(__name__)


T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Context:
    """The services, and the ways to Slack."""

    services: Services
    directory: Directory
    client: AsyncWebClient
    bot_token: str
    #: The bot's own user id, to know it in mentions.
    bot_user: str
    inbox: Inbox
    #: What steps need that is made once, by its class: nothing here knows them.
    made: Mapping[type[Any], Any]

    def the(self, kind: type[T]) -> T:
        """The one thing of that class. KeyError where the program was wired without it."""
        found: T = self.made[kind]
        return found

    async def whisper(self, channel: str, user: str, sentence: str, thread_ts: str | None = None) -> None:
        """Tell one person something in the place where they are; a failure is logged, not raised."""
        try:
            await self.client.chat_postEphemeral(
                channel=channel, user=user, text=sentence, thread_ts=thread_ts
            )
        except SlackApiError as error:
            log.warning("could not answer %s in %s: %s", user, channel, error_code(error))
