"""Pictures on disk, named by the hash of their bytes: stored once, never overwritten."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PIL import Image

from bot import clock
from bot.store.database import Transaction

#: How a file begins that is still being written.
_INCOMING = ".incoming-"
_MIME = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
#: A file that was kept so lately is not let go of, in seconds: its row may be on its way.
_FRESH_S = 3_600.0
#: How a file ends, by what it holds.
SUFFIX = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A stored picture."""

    #: Hex SHA-256 of the file's bytes.
    sha256: str
    #: image/png, image/jpeg or image/webp.
    mime: str
    #: Pixels.
    width: int
    #: Pixels.
    height: int
    size_bytes: int


class PictureGone(FileNotFoundError):
    """The operator's policy let go of the picture's file, or the folder lost it."""


class PictureStore:
    """A folder of immutable pictures: `ab/abcdef….png`."""

    def __init__(self, folder: Path, *, tidy: bool = True) -> None:
        """Without `tidy` nothing is changed, for who reads beside a bot at work: what it is writing is no leftover."""
        self.folder = folder
        if not tidy:
            return
        folder.mkdir(parents=True, exist_ok=True)
        for left_over in folder.glob(f"*/{_INCOMING}*"):
            # A picture that was being written when the last program was killed.
            left_over.unlink(missing_ok=True)

    def keep(self, data: bytes) -> Picture:
        """Write the bytes durably (temporary file, fsync, rename) and describe them.

        The row in `pictures` is written by `record`, in the transaction that refers to it: a file
        without a row is harmless, a row without a file is a lost picture.
        Raises PIL.UnidentifiedImageError when the bytes are no PNG, JPEG or WEBP.
        """
        with Image.open(io.BytesIO(data), formats=tuple(_MIME)) as image:
            # A camera's JPEG of several pictures is shown as its first.
            mime, (width, height) = _MIME.get(str(image.format), "image/jpeg"), image.size
        picture = Picture(
            sha256=hashlib.sha256(data).hexdigest(),
            mime=mime,
            width=width,
            height=height,
            size_bytes=len(data),
        )
        path = self.path(picture)
        try:
            # Whoever lets go of old files sees that this one is wanted again.
            os.utime(path)
        except FileNotFoundError:
            _write_durably(path, data)
        return picture

    def path(self, picture: Picture) -> Path:
        """Where the picture's bytes lie."""
        return self._path(picture.sha256, picture.mime)

    def read(self, picture: Picture) -> bytes:
        """The picture's bytes. Raises PictureGone where the folder no longer has it."""
        try:
            return self.path(picture).read_bytes()
        except FileNotFoundError as error:
            raise PictureGone(picture.sha256) from error

    def delete(self, picture: Picture) -> None:
        """Let go of the file, unless somebody kept the same bytes again meanwhile."""
        path = self.path(picture)
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > _FRESH_S:
                path.unlink()

    def _path(self, sha256: str, mime: str) -> Path:
        return self.folder / sha256[:2] / f"{sha256}.{SUFFIX[mime]}"


def record(tx: Transaction, picture: Picture, at: datetime) -> None:
    """Remember a kept picture; one that was let go is there again, and made again it is of today."""
    tx.execute(
        "INSERT INTO pictures (sha256, mime, width, height, size_bytes, created_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (sha256) DO UPDATE SET gone_at = NULL, created_at = excluded.created_at",
        [picture.sha256, picture.mime, picture.width, picture.height, picture.size_bytes, clock.to_text(at)],
    )


def find(tx: Transaction, sha256: str) -> Picture:
    """The picture with this hash. Raises KeyError when it was never recorded."""
    row = tx.execute(
        "SELECT sha256, mime, width, height, size_bytes FROM pictures WHERE sha256 = ?", [sha256]
    ).fetchone()
    if row is None:
        raise KeyError(sha256)
    return Picture(**dict(row))


def _write_durably(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=_INCOMING)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
