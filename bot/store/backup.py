"""A copy of everything that matters, made while the bot runs, and put back while it does not.

The database comes first, by SQLite's own backup, the pictures after it: so no row of the copy lacks its file. Pictures
never change, so a second copy to the same folder brings only new ones.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.store.pictures import SUFFIX

#: What lies in a data folder, and in its copy.
DATABASE: Final = "draftroom.sqlite3"
PICTURES: Final = "pictures"
KEY: Final = "web.key"


class BackupError(Exception):
    """It can't be copied or put back; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Copied:
    """What a copy holds."""

    pictures: int
    #: Files that this time brought.
    new: int


def back_up(data: Path, target: Path) -> Copied:
    """Copy a data folder, also of a bot at work. Raises BackupError, OSError, sqlite3.Error."""
    if not (data / DATABASE).exists():
        raise BackupError(f"There is no database in {data}. Set DRAFTROOM_DATA_DIR to the bot's data folder.")
    if target.resolve() == data.resolve() or data.resolve() in target.resolve().parents:
        raise BackupError(f"{target} lies in the data folder itself. Name a folder on another disk.")
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = target / f"{DATABASE}.new"
    _copy_database(data / DATABASE, fresh)
    copied = _copy_pictures(data, target, fresh)
    if (data / KEY).exists():
        shutil.copy2(data / KEY, target / KEY)
    # Last: a copy that was broken off leaves the one before it whole.
    fresh.replace(target / DATABASE)
    return copied


def restore(source: Path, data: Path) -> Copied:
    """Put a copy in the place of a data folder that is empty or missing. Raises BackupError, OSError, sqlite3.Error."""
    if not (source / DATABASE).exists():
        raise BackupError(f"There is no copy in {source}: it has no {DATABASE}.")
    if (data / DATABASE).exists():
        raise BackupError(
            f"{data} holds a database already. Stop the bot and move that folder away, so that nothing is lost."
        )
    missing = missing_pictures(source, source / DATABASE)
    if missing:
        raise BackupError(
            f"{len(missing)} pictures are missing in {source}, {missing[0]} among them. Take another copy."
        )
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = data / f"{DATABASE}.new"
    _copy_database(source / DATABASE, fresh)
    copied = _copy_pictures(source, data, fresh)
    if (source / KEY).exists():
        shutil.copy2(source / KEY, data / KEY)
    fresh.replace(data / DATABASE)
    return copied


def missing_pictures(folder: Path, database: Path) -> list[str]:
    """The pictures that the database has rows of and the folder no files."""
    return [name for name in _names(database) if not (folder / PICTURES / name[:2] / name).exists()]


def _copy_database(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)
        if (answer := new.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
            raise BackupError(f"{source} is damaged ({answer}). Put back an older copy.")
    target.chmod(0o600)


def _copy_pictures(source: Path, target: Path, database: Path) -> Copied:
    names, new = _names(database), 0
    for name in names:
        old, copy = source / PICTURES / name[:2] / name, target / PICTURES / name[:2] / name
        if copy.exists() and copy.stat().st_size == old.stat().st_size:
            continue
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        begun = copy.with_name(f".{name}")
        shutil.copyfile(old, begun)
        begun.replace(copy)
        new += 1
    if hasattr(os, "sync"):
        os.sync()
    return Copied(pictures=len(names), new=new)


def _names(database: Path) -> list[str]:
    """The files of the pictures that a database has rows of and that were not let go."""
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as found:
        rows = found.execute("SELECT sha256, mime FROM pictures WHERE gone_at IS NULL ORDER BY sha256")
        return [f"{sha256}.{SUFFIX[mime]}" for sha256, mime in rows]
