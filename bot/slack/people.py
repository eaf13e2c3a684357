"""Who a person is and where the bot may post, asked of Slack and remembered for a while."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any, TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.briefs.model import Channel, Group, Person, UserError
from bot.slack.web_api import error_code, unless_away
from bot.texts import say

log = logging.getLogger(__name__)
T = TypeVar("T")

#: How long an answer about a channel is trusted, in seconds.
TRUST_S = 600.0
#: The same for who somebody is, and for who is in a user group or a channel, since rights hang on it.
RIGHTS_TRUST_S = 60.0
#: … and that somebody is not in a channel, since people use what they just came to.
NEWCOMER_S = 2.0


class Directory:
    """Cached look-ups of people and channels; only good news is cached for channels."""

    def __init__(self, client: AsyncWebClient, team: str = "") -> None:
        self._client = client
        #: Our workspace's id; empty: not known, and then Slack's own word on strangers has to do.
        self._team = team
        self._people: dict[str, tuple[float, Person]] = {}
        self._channels: dict[str, tuple[float, Channel]] = {}
        self._inside: dict[str, tuple[float, frozenset[str]]] = {}
        self._members: dict[str, tuple[float, frozenset[str]]] = {}
        #: What Slack is being asked, by what it is about: who wants to know the same meanwhile waits for that answer.
        self._asking: dict[str, asyncio.Task[Any]] = {}

    async def person(self, user_id: str) -> Person:
        """The person behind an id. Raises UserError when Slack does not tell: then nobody may do anything."""
        cached = self._people.get(user_id)
        if cached and time.monotonic() - cached[0] < RIGHTS_TRUST_S:
            return cached[1]
        return await self._once(f"person {user_id}", partial(self._look_up, user_id))

    async def _look_up(self, user_id: str) -> Person:
        try:
            user: dict[str, Any] = (await self._client.users_info(user=user_id))["user"]
        except SlackApiError as error:
            unless_away(error)
            raise UserError(say("directory-who", code=error_code(error))) from error
        person = person_from(user_id, user, team=self._team)
        self._people[user_id] = (time.monotonic(), person)
        return person

    async def actor(self, user_id: str) -> Person:
        """A person who may draft, approve and fix. Raises UserError for bots, strangers, the deactivated and guests."""
        person = await self.person(user_id)
        if person.is_bot:
            raise UserError(say("directory-apps"))
        if person.is_deactivated:
            raise UserError(say("directory-deactivated"))
        if person.is_stranger:
            raise UserError(say("directory-strangers"))
        if person.is_guest:
            raise UserError(say("directory-guests"))
        return person

    async def named(self, text: str) -> Person:
        """Whom somebody means by a mention, a member's id, or @ and a name. Raises UserError."""
        if found := re.fullmatch(r"(?:<@)?([UW][A-Z0-9]+)(?:\|[^>]*)?>?", text):
            return await self.person(found[1])
        name = text.removeprefix("@").casefold()
        try:
            async for page in await self._client.users_list(limit=1_000):
                for user in page["members"]:
                    if name in (
                        user.get("name"),
                        (user.get("profile") or {}).get("display_name", "").casefold(),
                    ):
                        return await self.person(user["id"])
        except SlackApiError as error:
            unless_away(error)
            raise UserError(say("directory-who", code=error_code(error))) from error
        raise UserError(say("directory-nobody", name=text[:40]))

    async def colleague(self, user_id: str, channel_id: str) -> Person:
        """An actor who is in that channel, where it is one. Raises UserError for everybody else."""
        person = await self.actor(user_id)
        if channel_id and not channel_id.startswith("D"):
            try:
                inside = await self._inside_of(channel_id, user_id)
            except SlackApiError as error:
                unless_away(error)
                raise UserError(say("directory-not-in")) from error
            if not inside:
                raise UserError(say("directory-outside"))
        return person

    async def channel(self, channel_id: str) -> Channel:
        """A channel that the bot may post in. Raises UserError that says how to let it in."""
        cached = self._channels.get(channel_id)
        if cached and time.monotonic() - cached[0] < TRUST_S:
            return cached[1]
        if channel_id.startswith("D"):
            raise UserError(say("directory-direct"))
        return await self._once(f"channel {channel_id}", partial(self._channel, channel_id))

    async def _channel(self, channel_id: str) -> Channel:
        try:
            info: dict[str, Any] = (await self._client.conversations_info(channel=channel_id))["channel"]
        except SlackApiError as error:
            unless_away(error)
            info = {}
        if not info.get("is_member"):
            raise UserError(say("directory-not-in"))
        channel = Channel(id=channel_id, name=str(info.get("name", "")))
        self._channels[channel_id] = (time.monotonic(), channel)
        return channel

    async def groups(self) -> list[Group]:
        """The workspace's user groups by handle; none where Slack does not tell, as on plans without them."""
        try:
            found: list[dict[str, Any]] = (await self._client.usergroups_list())["usergroups"]
        except SlackApiError as error:
            log.info("Slack tells no user groups: %s", error_code(error))
            return []
        groups = [Group(id=one["id"], handle=one["handle"], name=one.get("name", "")) for one in found]
        return sorted(groups, key=lambda group: group.handle)

    async def members(self, group: str) -> frozenset[str]:
        """User ids in a user group. Raises UserError when Slack does not tell: then nobody's approval counts."""
        cached = self._members.get(group)
        if cached and time.monotonic() - cached[0] < RIGHTS_TRUST_S:
            return cached[1]
        try:
            users: list[str] = (await self._client.usergroups_users_list(usergroup=group))["users"]
        except SlackApiError as error:
            unless_away(error)
            raise UserError(say("directory-group", code=error_code(error))) from error
        self._members[group] = (time.monotonic(), frozenset(users))
        return self._members[group][1]

    async def is_member(self, channel: str, user: str) -> bool:
        """Whether a person is in a channel; False where Slack refuses to tell. Raises SlackApiError while it is away."""
        try:
            return await self._inside_of(channel, user)
        except SlackApiError as error:
            unless_away(error)
            log.info("Slack doesn't tell who is in %s: %s", channel, error_code(error))
            return False

    async def _inside_of(self, channel: str, user: str) -> bool:
        """The same; raises SlackApiError. Who is not known to be in it may have come just now: Slack is asked again."""
        cached = self._inside.get(channel)
        age = time.monotonic() - cached[0] if cached else RIGHTS_TRUST_S
        if not cached or age >= (RIGHTS_TRUST_S if user in cached[1] else NEWCOMER_S):
            return user in await self._once(f"inside {channel}", partial(self._everybody_in, channel))
        return user in cached[1]

    async def _everybody_in(self, channel: str) -> frozenset[str]:
        people: set[str] = set()
        async for page in await self._client.conversations_members(channel=channel, limit=1_000):
            people.update(page["members"])
        self._inside[channel] = time.monotonic(), frozenset(people)
        return self._inside[channel][1]

    async def _once(self, about: str, ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What Slack says, asked once for all who want to know it at one moment."""
        task: asyncio.Task[T] | None = self._asking.get(about)
        if task is None:
            task = self._asking[about] = asyncio.create_task(ask())
            task.add_done_callback(lambda _: self._asking.pop(about))
        # Who gives up does not take the answer from the others.
        return await asyncio.shield(task)

    async def permalink(self, channel: str, ts: str) -> str:
        """The address of a message; empty when it is gone. Raises SlackApiError while Slack is away."""
        try:
            return str((await self._client.chat_getPermalink(channel=channel, message_ts=ts))["permalink"])
        except SlackApiError as error:
            unless_away(error)
            return ""

    def forget_channel(self, channel_id: str) -> None:
        """Ask again next time, since Slack refused a post there."""
        self._channels.pop(channel_id, None)


def person_from(user_id: str, user: Mapping[str, Any], *, team: str) -> Person:
    """Who a user object of Slack's is to us. What makes somebody an admin elsewhere makes them nothing here."""
    abroad = user.get("enterprise_user") or {}
    teams = {user.get("team_id"), *abroad.get("teams", ())} - {None}
    is_stranger = bool(user.get("is_stranger")) or bool(team and teams and team not in teams)
    is_deactivated = bool(user.get("deleted"))
    return Person(
        id=user_id,
        timezone=user.get("tz") or "UTC",
        is_admin=bool(user.get("is_admin") or user.get("is_owner")) and not (is_stranger or is_deactivated),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_bot=bool(user.get("is_bot")) or user_id == "USLACKBOT",
        name=str(user.get("real_name") or user.get("name") or ""),
        is_stranger=is_stranger,
        is_deactivated=is_deactivated,
    )


def check_own(author: str, person: Person, refusal: str) -> None:
    """Raise UserError unless this person asked for it, or is a workspace admin. `refusal` names the text."""
    if person.id != author and not person.is_admin:
        raise UserError(say(refusal, author=author))
