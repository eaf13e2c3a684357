"""Bytes and answers that are no Web API method: uploads, url_private downloads, file bytes for the page, response URLs."""

from urllib.parse import quote

from aiohttp import BodyPartReader, web

from sandbox.content import MAX_TEXT
from sandbox.installs import INSTALLS
from sandbox.model import Channel, File, Json, SlackError
from sandbox.page_api import TEAM_HEADER

_LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Sign in | Practice</title></head><body>Sign in to see it.</body></html>"


async def upload(request: web.Request) -> web.Response:
    """Step 2 of an upload: the bytes, as the body or as the file of a multipart form."""
    key = request.match_info["key"]
    known = [
        (one.state, file) for one in request.app[INSTALLS].workspaces for file in one.state.files.values()
    ]
    state, file = next(
        ((state, f) for state, f in known if f.upload_key == key and not f.uploaded), (None, None)
    )
    if state is None or file is None:
        return web.Response(status=404, text="This upload address is unknown or was used.")
    data = b""
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and (part.filename or part.name in ("file", "filename")):
                data = bytes(await part.read(decode=True))
                break
    else:
        data = await request.read()
    if len(data) != file.length:
        return web.Response(status=400, text=f"Announced {file.length} bytes but got {len(data)}.")
    state.fill_file(file, data)
    return web.Response(text=f"OK - {len(data)}")


def _sent(file: File, *, attachment: bool) -> web.Response:
    how = "attachment" if attachment else "inline"
    return web.Response(
        body=file.data,
        content_type=file.mimetype if file.mimetype.startswith("image/") else "application/octet-stream",
        headers={
            "Content-Disposition": f"{how}; filename*=UTF-8''{quote(file.name)}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, max-age=3600",
        },
    )


async def private(request: web.Request) -> web.Response:
    """url_private: the bytes for the bot token with files:read, else Slack's sign-in page with status 200."""
    try:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        workspace = request.app[INSTALLS].of_token(token)
    except SlackError:
        workspace = None
    if workspace is None or "files:read" not in workspace.manifest.scopes:
        return web.Response(text=_LOGIN_PAGE, content_type="text/html")
    file = workspace.state.files.get(request.match_info["file"].partition("-")[2])
    if file is None or not file.completed:
        return web.Response(status=404, text="There is no such file.")
    if not workspace.state.may_see(file, workspace.state.team.bot_user):
        return web.Response(status=404, text="There is no such file.")
    return _sent(file, attachment="/download/" in request.path)


async def for_page(request: web.Request) -> web.Response:
    """/ui/files/F…/name: file bytes for people's pages."""
    team = request.headers.get(TEAM_HEADER, "")
    found = (
        one.state.files.get(request.match_info["file"])
        for one in request.app[INSTALLS].workspaces
        if team in ("", one.state.team.id)
    )
    file = next(filter(None, found), None)
    if file is None or not file.uploaded:
        return web.Response(status=404, text="There is no such file.")
    return _sent(file, attachment="download" in request.query)


async def response_url(request: web.Request) -> web.Response:
    """A response_url: answer whoever acted, visibly or not, or replace what they acted on."""
    try:
        body = await request.json()
    except ValueError:
        return web.Response(status=400, text="invalid_payload")
    if not isinstance(body, dict):
        return web.Response(status=400, text="invalid_payload")
    try:
        _respond(request, body)
    except SlackError as problem:
        status = 404 if problem.error in ("expired_url", "used_url") else 400
        if problem.error == "invalid_blocks":
            return web.json_response({"ok": False, "error": problem.error, **problem.extra}, status=status)
        return web.Response(status=status, text=problem.error)
    return web.Response(text="ok")


def _respond(request: web.Request, body: Json) -> None:
    workspace = request.app[INSTALLS].of_team(request.match_info["team"])
    if workspace is None:
        raise SlackError("expired_url")
    state = workspace.state
    place = workspace.interactions.use_response_url(request.match_info["key"])
    channel: Channel = state.channel(place.channel)
    original = channel.messages.get(place.message_ts or "")
    if body.get("delete_original"):
        if original:
            state.delete(channel, original)
        return
    text = str(body.get("text") or "")
    if len(text) > MAX_TEXT:
        raise SlackError("msg_too_long")
    blocks = workspace.checked_blocks(body.get("blocks"))
    if not text.strip() and not blocks:
        raise SlackError("no_text")
    if body.get("replace_original") and original:
        before = original.copy()
        original.text, original.blocks = text, blocks
        original.edited = (
            None if original.ephemeral_for else {"user": state.team.bot_user, "ts": state.next_ts()}
        )
        state.changed(channel, original, before, state.team.bot_user)
        return
    state.post(
        channel,
        state.team.bot_user,
        text=text,
        blocks=blocks,
        thread_ts=body.get("thread_ts") or None,
        by_bot=True,
        ephemeral_for=None if body.get("response_type") == "in_channel" else place.user,
    )
