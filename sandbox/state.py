"""The workspace's state in memory and every change to it; announces changes, knows nothing of transports."""

import io
import itertools
import mimetypes
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from PIL import Image, UnidentifiedImageError

from sandbox.block_kit import emoji
from sandbox.model import Channel, File, Json, Message, SlackError, Team, User, UserGroup, View

#: Distinct emoji one message can carry, and how many of them one person may put there.
MAX_EMOJI = 50
MAX_EMOJI_OF_ONE = 23
#: Who a deleted message with answers seems to come from.
SLACKBOT = "USLACKBOT"
TOMBSTONE = "tombstone"


@dataclass(frozen=True, kw_only=True)
class Change:
    """Something that happened; `kind` is message, message_changed, message_deleted, reaction_added,
    reaction_removed, ephemeral, file_shared, member_joined, member_left."""

    kind: str
    channel: Channel
    message: Message | None = None
    #: How the message was until now, of a change or a deletion.
    before: Message | None = None
    user: str = ""
    data: Json = field(default_factory=dict)


class State:
    """People, channels, messages, files and views, none at first. One event loop; no locks needed."""

    def __init__(self, team: Team, *, upload_life_s: float = 600.0, counted_from: float = 0.0) -> None:
        """`counted_from`: ids and timestamps are numbered from that time on, alike in every workspace that counts so."""
        self.team = team
        self._counted_from = int(counted_from)
        #: Where the server listens; known once it does.
        self.base_url = ""
        self.upload_life_s = upload_life_s
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.groups: dict[str, UserGroup] = {}
        self._listeners: list[Callable[[Change], None]] = []
        self._last_ts = 0
        self._numbers = itertools.count(1)

    # -- the app

    @property
    def installed(self) -> bool:
        """Whether the app is installed here."""
        bot = self.users.get(self.team.bot_user)
        return bot is not None and not bot.deleted

    def install(self, bot_name: str) -> None:
        """Give the app a bot user, which is in no channel yet."""
        team = self.team
        self.users[team.bot_user] = User(
            id=team.bot_user,
            name=bot_name.lower(),
            real_name=bot_name,
            tz="Europe/London",
            team_id=team.id,
            is_bot=True,
        )

    def uninstall(self) -> None:
        """Deactivate the bot user and take it out of every channel."""
        bot = self.team.bot_user
        self.users[bot] = replace(self.users[bot], deleted=True)
        for channel in self.channels.values():
            if bot in channel.members and not channel.is_im:
                channel.members.remove(bot)

    # -- telling others

    def subscribe(self, listener: Callable[[Change], None]) -> None:
        """Call `listener` after every change, in order."""
        self._listeners.append(listener)

    def announce(self, change: Change) -> None:
        for listener in self._listeners:
            listener(change)

    # -- names and times

    def next_ts(self) -> str:
        """A unique timestamp, later than every one before it."""
        now = self._counted_from * 1_000_000 or time.time_ns() // 1000
        self._last_ts = max(now, self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_id(self, letter: str) -> str:
        """A fresh id such as F0000012AB, of this workspace alone."""
        ending = "ALIKE" if self._counted_from else secrets.token_hex(2).upper()
        return f"{letter}{next(self._numbers):07d}{ending}"

    # -- conversations

    def channel(self, channel_id: str) -> Channel:
        """The channel, or channel_not_found."""
        found = self.channels.get(channel_id)
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def direct(self, one: str, other: str) -> Channel:
        """The direct conversation of two members, made when it does not exist."""
        for channel in self.channels.values():
            if channel.is_im and set(channel.members) == {one, other}:
                return channel
        made = Channel(
            id=self.new_id("D"),
            name="",
            members=[one, other],
            creator=one,
            created=int(time.time()),
            is_im=True,
        )
        self.channels[made.id] = made
        return made

    def message(self, channel: Channel, ts: str, *, error: str = "message_not_found") -> Message:
        """A message that everybody in the channel can see, or the error."""
        found = channel.messages.get(ts)
        if found is None or found.ephemeral_for:
            raise SlackError(error)
        return found

    def post(self, channel: Channel, user: str, **fields: Any) -> Message:
        """Add a message (fields as in Message) and announce it; thread_ts must name a message here."""
        thread_ts = fields.get("thread_ts")
        if thread_ts:
            parent = channel.messages.get(thread_ts)
            if parent is None:
                raise SlackError("thread_not_found")
            fields["thread_ts"] = parent.thread_ts or parent.ts
        message = Message(channel=channel.id, ts=self.next_ts(), user=user, **fields)
        channel.messages[message.ts] = message
        if message.thread_ts:
            channel.threads.setdefault(message.thread_ts, []).append(message)
        for file_id in message.file_ids:
            share: Json = {"ts": message.ts, "channel_name": channel.name}
            if message.thread_ts:
                share["thread_ts"] = message.thread_ts
            self.files[file_id].shares.setdefault(channel.id, []).append(share)
        kind = "ephemeral" if message.ephemeral_for else "message"
        self.announce(Change(kind=kind, channel=channel, message=message, user=user))
        for file_id in message.file_ids:
            self.announce(
                Change(
                    kind="file_shared", channel=channel, message=message, user=user, data={"file_id": file_id}
                )
            )
        return message

    def changed(self, channel: Channel, message: Message, before: Message, by: str) -> None:
        """Announce that a message was edited; `before` is a copy of what it was."""
        self.announce(
            Change(kind="message_changed", channel=channel, message=message, before=before, user=by)
        )

    def delete(self, channel: Channel, message: Message) -> None:
        """Remove a message and announce it; one with answers leaves a tombstone, so that its thread stays."""
        before = message.copy()
        if channel.replies(message.ts):
            grave = Message(
                channel=channel.id,
                ts=message.ts,
                user=SLACKBOT,
                text="This message was deleted.",
                subtype=TOMBSTONE,
                hidden=True,
            )
            channel.messages[message.ts] = grave
            self.changed(channel, grave, before, message.user)
            return
        del channel.messages[message.ts]
        channel.threads.pop(message.ts, None)
        if message.thread_ts:
            channel.threads[message.thread_ts].remove(message)
        self.announce(
            Change(
                kind="message_deleted",
                channel=channel,
                message=message,
                before=before,
                user=message.user,
            )
        )
        parent = channel.messages.get(message.thread_ts or "")
        if parent and parent.subtype == TOMBSTONE and not channel.replies(parent.ts):
            self.delete(channel, parent)

    def react(self, channel: Channel, message: Message, name: str, user: str, *, add: bool) -> None:
        """Put or take a reaction; raises Slack's error names."""
        name = name.strip(":")
        if not emoji.is_known(name):
            raise SlackError("invalid_name")
        people = message.reactions.get(name, [])
        if add:
            if user in people:
                raise SlackError("already_reacted")
            if name not in message.reactions and len(message.reactions) >= MAX_EMOJI:
                raise SlackError("too_many_emoji")
            if sum(user in others for others in message.reactions.values()) >= MAX_EMOJI_OF_ONE:
                raise SlackError("too_many_reactions")
            message.reactions.setdefault(name, []).append(user)
        else:
            if user not in people:
                raise SlackError("no_reaction")
            people.remove(user)
            if not people:
                del message.reactions[name]
        kind = "reaction_added" if add else "reaction_removed"
        self.announce(Change(kind=kind, channel=channel, message=message, user=user, data={"reaction": name}))

    def join(self, channel: Channel, user: str) -> None:
        """Add a member, once, and announce it."""
        if user not in channel.members:
            channel.members.append(user)
            self.announce(Change(kind="member_joined", channel=channel, user=user))

    def leave(self, channel: Channel, user: str) -> None:
        """Remove a member and announce it."""
        if user in channel.members:
            channel.members.remove(user)
            self.announce(Change(kind="member_left", channel=channel, user=user))

    def may_see(self, file: File, user: str) -> bool:
        """Whether a file is this person's own, was shared where they are a member, or was given to the app."""
        shared = any(user in self.channels[channel].members for channel in file.shares)
        return file.user == user or shared or (file.given and user == self.team.bot_user)

    # -- files

    def add_file(self, *, name: str, user: str, length: int, alt: str | None = None) -> File:
        """Reserve a file; its bytes come later. Uploads that nobody completed in time are forgotten here."""
        old = time.time() - self.upload_life_s
        for gone in [f.id for f in self.files.values() if not f.completed and f.created < old]:
            del self.files[gone]
        made = File(
            id=self.new_id("F"),
            name=name,
            title=name,
            user=user,
            created=int(time.time()),
            length=length,
            alt_txt=alt,
        )
        self.files[made.id] = made
        return made

    def fill_file(self, file: File, data: bytes) -> None:
        """Store the bytes and find out what they are."""
        file.data, file.uploaded = data, True
        try:
            with Image.open(io.BytesIO(data)) as picture:
                file.width, file.height = picture.size
                file.mimetype = Image.MIME.get(picture.format or "", "")
        except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
            guess = mimetypes.guess_type(file.name)[0] or "text/plain"
            # Slack sniffs: a picture's name on other bytes does not make it a picture.
            file.mimetype = "application/octet-stream" if guess.startswith("image/") else guess
            # Phones' photos, which Slack knows by their first bytes and browsers here do not show.
            if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
                file.mimetype = "image/heic"
        ending = (mimetypes.guess_extension(file.mimetype) or ".binary").lstrip(".")
        file.filetype = {"jpeg": "jpg", "txt": "text", "bin": "binary"}.get(ending, ending)

    def complete_file(self, file: File, delay_s: float) -> None:
        """Start the time in which the file exists but cannot be used in a block."""
        file.completed = True
        file.ready_at = time.monotonic() + delay_s

    def delete_file(self, file: File) -> None:
        """Remove a file; the messages that carried it change."""
        for channel_id, shares in file.shares.items():
            channel = self.channels[channel_id]
            for share in shares:
                message = channel.messages.get(share["ts"])
                if message and file.id in message.file_ids:
                    before = message.copy()
                    message.file_ids.remove(file.id)
                    self.changed(channel, message, before, file.user)
        del self.files[file.id]

    def file(self, file_id: str) -> File:
        """A completed file, or file_not_found."""
        found = self.files.get(file_id)
        if found is None or not found.completed:
            raise SlackError("file_not_found")
        return found


def now_iso() -> str:
    """The time in UTC, for logs and debug fields."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
