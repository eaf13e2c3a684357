"""The model hub: what a repository holds, and its files, resumed where a connection broke.

Hugging Face's own client speaks to the hub and its mirrors, with their tokens, proxies and retries. Two things stay ours:
half a file is kept, so that the next run goes on (`hf_hub_download` throws it away since 2.0), and every file is
compared with what the hub says of it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from httpx2 import HTTPError, Response
from huggingface_hub import HfApi, constants, get_session, hf_hub_url
from huggingface_hub.errors import HfHubHTTPError, HFValidationError
from huggingface_hub.file_download import http_get
from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]
from huggingface_hub.utils.tqdm import tqdm

from engine.models.refusals import Damaged, HubFailed, ModelRefused

ENDPOINT_VARIABLE = "HF_ENDPOINT"
TOKEN_VARIABLE = "HF_TOKEN"  # noqa: S105 - the name of a variable, not a token
DEFAULT_ENDPOINT = "https://huggingface.co"
CHUNK_BYTES = 1 << 20

# It gathers 10 MB before it writes, and loses them where a connection breaks: what comes is to be kept as it comes.
constants.DOWNLOAD_CHUNK_SIZE = None  # type: ignore[assignment]

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

    def __init__(self, *, endpoint: str | None = None, token: str | None = None) -> None:
        """Without a token that of `HF_TOKEN` or of `hf auth login` is used; an empty one is none."""
        self.endpoint = (endpoint or os.environ.get(ENDPOINT_VARIABLE) or DEFAULT_ENDPOINT).rstrip("/")
        if urlsplit(self.endpoint).scheme not in ("http", "https"):
            raise ModelRefused(f"{ENDPOINT_VARIABLE} must be an http address, not {self.endpoint}.")
        self._token: str | bool | None = False if token == "" else token
        self._api = HfApi(endpoint=self.endpoint, token=self._token, library_name="draftroom")
        hooks = get_session().event_hooks
        if _refuse_downgrade not in hooks["response"]:
            get_session().event_hooks = {**hooks, "response": [*hooks["response"], _refuse_downgrade]}

    def repository(self, name: str, revision: str) -> Repository:
        """What a repository holds at a revision. Raises HubFailed or ModelRefused."""
        try:
            info = self._api.model_info(name, revision=revision, files_metadata=True)
        except (HTTPError, OSError, HFValidationError) as error:
            raise self._sentence(error, name, name) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise HubFailed(
                f"{self.endpoint} answered something else than a description of {name}."
            ) from error
        card: Any = info.card_data or {}
        return Repository(
            id=name,
            commit=str(info.sha),
            licence=str(card.get("license_name") or card.get("license") or ""),
            gated=bool(info.gated),
            files=tuple(
                RemoteFile(
                    path=one.rfilename,
                    size=int(one.lfs.size if one.lfs else one.size or 0),
                    sha256=one.lfs.sha256 if one.lfs else None,
                    git_sha1=None if one.lfs else one.blob_id,
                )
                for one in info.siblings or ()
            ),
        )

    def fetch(self, repository: Repository, file: RemoteFile, target: Path, progress: Progress) -> None:
        """Put a file at `target`, going on from what an earlier try left. Raises HubFailed, Damaged, ModelRefused."""
        part = target.with_name(target.name + ".part")
        target.parent.mkdir(parents=True, exist_ok=True)
        if part.exists() and part.stat().st_size > file.size:
            part.unlink()
        url = hf_hub_url(repository.id, file.path, revision=repository.commit, endpoint=self.endpoint)
        with part.open("ab") as target_file:
            try:
                http_get(
                    url,
                    target_file,
                    resume_size=target_file.tell(),
                    headers=build_hf_headers(token=self._token, library_name="draftroom"),
                    expected_size=file.size,
                    tqdm_class=_reporting(progress, file.size),
                )
            except (HTTPError, OSError) as error:
                target_file.flush()
                if part.stat().st_size <= file.size:
                    raise self._sentence(error, repository.id, file.path, goes_on=True) from error
            os.fsync(target_file.fileno())
        check(part, file, repository.id)
        os.replace(part, target)

    def _sentence(self, error: Exception, name: str, what: str, *, goes_on: bool = False) -> Exception:
        status = error.response.status_code if isinstance(error, HfHubHTTPError) else None
        if status in (401, 403):
            return ModelRefused(
                f"{name} is gated: accept its terms at {self.endpoint}/{name}, then set {TOKEN_VARIABLE} "
                "to an access token of the account that did."
            )
        if status == 404 or isinstance(error, HFValidationError):
            return HubFailed(f"{self.endpoint} has no {what}.")
        reason = (str(error) or type(error).__name__).splitlines()[0]
        if goes_on:
            return HubFailed(
                f"The connection broke while {what} was fetched ({reason}). "
                "Run the same command again: it goes on where it stopped."
            )
        return HubFailed(f"{self.endpoint} cannot be reached: {reason}.")


def _refuse_downgrade(response: Response) -> None:
    """Whoever sends us on from https to http could have anything put in the file's place."""
    place = response.headers.get("location", "")
    if response.is_redirect and response.url.scheme == "https" and urlsplit(place).scheme == "http":
        raise HubFailed(f"The hub sent us on to {place.split('?')[0]}, which is not safe to follow.")


def _reporting(progress: Progress, size: int) -> Any:
    """The kind of progress bar that the client wants, which tells `progress` and shows nothing itself."""

    class Reporting(tqdm):
        def __init__(self, *_: Any, initial: int = 0, **__: Any) -> None:
            super().__init__(disable=True)  # type: ignore[no-untyped-call]
            self.have = initial

        def update(self, n: float | None = 1) -> None:
            self.have += int(n or 0)
            progress(min(self.have, size), size)

    return Reporting


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
