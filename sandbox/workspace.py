"""The workspace's state in memory and every change to it; announces changes, knows nothing of transports."""

import io
import itertools
import mimetypes
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image, UnidentifiedImageError

from sandbox import emoji
from sandbox.model import Channel, File, Json, Message, SlackError, User, View
from sandbox.settings import APP_ID, BOT_ID, BOT_USER, TEAM_ID

#: Distinct emoji one message can carry.
MAX_REACTIONS = 23
_TZ_LABELS = {
    "Europe/London": "Greenwich Mean Time",
    "Asia/Tokyo": "Japan Standard Time",
    "America/New_York": "Eastern Standard Time",
}


@dataclass(frozen=True, kw_only=True)
class Change:
    """Something that happened; `kind` is message, message_changed, message_deleted, reaction_added,
    reaction_removed, ephemeral, file_shared, member_joined, member_left."""

    kind: str
    channel: Channel
    message: Message | None = None
    user: str = ""
    data: Json


class Workspace:
    """People, channels, messages, files and views. One event loop; no locks needed."""

    def __init__(
        self, *, base_url: str = "", bot_name: str = "Draftroom", file_delay_s: float = 0.15
    ) -> None:
        self.base_url = base_url
        self.file_delay_s = file_delay_s
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self._listeners: list[Callable[[Change], None]] = []
        self._last_ts = 0
        self._numbers = itertools.count(1)
        self._fill(bot_name)

    def _fill(self, bot_name: str) -> None:
        people = [
            User(id="U0ADA", name="ada", real_name="Ada Okafor", tz="Europe/London", is_admin=True),
            User(id="U0BEN", name="ben", real_name="Ben Ito", tz="Asia/Tokyo"),
            User(id="U0CLEO", name="cleo", real_name="Cleo Marchetti", tz="America/New_York"),
            User(id="U0GUEST", name="gil", real_name="Gil", tz="Europe/London", is_restricted=True),
            User(id=BOT_USER, name=bot_name.lower(), real_name=bot_name, tz="Europe/London", is_bot=True),
        ]
        self.users = {user.id: user for user in people}
        staff = ["U0ADA", "U0BEN", "U0CLEO"]
        now = int(time.time())

        def room(channel_id: str, name: str, members: list[str], *, private: bool = False) -> None:
            self.channels[channel_id] = Channel(
                id=channel_id, name=name, members=members, creator="U0ADA", created=now, is_private=private
            )

        room("C0SNEAKERS", "spring-sneakers", [*staff, "U0GUEST", BOT_USER])
        room("C0GENERAL", "general", [*staff, BOT_USER])
        room("C0TEAHOUSE", "teahouse", [*staff, BOT_USER])
        room("C0PRIVATE", "leadership", ["U0ADA", "U0BEN"], private=True)

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
        self._last_ts = max(time.time_ns() // 1000, self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_id(self, letter: str) -> str:
        """A fresh id such as F0000012AB."""
        return f"{letter}{next(self._numbers):07d}{secrets.token_hex(1).upper()}"

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

    def replies(self, channel: Channel, ts: str) -> list[Message]:
        """The answers in a thread, without its parent, oldest first; ephemeral ones left out."""
        return [
            m for m in channel.messages.values() if m.thread_ts == ts and m.ts != ts and not m.ephemeral_for
        ]

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
        for file_id in message.file_ids:
            share: Json = {"ts": message.ts, "channel_name": channel.name}
            if message.thread_ts:
                share["thread_ts"] = message.thread_ts
            self.files[file_id].shares.setdefault(channel.id, []).append(share)
        kind = "ephemeral" if message.ephemeral_for else "message"
        self.announce(Change(kind=kind, channel=channel, message=message, user=user, data={}))
        for file_id in message.file_ids:
            self.announce(
                Change(
                    kind="file_shared", channel=channel, message=message, user=user, data={"file_id": file_id}
                )
            )
        return message

    def changed(self, channel: Channel, message: Message, before: Json, by: str) -> None:
        """Announce that a message was edited; `before` is its earlier Slack object."""
        self.announce(
            Change(
                kind="message_changed", channel=channel, message=message, user=by, data={"previous": before}
            )
        )

    def delete(self, channel: Channel, message: Message) -> None:
        """Remove a message and announce it."""
        before = self.render(message)
        del channel.messages[message.ts]
        self.announce(
            Change(
                kind="message_deleted",
                channel=channel,
                message=message,
                user=message.user,
                data={"previous": before, "deleted_ts": message.ts},
            )
        )

    def react(self, channel: Channel, message: Message, name: str, user: str, *, add: bool) -> None:
        """Put or take a reaction; raises Slack's error names."""
        name = name.strip(":")
        if not emoji.is_known(name):
            raise SlackError("invalid_name")
        people = message.reactions.get(name, [])
        if add:
            if user in people:
                raise SlackError("already_reacted")
            if name not in message.reactions and len(message.reactions) >= MAX_REACTIONS:
                raise SlackError("too_many_emoji")
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
            self.announce(Change(kind="member_joined", channel=channel, user=user, data={}))

    def leave(self, channel: Channel, user: str) -> None:
        """Remove a member and announce it."""
        if user in channel.members:
            channel.members.remove(user)
            self.announce(Change(kind="member_left", channel=channel, user=user, data={}))

    # -- files

    def add_file(self, *, name: str, user: str, length: int, title: str = "", alt: str | None = None) -> File:
        """Reserve a file; its bytes come later."""
        made = File(
            id=self.new_id("F"),
            name=name,
            title=title or name,
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
        ending = (mimetypes.guess_extension(file.mimetype) or ".binary").lstrip(".")
        file.filetype = {"jpeg": "jpg", "txt": "text", "bin": "binary"}.get(ending, ending)

    def complete_file(self, file: File) -> None:
        """Start the short time in which the file exists but cannot be used in a block."""
        file.completed = True
        file.ready_at = time.monotonic() + self.file_delay_s

    def is_ready(self, file: File) -> bool:
        """Whether the file has been processed."""
        return file.completed and time.monotonic() >= file.ready_at

    def file(self, file_id: str) -> File:
        """A completed file, or file_not_found."""
        found = self.files.get(file_id)
        if found is None or not found.completed:
            raise SlackError("file_not_found")
        return found

    # -- Slack's objects

    def render_user(self, user: User) -> Json:
        """The user object of users.info."""
        offset = datetime.now(ZoneInfo(user.tz)).utcoffset()
        return {
            "id": user.id,
            "team_id": TEAM_ID,
            "name": user.name,
            "deleted": False,
            "color": "9f69e7",
            "real_name": user.real_name,
            "tz": user.tz,
            "tz_label": _TZ_LABELS.get(user.tz, user.tz),
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "profile": {
                "real_name": user.real_name,
                "real_name_normalized": user.real_name,
                "display_name": user.real_name.split(" ")[0],
                "display_name_normalized": user.real_name.split(" ")[0],
                "team": TEAM_ID,
            }
            | ({"bot_id": BOT_ID, "api_app_id": APP_ID} if user.is_bot else {}),
            "is_admin": user.is_admin,
            "is_owner": user.is_admin,
            "is_primary_owner": user.is_admin,
            "is_restricted": user.is_restricted,
            "is_ultra_restricted": False,
            "is_bot": user.is_bot,
            "is_app_user": False,
            "updated": 0,
        }

    def render_channel(self, channel: Channel, viewer: str = BOT_USER) -> Json:
        """The conversation object, as `viewer` sees it."""
        if channel.is_im:
            other = next((member for member in channel.members if member != viewer), viewer)
            return {
                "id": channel.id,
                "created": channel.created,
                "is_im": True,
                "user": other,
                "is_open": True,
            }
        return {
            "id": channel.id,
            "name": channel.name,
            "name_normalized": channel.name,
            "is_channel": not channel.is_private,
            "is_group": channel.is_private,
            "is_im": False,
            "is_mpim": False,
            "is_private": channel.is_private,
            "is_archived": False,
            "is_general": channel.id == "C0GENERAL",
            "is_shared": False,
            "is_ext_shared": False,
            "is_org_shared": False,
            "is_member": viewer in channel.members,
            "created": channel.created,
            "creator": channel.creator,
            "context_team_id": TEAM_ID,
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "num_members": len(channel.members),
        }

    def render_file(self, file: File) -> Json:
        """The file object; mimetype stays empty until the file has been processed."""
        ready = self.is_ready(file)
        place = f"{self.base_url}/files-pri/{TEAM_ID}-{file.id}"
        body: Json = {
            "id": file.id,
            "created": file.created,
            "timestamp": file.created,
            "name": file.name,
            "title": file.title,
            "mimetype": file.mimetype if ready else "",
            "filetype": file.filetype if ready else "",
            "pretty_type": file.filetype.upper() if ready else "",
            "user": file.user,
            "user_team": TEAM_ID,
            "editable": False,
            "size": len(file.data),
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": any(not self.channels[c].is_private for c in file.shares),
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": f"{place}/{file.name}",
            "url_private_download": f"{place}/download/{file.name}",
            "media_display_type": "unknown",
            "permalink": f"{self.base_url}/files/{file.user}/{file.id}/{file.name}",
            "channels": [c for c in file.shares if self.channels[c].kind == "channel"],
            "groups": [c for c in file.shares if self.channels[c].kind == "group"],
            "ims": [c for c in file.shares if self.channels[c].kind == "im"],
            "has_rich_preview": False,
            "file_access": "visible",
        }
        if ready and file.width:
            body |= {"original_w": file.width, "original_h": file.height, "thumb_360": f"{place}/{file.name}"}
        if file.alt_txt:
            body["alt_txt"] = file.alt_txt
        public = {c: s for c, s in file.shares.items() if self.channels[c].kind == "channel"}
        private = {c: s for c, s in file.shares.items() if self.channels[c].kind != "channel"}
        body["shares"] = ({"public": public} if public else {}) | ({"private": private} if private else {})
        return body

    def render(self, message: Message, *, metadata: bool = True) -> Json:
        """The message object of history, events and answers."""
        body: Json = {
            "type": "message",
            "user": message.user,
            "text": message.text,
            "ts": message.ts,
            "team": TEAM_ID,
        }
        if message.subtype:
            body["subtype"] = message.subtype
        if message.by_bot:
            body |= {"bot_id": BOT_ID, "app_id": APP_ID, "bot_profile": self.render_bot()}
        if message.blocks:
            body["blocks"] = message.blocks
        if message.attachments:
            body["attachments"] = message.attachments
        if message.file_ids:
            body["files"] = [self.render_file(self.files[i]) for i in message.file_ids if i in self.files]
            body["upload"] = False
        if message.reactions:
            body["reactions"] = [
                {"name": name, "users": list(users), "count": len(users)}
                for name, users in message.reactions.items()
            ]
        if message.edited:
            body["edited"] = message.edited
        if metadata and message.metadata:
            body["metadata"] = message.metadata
        channel = self.channels[message.channel]
        if message.thread_ts:
            body["thread_ts"] = message.thread_ts
            parent = channel.messages.get(message.thread_ts)
            if parent:
                body["parent_user_id"] = parent.user
        elif replies := self.replies(channel, message.ts):
            writers = list(dict.fromkeys(reply.user for reply in replies))
            body |= {
                "thread_ts": message.ts,
                "reply_count": len(replies),
                "reply_users": writers[:5],
                "reply_users_count": len(writers),
                "latest_reply": replies[-1].ts,
                "is_locked": False,
                "subscribed": True,
            }
        if message.ephemeral_for:
            body |= {"ephemeral": True, "is_ephemeral": True, "ephemeral_for": message.ephemeral_for}
        return body

    def render_bot(self) -> Json:
        """The bot's profile."""
        return {
            "id": BOT_ID,
            "app_id": APP_ID,
            "user_id": BOT_USER,
            "name": self.users[BOT_USER].real_name,
            "deleted": False,
            "updated": 0,
            "icons": {},
            "team_id": TEAM_ID,
        }


def now_iso() -> str:
    """The time in UTC, for logs and debug fields."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
