"""files.*: the upload flow in three steps, reading and deleting files."""

import asyncio
import secrets

from sandbox import rendering
from sandbox.content import bad_arguments
from sandbox.model import Channel, File, Json, SlackError
from sandbox.web_api.registry import Call, method

#: Longest alternative text of an upload, in characters.
MAX_ALT_TEXT = 1_000
_sharing: set[asyncio.Task[None]] = set()


@method("files.getUploadURLExternal", tier=4, scope="files:write")
async def files_get_upload_url_external(call: Call) -> Json:
    """Step 1: where to send the bytes."""
    name = call.need("filename")
    if call.text("length") in ("", "0"):
        raise SlackError("missing_argument")
    length = call.number("length", 0, most=call.workspace.settings.max_body)
    alt = call.text("alt_txt") or None
    if alt and len(alt) > MAX_ALT_TEXT:
        raise SlackError("alt_txt_too_large")
    file = call.workspace.state.add_file(name=name, user=call.team.bot_user, length=length, alt=alt)
    file.upload_key = secrets.token_urlsafe(24)
    return {
        "upload_url": f"{call.workspace.state.base_url}/upload/v1/{file.upload_key}",
        "file_id": file.id,
    }


@method("files.completeUploadExternal", tier=4, scope="files:write")
async def files_complete_upload_external(call: Call) -> Json:
    """Step 3: make the files real, and with channel_id or channels share them there once processed."""
    listed = call.args.get("files")
    if (
        not isinstance(listed, list)
        or not listed
        or not all(isinstance(f, dict) and f.get("id") for f in listed)
    ):
        raise bad_arguments("files must be a list of {id, title}")
    state = call.workspace.state
    files: list[File] = []
    for entry in listed:
        file = state.files.get(str(entry["id"]))
        if file is None or file.user != call.team.bot_user or file.completed or not file.uploaded:
            raise SlackError("file_not_found")
        files.append(file)
    named = call.text("channel_id") or call.text("channels")
    rooms = [call.room(name.strip()) for name in named.split(",") if name.strip()]
    thread = call.text("thread_ts")
    if thread and not all(thread in room.messages for room in rooms):
        raise SlackError("invalid_thread_ts")
    # As documented: with an initial comment the blocks are ignored.
    blocks = [] if call.text("initial_comment") else call.workspace.checked_blocks(call.args.get("blocks"))
    for file, entry in zip(files, listed, strict=True):
        if entry.get("title"):
            file.title = str(entry["title"])
        state.complete_file(file, call.workspace.file_delay_s)
    for room in rooms:
        task = asyncio.create_task(_share(call, room, files, blocks))
        _sharing.add(task)
        task.add_done_callback(_sharing.discard)
    return {"files": [rendering.file(state, file) for file in files]}


async def _share(call: Call, channel: Channel, files: list[File], blocks: list[Json]) -> None:
    # Slack posts the message only once the files were processed; until then the call has long returned.
    state = call.workspace.state
    await asyncio.sleep(call.workspace.file_delay_s)
    thread = call.text("thread_ts")
    if thread and thread not in channel.messages:
        return  # The thread was deleted meanwhile.
    state.post(
        channel,
        call.team.bot_user,
        text=call.text("initial_comment"),
        blocks=blocks,
        thread_ts=thread or None,
        file_ids=[file.id for file in files if file.id in state.files],
        subtype="file_share",
        by_bot=True,
    )


def _visible(call: Call) -> File:
    state = call.workspace.state
    file = state.file(call.need("file", "file_not_found"))
    if not state.may_see(file, call.team.bot_user):
        raise SlackError("file_not_found")
    return file


@method("files.info", tier=4, scope="files:read")
async def files_info(call: Call) -> Json:
    """A file; its mimetype is empty until it has been processed."""
    file = _visible(call)
    body = rendering.file(call.workspace.state, file)
    return {"file": body, "comments": [], "response_metadata": {"next_cursor": ""}}


@method("files.delete", tier=3, scope="files:write")
async def files_delete(call: Call) -> Json:
    """Delete a file of the bot."""
    file = _visible(call)
    if file.user != call.team.bot_user:
        raise SlackError("cant_delete_file")
    call.workspace.state.delete_file(file)
    return {}
