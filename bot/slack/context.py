"""What every listener is given, and how it answers one person where that person is looking."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.briefs.services import Services
from bot.draft.references import References
from bot.editor.access import Editor
from bot.images_api.client import EngineClient
from bot.reports.actions import Reports
from bot.slack.inbox import Inbox
from bot.slack.people import Directory
from bot.slack.web_api import error_code
from bot.summaries.actions import Reporter

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Context:
    """The services, and the ways to Slack."""

    services: Services
    directory: Directory
    client: AsyncWebClient
    bot_token: str
    #: The bot's own user id, to know it in mentions.
    bot_user: str
    reporter: Reporter
    inbox: Inbox
    editor: Editor
    reports: Reports
    #: Asked for masks only; what is drawn goes through jobs.
    engine: EngineClient

    @property
    def references(self) -> References:
        """Where drafts get the pictures that they start from."""
        return References(
            services=self.services, directory=self.directory, client=self.client, bot_token=self.bot_token
        )

    async def whisper(self, channel: str, user: str, sentence: str, thread_ts: str | None = None) -> None:
        """Tell one person something in the place where they are; a failure is logged, not raised."""
        try:
            await self.client.chat_postEphemeral(
                channel=channel, user=user, text=sentence, thread_ts=thread_ts
            )
        except SlackApiError as error:
            log.warning("could not answer %s in %s: %s", user, channel, error_code(error))
