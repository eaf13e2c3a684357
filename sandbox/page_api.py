"""The people's side, /ui/api and /ui/ws: what the page and client.py do on behalf of whoever X-Practice-User names."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import BodyPartReader, WSMsgType, web

from sandbox import rendering
from sandbox.block_kit.text import as_slack_text
from sandbox.installs import INSTALLS
from sandbox.model import Channel, Json, Message, SlackError, User
from sandbox.workspace import Workspace

USER_HEADER = "X-Practice-User"
#: Which workspace, where several have a person of that id.
TEAM_HEADER = "X-Practice-Team"
#: Longest message a person may send, in characters.
MAX_TEXT = 12_000

Handler = Callable[[web.Request, Workspace, User], Awaitable[Json]]
routes: list[tuple[str, str, Handler]] = []


def _route(method: str, path: str) -> Callable[[Handler], Handler]:
    def keep(handler: Handler) -> Handler:
        routes.append((method, f"/ui/api/{path}", handler))
        return handler

    return keep


_SENTENCES = {
    "operation_timeout": "The app did not answer within 3 seconds. Try again.",
    "dispatch_failed": "The app is not connected. Start the bot, then try again.",
    "unknown_command": "That is not a command of this workspace.",
    "not_in_thread": "Slash commands are not supported in threads. Type it in the channel.",
    "channel_not_found": "There is no such channel, or you are not in it.",
}


def wrap(handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Find who acts, run the handler, and answer {ok: true, …} or {ok: false, error, message}."""

    async def answer(request: web.Request) -> web.Response:
        installs, name = request.app[INSTALLS], request.headers.get(USER_HEADER, "")
        team = request.headers.get(TEAM_HEADER, "")
        workspace = installs.of_person(name, team) or installs.home
        user = workspace.state.users.get(name)
        if user is None or user.is_bot or user.deleted:
            message = f"The header {USER_HEADER} must name a person of this workspace, e.g. U0ADA."
            return web.json_response({"ok": False, "error": "user_not_found", "message": message}, status=403)
        try:
            return web.json_response({"ok": True, **await handler(request, workspace, user)})
        except SlackError as problem:
            message = _SENTENCES.get(problem.error, problem.error.replace("_", " "))
            body = {"ok": False, "error": problem.error, "message": message}
            return web.json_response(body, status=404 if problem.error.endswith("not_found") else 400)

    return answer


async def _body(request: web.Request) -> Json:
    try:
        body = await request.json() if request.can_read_body else {}
    except ValueError as problem:
        raise SlackError("invalid_json") from problem
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body


async def _form(request: web.Request) -> tuple[dict[str, str], list[tuple[str, bytes]]]:
    """The plain fields and the files (name, bytes) of a multipart form."""
    fields: dict[str, str] = {}
    files: list[tuple[str, bytes]] = []
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            data = bytes(await part.read(decode=True))
            if part.filename:
                files.append((part.filename, data))
            elif part.name:
                fields[part.name] = data.decode()
    except (ValueError, AssertionError) as problem:
        raise SlackError("invalid_form_data") from problem
    return fields, files


def _channel(workspace: Workspace, user: User, channel_id: object) -> Channel:
    channel = workspace.state.channel(str(channel_id))
    if user.id not in channel.members:
        raise SlackError("channel_not_found")
    return channel


def _written(workspace: Workspace, text: object) -> str:
    typed = str(text or "")
    if len(typed) > MAX_TEXT:
        raise SlackError("msg_too_long")
    return as_slack_text(typed, workspace.state.users.values(), workspace.state.channels.values())


def _post(
    workspace: Workspace,
    channel: Channel,
    user: User,
    text: str,
    thread_ts: str | None,
    file_ids: list[str],
    *,
    also: bool,
) -> Message:
    """Say something; an answer in a thread is `also` sent to the channel when asked to."""
    broadcast = also and thread_ts is not None
    kind = "thread_broadcast" if broadcast else "file_share" if file_ids else None
    return workspace.state.post(
        channel,
        user.id,
        text=text,
        thread_ts=thread_ts,
        file_ids=file_ids,
        broadcast=broadcast,
        subtype=kind,
    )


@_route("GET", "state")
async def state(request: web.Request, workspace: Workspace, user: User) -> Json:
    """Everything a page needs to start."""
    state = workspace.state
    rooms = [c for c in state.channels.values() if user.id in c.members]
    return {
        "me": rendering.user(state, user),
        "team": {
            "id": workspace.state.team.id,
            "name": workspace.state.team.name,
            "domain": workspace.state.team.domain,
        },
        "users": [rendering.user(state, u) for u in state.users.values()],
        "channels": [rendering.channel(state, c, user.id) | {"members": c.members} for c in rooms],
        "commands": [
            {k: c.get(k, "") for k in ("command", "description", "usage_hint")}
            for c in workspace.manifest.commands
        ],
        "shortcuts": [
            {k: s.get(k, "") for k in ("type", "name", "callback_id")} for s in workspace.manifest.shortcuts
        ],
        "bot": {
            "user_id": workspace.state.team.bot_user,
            "name": workspace.manifest.bot_name,
            "connected": workspace.bot_connected,
            "home_tab": workspace.manifest.home_tab,
        },
    }


