"""What every listener is given, and how it answers one person where that person is looking."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.briefs.model import Channel, Person, UserError
from bot.briefs.services import Services
from bot.slack.blocks import Message
from bot.slack.people import Directory
from bot.slack.web_api import error_code

log = logging.getLogger(__name__)

#: How many ways to answer are remembered.
WAYS = 500


T = TypeVar("T")


class Asked(Protocol):
    """Something that came from a person in a channel."""

    @property
    def channel(self) -> str:
        """The channel's id."""

    @property
    def user(self) -> str:
        """The person's."""

    @property
    def thread_ts(self) -> str | None:
        """The thread in which they are, if any."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """The services, and the ways to Slack."""

    services: Services
    directory: Directory
    client: AsyncWebClient
    bot_token: str
    #: The bot's own user id, to know it in mentions.
    bot_user: str
    #: What steps need that is made once, by its class: nothing here knows them.
    made: Mapping[type[Any], Any]
    #: Where Slack takes an answer to a person in a place where the bot may not post, by both.
    response_urls: dict[tuple[str, str], str] = field(default_factory=dict)

    def the(self, kind: type[T]) -> T:
        """The one thing of that class. KeyError where the program was wired without it."""
        found: T = self.made[kind]
        return found

    async def who_and_where(self, asked: Asked) -> tuple[Person, Channel]:
        """Who asked, and the channel in which. Raises UserError for those who may not use the bot, or not there."""
        return await self.colleague(asked), await self.directory.channel(asked.channel)

    async def colleague(self, asked: Asked) -> Person:
        """Who asked: may use the bot, and is in that channel. Raises UserError."""
        return await self.colleague_in(asked.channel, asked.user)

    async def colleague_in(self, channel: str, user: str) -> Person:
        """The same by their ids; App Home is no channel. Raises UserError."""
        return await self.directory.colleague(user, channel)

    async def explained(self, work: Awaitable[None], asked: Asked) -> None:
        """Do it; where it can't be done, tell the person why."""
        try:
            await work
        except UserError as error:
            await self.refuse(asked, error)

    async def refuse(self, asked: Asked, refusal: UserError) -> None:
        """Tell the person why it can't be done, where they are."""
        await self.whisper(asked.channel or asked.user, asked.user, refusal.sentence, asked.thread_ts)

    def note_way(self, body: dict[str, Any]) -> None:
        """Remember how to answer where the bot may not post; for a while Slack takes it."""
        channel, user, _ = _place_of(body)
        urls = body.get("response_urls") or [{}]
        if url := body.get("response_url") or urls[0].get("response_url"):
            self.response_urls.pop((channel, user), None)
            self.response_urls[channel, user] = url
            if len(self.response_urls) > WAYS:
                del self.response_urls[next(iter(self.response_urls))]

    async def tell(self, body: dict[str, Any], sentence: str) -> None:
        """Tell the person whom an event, a command or a click came from; a failure is logged, not raised."""
        channel, user, thread_ts = _place_of(body)
        if user:
            await self.whisper(channel or user, user, sentence, thread_ts)

    async def whisper(
        self, channel: str, user: str, said: str | Message, thread_ts: str | None = None
    ) -> None:
        """Tell one person something in the place where they are; a failure is logged, not raised."""
        message = said if isinstance(said, Message) else Message(text=said, blocks=[])
        shown: dict[str, Any] = {"text": message.text, "blocks": list(message.blocks) or None}
        try:
            await self.client.chat_postEphemeral(channel=channel, user=user, thread_ts=thread_ts, **shown)
            return
        except SlackApiError as error:
            code = error_code(error)
        if url := self.response_urls.get((channel, user)):
            try:
                answer = await AsyncWebhookClient(url).send(
                    response_type="ephemeral", replace_original=False, **shown
                )
                if answer.status_code == 200:
                    return
            except (aiohttp.ClientError, OSError) as error:
                code = error_code(error)
        log.warning("could not answer %s in %s: %s", user, channel, code)


def _place_of(body: dict[str, Any]) -> tuple[str, str, str | None]:
    """The channel, the person and the thread that something came from; empty where it has none."""
    event, user = body.get("event") or {}, body.get("user")
    item = event.get("item") or {}
    channel = body.get("channel") or {}
    place = body.get("channel_id") or channel.get("id") or event.get("channel") or item.get("channel") or ""
    person = body.get("user_id") or (user or {}).get("id") or event.get("user") or ""
    return str(place), str(person), event.get("thread_ts")
