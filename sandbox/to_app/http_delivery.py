"""Signed HTTP delivery to a request URL: v0 signatures, url_verification, retry headers."""

import asyncio
import hashlib
import hmac
import json
import logging
import secrets
import time
from collections.abc import Callable
from urllib.parse import urlencode

import aiohttp

from sandbox.model import Json
from sandbox.settings import Settings
from sandbox.to_app.delivery import Undelivered

log = logging.getLogger(__name__)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's v0 signature of a request body."""
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    return "v0=" + digest.hexdigest()


class HttpDelivery:
    """Posts everything to one request URL, signed."""

    def __init__(self, settings: Settings, *, on_presence: Callable[[bool], None] = lambda _: None) -> None:
        if not settings.request_url:
            raise ValueError("HTTP delivery needs a request URL.")
        self._url = settings.request_url
        self._secret = settings.signing_secret
        self._timeout_s = settings.ack_timeout_s
        self._on_presence = on_presence
        self._session: aiohttp.ClientSession | None = None
        self._verifying: asyncio.Task[None] | None = None
        self.verified = False

    def start(self) -> None:
        """Verify the address in the background, again each second until it answers rightly."""
        self._verifying = asyncio.create_task(self._verify_until_done())

    async def _verify_until_done(self) -> None:
        while not await self.verify():
            await asyncio.sleep(1)

    async def verify(self) -> bool:
        """Send url_verification; True when the challenge came back."""
        challenge = secrets.token_hex(16)
        body = json.dumps({"token": "practice", "challenge": challenge, "type": "url_verification"}).encode()
        try:
            status, answer, _ = await self._post(body, "application/json", {})
        except Undelivered:
            return False
        if status != 200:
            return False
        try:
            echoed = json.loads(answer).get("challenge")
        except (ValueError, AttributeError):
            echoed = answer.decode(errors="replace").strip()
        if echoed != challenge:
            log.warning("The request URL did not echo the challenge.")
            return False
        self.verified = True
        self._on_presence(True)
        return True

    async def _post(self, body: bytes, content_type: str, extra: dict[str, str]) -> tuple[int, bytes, bool]:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._timeout_s))
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._secret, timestamp, body),
            **extra,
        }
        try:
            async with self._session.post(
                self._url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                return answer.status, await answer.read(), answer.headers.get("X-Slack-No-Retry") == "1"
        except TimeoutError as problem:
            raise Undelivered("http_timeout") from problem
        except aiohttp.ClientError as problem:
            raise Undelivered("connection_failed") from problem

    async def send(self, kind: str, payload: Json, *, retry: int = 0, reason: str = "") -> Json:
        """Post one delivery; a 2xx answer within the time acknowledges it."""
        extra = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
        if kind == "events_api":
            body, content_type = json.dumps(payload).encode(), "application/json"
        else:
            fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, content_type = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        status, answer, final = await self._post(body, content_type, extra)
        if not 200 <= status < 300:
            raise Undelivered("no_retry" if final else "http_error")
        if not answer.strip():
            return {}
        try:
            found = json.loads(answer)
        except ValueError:
            return {"text": answer.decode(errors="replace")} if kind == "slash_commands" else {}
        return found if isinstance(found, dict) else {}

    async def close(self) -> None:
        """Stop verifying and close the session."""
        if self._verifying:
            self._verifying.cancel()
        if self._session:
            await self._session.close()
