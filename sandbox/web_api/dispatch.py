"""POST and GET /api/METHOD: arguments out of forms and JSON, tokens, scopes, rates, and Slack's way of answering."""

import contextlib
import json
import logging
import secrets
from base64 import b64decode

from aiohttp import web

import sandbox.web_api  # noqa: F401 - importing it registers the methods
from sandbox.installs import INSTALLS, Installs
from sandbox.model import Json, SlackError
from sandbox.rates import POSTING, TIERS
from sandbox.web_api.registry import METHODS, Call, Method
from sandbox.workspace import Workspace

log = logging.getLogger(__name__)

#: Form fields that carry JSON.
_JSON_FIELDS = ("blocks", "attachments", "metadata", "files", "view", "unfurls", "users_json")


async def arguments(request: web.Request) -> Json:
    """Everything the caller sent: query, form or JSON. Raises SlackError with Slack's name for a bad body."""
    args: Json = dict(request.query)
    if request.method == "POST":
        if request.content_type == "application/json":
            try:
                # The synchronous official client says JSON and sends nothing where there are no arguments.
                body = json.loads(await request.text() or "{}")
            except ValueError as problem:
                raise SlackError("invalid_json") from problem
            if not isinstance(body, dict):
                raise SlackError("json_not_object")
            args |= body
        elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
            args |= {k: v for k, v in (await request.post()).items() if isinstance(v, str)}
        elif request.can_read_body and await request.read():
            raise SlackError("invalid_post_type")
    for name in _JSON_FIELDS:
        value = args.get(name)
        if isinstance(value, str) and value:
            try:
                args[name] = json.loads(value)
            except ValueError as problem:
                raise SlackError(_BAD_FIELD.get(name, "invalid_arguments")) from problem
    return args


_BAD_FIELD = {
    "blocks": "invalid_blocks_format",
    "metadata": "invalid_metadata_format",
    "attachments": "invalid_attachments",
}


def _authorize(installs: Installs, method: Method, request: web.Request, args: Json) -> Workspace:
    """The workspace that the call's token or client speaks for."""
    header = request.headers.get("Authorization", "")
    home = installs.home
    if method.by == "client":
        if header.startswith("Basic "):
            with contextlib.suppress(ValueError):
                client_id, _, secret = b64decode(header.removeprefix("Basic ")).decode().partition(":")
                args |= {"client_id": client_id, "client_secret": secret}
        return home
    token = (
        header.removeprefix("Bearer ").strip() if header.startswith("Bearer ") else str(args.pop("token", ""))
    )
    if not token:
        raise SlackError("not_authed")
    is_app = secrets.compare_digest(token.encode(), home.settings.app_token.encode())
    workspace = installs.of_token(token)
    if method.by == "app":
        workspace, other = (home if is_app else None), workspace is not None
    else:
        other = is_app
    if workspace is None:
        raise SlackError("not_allowed_token_type" if other else "invalid_auth")
    if method.scope:
        Call(workspace=workspace, installs=installs, args=args).require(method.scope)
    return workspace


def _wait(workspace: Workspace, method: Method, args: Json) -> int:
    if method.name == "chat.postMessage":
        return workspace.rates.take(f"post {args.get('channel')}", POSTING)
    return workspace.rates.take(method.name, TIERS[method.tier])


async def api(request: web.Request) -> web.Response:
    """Answer one Web API call. Errors are HTTP 200 with ok false, as Slack's; only a rate limit is a 429."""
    installs = request.app[INSTALLS]
    name = request.match_info["method"]
    headers = {"x-oauth-scopes": ",".join(sorted(installs.home.manifest.scopes)), "Cache-Control": "no-store"}
    method = METHODS.get(name)
    try:
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        if method.scope:
            headers["x-accepted-oauth-scopes"] = method.scope
        args = await arguments(request)
        workspace = _authorize(installs, method, request, args)
        if wait := _wait(workspace, method, args):
            return web.json_response(
                {"ok": False, "error": "ratelimited"},
                status=429,
                headers=headers | {"Retry-After": str(wait)},
            )
        answer: Json = {
            "ok": True,
            **await method.handler(Call(workspace=workspace, installs=installs, args=args)),
        }
    except SlackError as problem:
        answer = {"ok": False, "error": problem.error, **problem.extra}
    except web.HTTPException:
        raise
    except Exception:
        log.exception("%s failed in the practice workspace itself.", name)
        answer = {"ok": False, "error": "internal_error"}
    return web.json_response(answer, headers=headers)
