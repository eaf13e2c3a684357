"""Slack's JSON objects of what a workspace holds: users, channels, files, messages. Changes nothing."""

from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sandbox.model import Channel, File, Json, Message, User
from sandbox.settings import APP_ID
from sandbox.state import State

_TZ_LABELS = {
    "Europe/London": "Greenwich Mean Time",
    "Asia/Tokyo": "Japan Standard Time",
    "America/New_York": "Eastern Standard Time",
}


def user(state: State, member: User) -> Json:
    """The user object of users.info."""
    first = member.real_name.split(" ")[0]
    body: Json = {
        "id": member.id,
        "team_id": member.team_id,
        "name": member.name,
        "deleted": member.deleted,
        "profile": {
            "real_name": member.real_name,
            "real_name_normalized": member.real_name,
            "display_name": first,
            "display_name_normalized": first,
            "team": member.team_id,
        },
        "is_bot": member.is_bot,
        "is_app_user": False,
        "updated": 0,
    }
    if member.is_bot:
        body["profile"] |= {"bot_id": state.team.bot_id, "api_app_id": APP_ID}
    if member.deleted:
        return body
    offset = datetime.now(ZoneInfo(member.tz)).utcoffset()
    body |= {
        "color": "9f69e7",
        "real_name": member.real_name,
        "tz": member.tz,
        "tz_label": _TZ_LABELS.get(member.tz, member.tz),
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_admin": member.is_admin,
        "is_owner": member.is_admin,
        "is_primary_owner": member.is_admin,
        "is_restricted": member.is_restricted,
        "is_ultra_restricted": member.is_ultra_restricted,
    }
    if member.team_id != state.team.id:
        # Slack: a stranger is of another team and in no channel that the app sees.
        body["is_stranger"] = not any(
            {member.id, state.team.bot_user} <= set(room.members) for room in state.channels.values()
        )
    if member.enterprise:
        enterprise_id, name = member.enterprise
        body["enterprise_user"] = {
            "id": member.id,
            "enterprise_id": enterprise_id,
            "enterprise_name": name,
            "is_admin": member.is_admin,
            "is_owner": False,
            "teams": [member.team_id],
        }
    return body


def channel(state: State, room: Channel, viewer: str = "") -> Json:
    """The conversation object, as `viewer`, else the bot, sees it."""
    viewer = viewer or state.team.bot_user
    if room.is_im:
        other = next((member for member in room.members if member != viewer), viewer)
        return {
            "id": room.id,
            "created": room.created,
            "is_im": True,
            "user": other,
            "is_open": True,
        }
    return {
        "id": room.id,
        "name": room.name,
        "name_normalized": room.name,
        "is_channel": not room.is_private,
        "is_group": room.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": room.is_private,
        "is_archived": False,
        "is_general": room.id == "C0GENERAL",
        "is_shared": bool(room.shared_with),
        "is_ext_shared": bool(room.shared_with),
        "is_pending_ext_shared": False,
        "shared_team_ids": [state.team.id, *room.shared_with],
        "connected_team_ids": list(room.shared_with),
        "is_org_shared": False,
        "is_member": viewer in room.members,
        "created": room.created,
        "creator": room.creator,
        "context_team_id": state.team.id,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(room.members),
    }


def file(state: State, stored: File) -> Json:
    """The file object; mimetype stays empty until the file has been processed."""
    ready = stored.is_ready
    place = f"{state.base_url}/files-pri/{state.team.id}-{stored.id}"
    body: Json = {
        "id": stored.id,
        "created": stored.created,
        "timestamp": stored.created,
        "name": stored.name,
        "title": stored.title,
        "mimetype": stored.mimetype if ready else "",
        "filetype": stored.filetype if ready else "",
        "pretty_type": stored.filetype.upper() if ready else "",
        "user": stored.user,
        "user_team": state.team.id,
        "editable": False,
        "size": len(stored.data),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": any(not state.channels[c].is_private for c in stored.shares),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{place}/{quote(stored.name)}",
        "url_private_download": f"{place}/download/{quote(stored.name)}",
        "media_display_type": "unknown",
        "permalink": f"{state.base_url}/files/{stored.user}/{stored.id}/{quote(stored.name)}",
        "channels": [c for c in stored.shares if state.channels[c].kind == "channel"],
        "groups": [c for c in stored.shares if state.channels[c].kind == "group"],
        "ims": [c for c in stored.shares if state.channels[c].kind == "im"],
        "has_rich_preview": False,
        "file_access": "visible",
    }
    if ready and stored.width:
        body |= {
            "original_w": stored.width,
            "original_h": stored.height,
            "thumb_360": f"{place}/{quote(stored.name)}",
        }
    if stored.alt_txt:
        body["alt_txt"] = stored.alt_txt
    public = {c: s for c, s in stored.shares.items() if state.channels[c].kind == "channel"}
    private = {c: s for c, s in stored.shares.items() if state.channels[c].kind != "channel"}
    body["shares"] = ({"public": public} if public else {}) | ({"private": private} if private else {})
    return body


def message(state: State, posted: Message, *, metadata: bool = True) -> Json:
    """The message object of history, events and answers."""
    body: Json = {
        "type": "message",
        "user": posted.user,
        "text": posted.text,
        "ts": posted.ts,
        "team": writer.team_id if (writer := state.users.get(posted.user)) else state.team.id,
    }
    if posted.subtype:
        body["subtype"] = posted.subtype
    if posted.hidden:
        body["hidden"] = True
    if posted.by_bot:
        body |= {"bot_id": state.team.bot_id, "app_id": APP_ID, "bot_profile": bot(state)}
    if posted.blocks:
        body["blocks"] = posted.blocks
    if posted.attachments:
        body["attachments"] = posted.attachments
    if posted.file_ids:
        body["files"] = [file(state, state.files[i]) for i in posted.file_ids if i in state.files]
        body["upload"] = False
    if posted.reactions:
        body["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)}
            for name, users in posted.reactions.items()
        ]
    if posted.edited:
        body["edited"] = posted.edited
    if metadata and posted.metadata:
        body["metadata"] = posted.metadata
    room = state.channels[posted.channel]
    if posted.thread_ts:
        body["thread_ts"] = posted.thread_ts
        parent = room.messages.get(posted.thread_ts)
        if parent:
            body["parent_user_id"] = parent.user
            if posted.broadcast:
                root = message(state, parent, metadata=metadata)
                body["root"] = {key: value for key, value in root.items() if key != "blocks"}
    elif replies := room.replies(posted.ts):
        writers = list(dict.fromkeys(reply.user for reply in replies))
        body |= {
            "thread_ts": posted.ts,
            "reply_count": len(replies),
            "reply_users": writers[:5],
            "reply_users_count": len(writers),
            "latest_reply": replies[-1].ts,
            "is_locked": False,
            "subscribed": True,
        }
    if posted.ephemeral_for:
        body |= {"ephemeral": True, "is_ephemeral": True, "ephemeral_for": posted.ephemeral_for}
    return body


def bot(state: State) -> Json:
    """The bot's profile."""
    return {
        "id": state.team.bot_id,
        "app_id": APP_ID,
        "user_id": state.team.bot_user,
        "name": state.users[state.team.bot_user].real_name,
        "deleted": False,
        "updated": 0,
        "icons": {},
        "team_id": state.team.id,
    }


def file_stub(stored: File) -> Json:
    """All that events of a channel shared with another team tell of a file; files.info has the rest."""
    return {
        "id": stored.id,
        "created": stored.created,
        "timestamp": stored.created,
        "user": stored.user,
        "mode": "file_access",
        "file_access": "check_file_info",
    }
