"""files.*: the upload flow in three steps, reading and deleting files."""

import asyncio
import secrets

from sandbox.content import bad_arguments, checked_blocks
from sandbox.model import Channel, File, Json, SlackError
from sandbox.settings import BOT_USER
from sandbox.web_api.registry import Call, method

#: Longest alternative text of an upload, in characters.
MAX_ALT_TEXT = 1_000
_sharing: set[asyncio.Task[None]] = set()


@method("files.getUploadURLExternal", tier=4, scope="files:write")
async def files_get_upload_url_external(call: Call) -> Json:
    """Step 1: where to send the bytes."""
    name = call.need("filename")
    length = call.number("length", 0, most=call.practice.settings.max_body)
    alt = call.text("alt_txt") or None
    if alt and len(alt) > MAX_ALT_TEXT:
        raise bad_arguments(f"alt_txt must be at most {MAX_ALT_TEXT} characters")
    file = call.practice.workspace.add_file(name=name, user=BOT_USER, length=length, alt=alt)
    file.upload_key = secrets.token_urlsafe(24)
    return {
        "upload_url": f"{call.practice.workspace.base_url}/upload/v1/{file.upload_key}",
        "file_id": file.id,
    }


@method("files.completeUploadExternal", tier=4, scope="files:write")
async def files_complete_upload_external(call: Call) -> Json:
    """Step 3: make the files real, and with channel_id share them there once processed."""
    listed = call.args.get("files")
    if (
        not isinstance(listed, list)
        or not listed
        or not all(isinstance(f, dict) and f.get("id") for f in listed)
    ):
        raise bad_arguments("files must be a list of {id, title}")
    workspace = call.practice.workspace
    files: list[File] = []
    for entry in listed:
        file = workspace.files.get(str(entry["id"]))
        if file is None or file.user != BOT_USER or file.completed or not file.uploaded:
            raise SlackError("file_not_found")
        files.append(file)
    channel: Channel | None = None
    if call.text("channel_id"):
        channel = call.joined_channel("channel_id")
        thread = call.text("thread_ts")
        if thread and thread not in channel.messages:
            raise SlackError("invalid_thread_ts")
    blocks = checked_blocks(workspace, call.args.get("blocks"))
    for file, entry in zip(files, listed, strict=True):
        if entry.get("title"):
            file.title = str(entry["title"])
        workspace.complete_file(file)
    if channel:
        task = asyncio.create_task(_share(call, channel, files, blocks))
        _sharing.add(task)
        task.add_done_callback(_sharing.discard)
    return {"files": [workspace.render_file(file) for file in files]}


async def _share(call: Call, channel: Channel, files: list[File], blocks: list[Json]) -> None:
    # Slack posts the message only once the files were processed; until then the call has long returned.
    await asyncio.sleep(call.practice.settings.file_delay_s)
    call.practice.workspace.post(
        channel,
        BOT_USER,
        text=call.text("initial_comment"),
        blocks=blocks,
        thread_ts=call.text("thread_ts") or None,
        file_ids=[file.id for file in files],
        subtype="file_share",
        by_bot=True,
    )


def _visible(call: Call) -> File:
    workspace = call.practice.workspace
    file = workspace.file(call.need("file", "file_not_found"))
    if file.user != BOT_USER and not workspace.shared_with(file, BOT_USER):
        raise SlackError("file_not_found")
    return file


@method("files.info", tier=4, scope="files:read")
async def files_info(call: Call) -> Json:
    """A file; its mimetype is empty until it has been processed."""
    file = _visible(call)
    body = call.practice.workspace.render_file(file)
    return {"file": body, "comments": [], "response_metadata": {"next_cursor": ""}}


@method("files.delete", tier=3, scope="files:write")
async def files_delete(call: Call) -> Json:
    """Delete a file of the bot."""
    file = _visible(call)
    if file.user != BOT_USER:
        raise SlackError("cant_delete_file")
    del call.practice.workspace.files[file.id]
    return {}