@_route("GET", "messages")
async def messages(request: web.Request, workspace: Workspace, user: User) -> Json:
    """A channel's messages outside threads, or with thread_ts a thread with its parent; oldest first."""
    channel = _channel(workspace, user, request.query.get("channel"))
    thread = request.query.get("thread_ts")
    shown = [
        m
        for m in channel.messages.values()
        if m.ephemeral_for in (None, user.id)
        and ((thread in (m.ts, m.thread_ts)) if thread else (m.thread_ts in (None, m.ts) or m.broadcast))
    ]
    return {"messages": [rendering.message(workspace.state, m) for m in shown]}


@_route("POST", "messages")
async def say(request: web.Request, workspace: Workspace, user: User) -> Json:
    """Say something."""
    body = await _body(request)
    channel = _channel(workspace, user, body.get("channel"))
    text = _written(workspace, body.get("text"))
    given = body.get("file_ids") or []
    if not isinstance(given, list):
        raise SlackError("invalid_arguments")
    file_ids = [str(file_id) for file_id in given]
    for file_id in file_ids:
        if workspace.state.file(file_id).user != user.id:
            raise SlackError("file_not_found")
    if not text.strip() and not file_ids:
        raise SlackError("no_text")
    thread_ts = str(body["thread_ts"]) if body.get("thread_ts") else None
    message = _post(workspace, channel, user, text, thread_ts, file_ids, also=bool(body.get("broadcast")))
    return {"message": rendering.message(workspace.state, message)}


@_route("POST", "commands")
async def command(request: web.Request, workspace: Workspace, user: User) -> Json:
    """Type a slash command; waits for the app's acknowledgement."""
    body = await _body(request)
    if body.get("thread_ts"):
        raise SlackError("not_in_thread")
    channel = _channel(workspace, user, body.get("channel"))
    name = str(body.get("command", ""))
    return await workspace.interactions.command(user, channel, name, str(body.get("text") or ""))


@_route("POST", "files")
async def upload(request: web.Request, workspace: Workspace, user: User) -> Json:
    """Upload files and post them; with channel left out they are only stored, for file_ids of a message."""
    fields, parts = await _form(request)
    if not parts:
        raise SlackError("no_file_data")
    channel = _channel(workspace, user, fields["channel"]) if fields.get("channel") else None
    text = _written(workspace, fields.get("text"))
    made = []
    for name, data in parts:
        file = workspace.state.add_file(name=name, user=user.id, length=len(data))
        workspace.state.fill_file(file, data)
        workspace.state.complete_file(file, workspace.file_delay_s)
        made.append(file)
    # People's clients wait until their file was processed before the message goes out.
    await asyncio.sleep(workspace.file_delay_s)
    answer: Json = {}
    if channel:
        file_ids, thread_ts = [file.id for file in made], fields.get("thread_ts") or None
        message = _post(
            workspace, channel, user, text, thread_ts, file_ids, also=bool(fields.get("broadcast"))
        )
        answer = {"message": rendering.message(workspace.state, message)}
    return answer | {"files": [rendering.file(workspace.state, file) for file in made]}


@_route("POST", "files/{file}/delete")
async def delete_file(request: web.Request, workspace: Workspace, user: User) -> Json:
    """Delete one's own file; messages that carried it change."""
    file = workspace.state.file(request.match_info["file"])
    if file.user != user.id:
        raise SlackError("file_not_found")
    workspace.state.delete_file(file)
    return {}


@_route("POST", "reactions")
async def react(request: web.Request, workspace: Workspace, user: User) -> Json:
    """Add or remove a reaction."""
    body = await _body(request)
    channel = _channel(workspace, user, body.get("channel"))
    message = workspace.state.message(channel, str(body.get("ts")))
    if body.get("action", "add") not in ("add", "remove"):
        raise SlackError("invalid_arguments")
    add = body.get("action", "add") == "add"
    workspace.state.react(channel, message, str(body.get("name")), user.id, add=add)
    return {"message": rendering.message(workspace.state, message)}


@_route("POST", "edit")
async def edit(request: web.Request, workspace: Workspace, user: User) -> Json:
    """Change the text of one's own message."""
    body = await _body(request)
    channel = _channel(workspace, user, body.get("channel"))
    message = workspace.state.message(channel, str(body.get("ts")))
    if message.user != user.id:
        raise SlackError("cant_update_message")
    text = _written(workspace, body.get("text"))
    if not text.strip() and not message.file_ids:
        raise SlackError("no_text")
    before = message.copy()
    message.text = text
    message.edited = {"user": user.id, "ts": workspace.state.next_ts()}
    workspace.state.changed(channel, message, before, user.id)
    return {"message": rendering.message(workspace.state, message)}


