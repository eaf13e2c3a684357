"""Signed links: for one purpose, one person and one thing, until they expire. Nothing of them is kept on the server.

What a link may still do beyond that (a person who signed out, say) is for whoever serves it to check.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from itsdangerous import BadData, URLSafeSerializer

#: Longest token that is looked at, in characters.
TOKEN_LIMIT = 1_000
KEY_BYTES = 32


class BadLink(Exception):
    """A token that was altered, has expired, or was made for something else. Says no more, on purpose."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a good token says."""

    person: str
    #: What the link is for, in the words of whoever made it.
    subject: str
    #: Seconds since 1970.
    expires_at: int


class Links:
    """Makes and reads tokens with one secret key, for one workspace: another one's are bad ones."""

    def __init__(self, key: bytes, team: str = "") -> None:
        if len(key) < KEY_BYTES:
            raise ValueError(f"a link key has at least {KEY_BYTES} bytes")
        self._key, self._team = key, team

    def make(self, purpose: str, *, person: str, subject: str, life_s: int) -> str:
        """A token that works for `life_s` seconds from now."""
        claim = {"p": person, "s": subject, "x": int(time.time()) + life_s}
        if self._team:
            claim["t"] = self._team
        return self._serializer(purpose).dumps(claim)

    def read(self, purpose: str, token: str) -> Claim:
        """What a token says. Raises BadLink."""
        if len(token) > TOKEN_LIMIT or not token.isascii():
            raise BadLink
        serializer = self._serializer(purpose)
        try:
            claim = serializer.loads(token)
        except BadData as error:
            raise BadLink from error
        # Base64 has several spellings of one value, and only ours is good.
        if serializer.dumps(claim) != token or claim["x"] <= time.time():
            raise BadLink
        if claim.get("t", "") != self._team:
            raise BadLink
        return Claim(person=claim["p"], subject=claim["s"], expires_at=claim["x"])

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._key, salt=f"draftroom link {purpose}", signer_kwargs={"digest_method": hashlib.sha256}
        )


def team_in(token: str) -> str:
    """The workspace that a token says to be of; empty where it says none. Nothing is proved by it."""
    if len(token) > TOKEN_LIMIT or not token.isascii():
        return ""
    _, claim = URLSafeSerializer("").loads_unsafe(token)
    found = claim.get("t", "") if isinstance(claim, dict) else ""
    return found if isinstance(found, str) else ""


def load_key(path: Path) -> bytes:
    """The site's secret key, made at the first start and readable by nobody else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return path.read_bytes()
