"""The model hub's HTTP interface: what a repository holds, and its files, resumed where a connection broke.

Speaks the two addresses that Hugging Face's hub and its mirrors serve; knows nothing of profiles or diffusers.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from engine.models.refusals import Damaged, HubFailed, ModelRefused

ENDPOINT_VARIABLE = "HF_ENDPOINT"
TOKEN_VARIABLE = "HF_TOKEN"  # noqa: S105 - the name of a variable, not a token
DEFAULT_ENDPOINT = "https://huggingface.co"
#: seconds without a byte after which a connection counts as broken
PATIENCE_SECONDS = 30.0
#: how often in a row a connection may break before anything more came
BROKEN_IN_A_ROW = 5
CHUNK_BYTES = 1 << 20

#: bytes that are here, bytes that there will be
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class RemoteFile:
    """A file of a repository, as the hub describes it."""

    path: str
    size: int
    #: of large files
    sha256: str | None
    #: of small files: git's own hash of their content
    git_sha1: str | None

    @property
    def identity(self) -> str:
        """Equal for files of equal content."""
        return self.sha256 or self.git_sha1 or ""


@dataclass(frozen=True, kw_only=True)
class Repository:
    """A repository at one commit."""

    id: str
    commit: str
    #: as its page declares it; empty: not declared
    licence: str
    #: whether its makers want to be asked first
    gated: bool
    files: tuple[RemoteFile, ...]


class Hub:
    """One hub. The token is sent to the hub alone, never to where it sends us on for the files."""

    def __init__(
        self, *, endpoint: str | None = None, token: str | None = None, pause_seconds: float = 1.0
    ) -> None:
        self.endpoint = (endpoint or os.environ.get(ENDPOINT_VARIABLE) or DEFAULT_ENDPOINT).rstrip("/")
        self._token = token if token is not None else os.environ.get(TOKEN_VARIABLE)
        self._pause_seconds = pause_seconds
        self._opener = urllib.request.build_opener(_Redirects())

    def repository(self, name: str, revision: str) -> Repository:
        """What a repository holds at a revision. Raises HubFailed or ModelRefused."""
        path = f"/api/models/{_quoted(name)}/revision/{urllib.parse.quote(revision, safe='')}?blobs=true"
        body = b""
        for tried in range(BROKEN_IN_A_ROW):
            try:
                with self._open(name, path) as answer:
                    body = answer.read()
                break
            except (OSError, http.client.HTTPException) as error:
                if tried + 1 == BROKEN_IN_A_ROW:
                    raise HubFailed(f"{self.endpoint} cannot be reached: {_reason(error)}.") from error
                time.sleep(self._pause_seconds * 2**tried)
        try:
            raw = json.loads(body)
            card = raw.get("cardData") or {}
            return Repository(
                id=name,
                commit=str(raw["sha"]),
                licence=str(card.get("license_name") or card.get("license") or ""),
                gated=bool(raw.get("gated")),
                files=tuple(_file(entry) for entry in raw["siblings"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise HubFailed(
                f"{self.endpoint} answered something else than a description of {name}."
            ) from error

    def fetch(self, repository: Repository, file: RemoteFile, target: Path, progress: Progress) -> None:
        """Put a file at `target`, going on from what an earlier try left. Raises HubFailed, Damaged, ModelRefused."""
        part = target.with_name(target.name + ".part")
        target.parent.mkdir(parents=True, exist_ok=True)
        broken = 0
        while True:
            before = part.stat().st_size if part.exists() else 0
            if before > file.size:
                part.unlink()
                before = 0
            try:
                if before < file.size or not part.exists():
                    self._append(repository, file, part, progress)
                break
            except (OSError, http.client.HTTPException) as error:
                came = part.exists() and part.stat().st_size > before
                broken = 1 if came else broken + 1
                if broken >= BROKEN_IN_A_ROW:
                    raise HubFailed(
                        f"The connection broke while {file.path} was fetched ({_reason(error)}). "
                        "Run the same command again: it goes on where it stopped."
                    ) from error
                time.sleep(self._pause_seconds * 2 ** (broken - 1))
        check(part, file, repository.id)
        os.replace(part, target)

    def _append(self, repository: Repository, file: RemoteFile, part: Path, progress: Progress) -> None:
        have = part.stat().st_size if part.exists() else 0
        path = f"/{_quoted(repository.id)}/resolve/{repository.commit}/{urllib.parse.quote(file.path)}"
        headers = {"Range": f"bytes={have}-"} if have else {}
        with self._open(repository.id, path, headers) as answer:
            # A server that knows no ranges sends everything again.
            goes_on = answer.status == 206 and _range_start(answer.headers) == have
            if not goes_on:
                have = 0
            with part.open("ab" if goes_on else "wb") as target:
                while chunk := answer.read(CHUNK_BYTES):
                    target.write(chunk)
                    have += len(chunk)
                    if have > file.size:
                        break
                    progress(have, file.size)
                target.flush()
                os.fsync(target.fileno())
        if have < file.size:
            raise ConnectionError("it ended early")

    def _open(self, name: str, path: str, headers: dict[str, str] | None = None) -> Any:
        request = urllib.request.Request(self.endpoint + path, headers=headers or {})  # noqa: S310 - checked below
        if request.type not in ("http", "https"):
            raise ModelRefused(f"{ENDPOINT_VARIABLE} must be an http address, not {self.endpoint}.")
        request.add_header("User-Agent", "draftroom")
        if self._token:
            request.add_unredirected_header("Authorization", f"Bearer {self._token}")
        try:
            return self._opener.open(request, timeout=PATIENCE_SECONDS)
        except urllib.error.HTTPError as error:
            if error.code in (401, 403):
                raise ModelRefused(
                    f"{name} is gated: accept its terms at {self.endpoint}/{name}, then set {TOKEN_VARIABLE} "
                    "to an access token of the account that did."
                ) from error
            if error.code == 404:
                raise HubFailed(f"{self.endpoint} has no {path.split('?')[0].lstrip('/')}.") from error
            raise


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows to where the files lie, over http(s) only, and never from https to http."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        scheme = urllib.parse.urlsplit(newurl).scheme
        if scheme not in ("http", "https") or (req.type == "https" and scheme == "http"):
            raise HubFailed(f"The hub sent us on to {newurl.split('?')[0]}, which is not safe to follow.")
        followed = super().redirect_request(req, fp, code, msg, headers, newurl)
        if (
            followed is not None
            and urllib.parse.urlsplit(newurl).netloc == urllib.parse.urlsplit(req.full_url).netloc
        ):
            for name, value in req.unredirected_hdrs.items():
                if name.lower() == "authorization":
                    followed.add_unredirected_header(name, value)
        return followed


def check(path: Path, file: RemoteFile, repository: str) -> None:
    """Compare a file with what the hub says of it. Deletes it and raises Damaged where they differ."""
    size = path.stat().st_size
    if size == file.size and (file.sha256 or file.git_sha1):
        digest = hashlib.sha256() if file.sha256 else hashlib.sha1(usedforsecurity=False)
        if not file.sha256:
            digest.update(b"blob %d\0" % size)
        with path.open("rb") as source:
            while chunk := source.read(CHUNK_BYTES):
                digest.update(chunk)
        if digest.hexdigest() == file.identity:
            return
    elif size == file.size:
        raise Damaged(f"{repository} tells no checksum of {file.path}, so it cannot be trusted.")
    path.unlink()
    raise Damaged(
        f"{file.path} of {repository} is not what the hub says it is (its checksum or size differs); "
        "it was thrown away. Run the same command again, and if that does not help, do not use this source."
    )


def _file(entry: dict[str, Any]) -> RemoteFile:
    lfs = entry.get("lfs") or {}
    return RemoteFile(
        path=str(entry["rfilename"]),
        size=int(lfs.get("size") or entry.get("size") or 0),
        sha256=lfs.get("sha256") or lfs.get("oid"),
        git_sha1=None if lfs else entry.get("blobId"),
    )


def _quoted(name: str) -> str:
    return urllib.parse.quote(name, safe="/")


def _range_start(headers: http.client.HTTPMessage) -> int | None:
    value = str(headers.get("Content-Range", ""))
    start = value.removeprefix("bytes ").split("-")[0]
    return int(start) if start.isdigit() else None


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", None) or error) or type(error).__name__