@_route("POST", "delete")
async def delete(request: web.Request, workspace: Workspace, user: User) -> Json:
    """Delete one's own message."""
    body = await _body(request)
    channel = _channel(workspace, user, body.get("channel"))
    message = workspace.state.message(channel, str(body.get("ts")))
    if message.user != user.id:
        raise SlackError("cant_delete_message")
    workspace.state.delete(channel, message)
    return {}


@_route("POST", "members")
async def members(request: web.Request, workspace: Workspace, user: User) -> Json:
    """Invite someone to a channel, or remove them: {channel, user, action: add|remove}."""
    body = await _body(request)
    channel = _channel(workspace, user, body.get("channel"))
    member = str(body.get("user"))
    if member not in workspace.state.users:
        raise SlackError("user_not_found")
    if body.get("action", "add") == "add":
        workspace.state.join(channel, member)
    else:
        workspace.state.leave(channel, member)
    return {"channel": rendering.channel(workspace.state, channel, user.id)}


@_route("POST", "actions")
async def action(request: web.Request, workspace: Workspace, user: User) -> Json:
    """Use a button or another element of a message or a view."""
    body = await _body(request)
    if not body.get("view_id"):
        _channel(workspace, user, body.get("channel"))
    return await workspace.interactions.action(user, body)


@_route("POST", "shortcuts")
async def shortcut(request: web.Request, workspace: Workspace, user: User) -> Json:
    """Use a message shortcut, or without channel and ts a global one."""
    body = await _body(request)
    channel = _channel(workspace, user, body["channel"]) if body.get("channel") else None
    ts = str(body["ts"]) if body.get("ts") else None
    await workspace.interactions.shortcut(user, str(body.get("callback_id")), channel, ts)
    return {}


@_route("GET", "views")
async def views(request: web.Request, workspace: Workspace, user: User) -> Json:
    """The modal I have open, if any."""
    top = workspace.modals.top(user.id)
    return {"view": workspace.modals.render(top) if top else None}


@_route("POST", "views/{view_id}/submit")
async def submit(request: web.Request, workspace: Workspace, user: User) -> Json:
    """Submit a modal."""
    body = await _body(request)
    view = workspace.modals.view(request.match_info["view_id"])
    if view.user != user.id:
        raise SlackError("not_found")
    values = body.get("values") or {}
    if not isinstance(values, dict) or not all(isinstance(state, dict) for state in values.values()):
        raise SlackError("invalid_arguments")
    return await workspace.interactions.submit(user, view, values)


@_route("POST", "views/{view_id}/close")
async def close(request: web.Request, workspace: Workspace, user: User) -> Json:
    """Close a modal without submitting."""
    view = workspace.modals.view(request.match_info["view_id"])
    if view.user != user.id:
        raise SlackError("not_found")
    await workspace.interactions.close(user, view)
    return {}


@_route("POST", "home")
async def home(request: web.Request, workspace: Workspace, user: User) -> Json:
    """Open the app's Home tab; the app may publish a newer view, which /ui/ws announces."""
    return {"view": workspace.interactions.open_home(user)}


@_route("GET", "home")
async def read_home(request: web.Request, workspace: Workspace, user: User) -> Json:
    """What is published on my Home tab, without opening it anew."""
    found = workspace.state.homes.get(user.id)
    return {"view": workspace.modals.render(found) if found else None}


async def websocket(request: web.Request) -> web.StreamResponse:
    """GET /ui/ws?user=U…: the live feed of one person."""
    installs, name = request.app[INSTALLS], request.query.get("user", "")
    workspace = installs.of_person(name) or installs.home
    user = workspace.state.users.get(name)
    if user is None or user.is_bot:
        return web.Response(status=403, text="Name a person of this workspace: /ui/ws?user=U0ADA")
    # A browser lets any site open a websocket here; only our own page may listen.
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.host:
        return web.Response(status=403, text="Open this feed from the workspace's own page.")
    socket = web.WebSocketResponse(heartbeat=30)
    await socket.prepare(request)
    listener = workspace.feed.join(user.id)
    await socket.send_json({"type": "hello", "bot_connected": workspace.bot_connected})

    async def pump() -> None:
        while (update := await listener.queue.get()) is not None:
            await socket.send_json(update)
        await socket.close(code=1001)

    sending = asyncio.create_task(pump())
    try:
        async for frame in socket:
            if frame.type is WSMsgType.ERROR:
                break
    finally:
        workspace.feed.leave(listener)
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError, ConnectionError, RuntimeError):
            await sending
    return socket
