"""Who may use the engine: this machine alone, or whoever brings the token. Knows nothing of models."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from yarl import URL

from engine.serving.errors import Refused

#: the environment variable with the bearer token
TOKEN_VARIABLE = "DRAFTROOM_ENGINE_TOKEN"  # noqa: S105 - the variable's name, not a token


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server bound to this host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host_of(origin: str) -> str | None:
    """The host of an Origin; None for `null` and for what is no address."""
    try:
        return URL(origin).host
    except ValueError:
        return None


def guard(token: str | None, *, loopback: bool) -> Any:
    """A middleware that lets in bearers of the token; without one, only what this machine itself asks."""

    @web.middleware
    async def check(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if token is None:
            # Without a token a web page could reach us, by a name that it points at this machine or by a form.
            origin = request.headers.get("Origin")
            # A sandboxed frame or a file says `null`: it may come from anywhere.
            hosts = [request.url.host, *([] if origin is None else [_host_of(origin)])]
            if loopback and not all(is_loopback(host or "") for host in hosts):
                raise Refused("This engine answers to local names only; set a token to open it.", status=401)
        elif request.path != "/health":
            given = request.headers.get("Authorization", "")
            if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
                raise Refused(
                    "The bearer token is missing or wrong: send the engine's DRAFTROOM_ENGINE_TOKEN.",
                    status=401,
                    code="invalid_api_key",
                )
        return await handler(request)

    return check
