"""Slack's JSON objects of what a workspace holds: users, channels, files, messages. Changes nothing."""

import time
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sandbox.model import Channel, File, Json, Message, User
from sandbox.settings import APP_ID, BOT_ID, BOT_USER, TEAM_ID

_TZ_LABELS = {
    "Europe/London": "Greenwich Mean Time",
    "Asia/Tokyo": "Japan Standard Time",
    "America/New_York": "Eastern Standard Time",
}


class Rendering:
    """The read side of a workspace."""

    base_url: str
    users: dict[str, User]
    channels: dict[str, Channel]
    files: dict[str, File]

    def replies(self, channel: Channel, ts: str) -> list[Message]:
        """The answers in a thread, without its parent, oldest first; ephemeral ones left out."""
        return [m for m in channel.threads.get(ts, []) if not m.ephemeral_for]

    def is_ready(self, file: File) -> bool:
        """Whether the file has been processed."""
        return file.completed and time.monotonic() >= file.ready_at

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
            "url_private": f"{place}/{quote(file.name)}",
            "url_private_download": f"{place}/download/{quote(file.name)}",
            "media_display_type": "unknown",
            "permalink": f"{self.base_url}/files/{file.user}/{file.id}/{quote(file.name)}",
            "channels": [c for c in file.shares if self.channels[c].kind == "channel"],
            "groups": [c for c in file.shares if self.channels[c].kind == "group"],
            "ims": [c for c in file.shares if self.channels[c].kind == "im"],
            "has_rich_preview": False,
            "file_access": "visible",
        }
        if ready and file.width:
            body |= {
                "original_w": file.width,
                "original_h": file.height,
                "thumb_360": f"{place}/{quote(file.name)}",
            }
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
        if message.hidden:
            body["hidden"] = True
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
