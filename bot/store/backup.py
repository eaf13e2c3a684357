"""A copy of everything that matters, made while the bot runs, and put back while it does not.

The database comes first, by SQLite's own backup, the pictures after it: so no row of the copy lacks a file that there was. Pictures
never change, so a second copy to the same folder brings only new ones.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.settings import DATABASE, INSTALLATIONS, KEY, PICTURES, TEAMS
from bot.store.pictures import SUFFIX


class BackupError(Exception):
    """It can't be copied or put back; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Copied:
    """What a copy holds."""

    pictures: int
    #: Files that this time brought.
    new: int
    #: Files that the database knows and that are nowhere.
    missing: tuple[str, ...]


def workspaces(folder: Path) -> list[Path]:
    """Where the databases lie in a data folder or in its copy: in itself, or in a folder of each workspace's."""
    places = [Path(), *sorted(path.relative_to(folder) for path in (folder / TEAMS).glob("*"))]
    return [place for place in places if (folder / place / DATABASE).exists()]


def back_up(data: Path, target: Path) -> dict[Path, Copied]:
    """Copy a data folder with all its workspaces, also of a bot at work; what came of it, by the copy's folder.

    Raises BackupError, OSError, sqlite3.Error.
    """
    if not (places := workspaces(data)):
        raise BackupError(f"There is no database in {data}. Set DRAFTROOM_DATA_DIR to the bot's data folder.")
    if target.resolve() == data.resolve() or data.resolve() in target.resolve().parents:
        raise BackupError(f"{target} lies in the data folder itself. Name a folder on another disk.")
    made = {target / place: _copy(data / place, target / place) for place in places}
    _copy_shared(data, target)
    return made


def restore(source: Path, data: Path, *, with_gaps: bool = False) -> dict[Path, Copied]:
    """Put a copy in the place of a data folder that is empty or missing; one that lacks pictures only `with_gaps`.

    What came of it, by the folder of each workspace. Raises BackupError, OSError, sqlite3.Error.
    """
    if not (places := workspaces(source)):
        raise BackupError(f"There is no copy in {source}: it has no {DATABASE}.")
    if (data / INSTALLATIONS).exists():
        raise BackupError(
            f"{data} holds workspaces already. Stop the bot and move that folder away, so that nothing is lost."
        )
    for place in places:
        _check(source / place, data / place, with_gaps=with_gaps)
    made = {data / place: _copy(source / place, data / place) for place in places}
    _copy_shared(source, data)
    return made


def _check(source: Path, data: Path, *, with_gaps: bool) -> None:
    """Raise BackupError where a workspace can't be put back."""
    if (data / DATABASE).exists():
        raise BackupError(
            f"{data} holds a database already. Stop the bot and move that folder away, so that nothing is lost."
        )
    if left := [path for path in _beside(data / DATABASE) if path.exists()]:
        # SQLite would take what stands in it for a part of the copy.
        raise BackupError(
            f"{left[0]} belongs to a database that is no longer there. Move it to where that database is now."
        )
    missing = missing_pictures(source, source / DATABASE)
    if missing and not with_gaps:
        raise BackupError(
            f"{len(missing)} pictures are missing in {source}, {missing[0]} among them. Take another copy,"
            " or put this one back without them by --with-gaps."
        )


def _copy_shared(source: Path, target: Path) -> None:
    """What lies beside the databases: the key of the links, and several workspaces' tokens, encrypted."""
    if (source / KEY).exists():
        shutil.copy2(source / KEY, target / KEY)
    if (source / INSTALLATIONS).exists():
        fresh = target / f"{INSTALLATIONS}.new"
        _copy_database(source / INSTALLATIONS, fresh)
        fresh.replace(target / INSTALLATIONS)


def missing_pictures(folder: Path, database: Path) -> list[str]:
    """The pictures that the database has rows of and the folder no files."""
    return [name for name in _names(database) if not (folder / PICTURES / name[:2] / name).exists()]


def _copy(source: Path, target: Path) -> Copied:
    """Everything from one folder to another one. Raises BackupError, OSError, sqlite3.Error."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = target / f"{DATABASE}.new"
    _copy_database(source / DATABASE, fresh)
    copied = _copy_pictures(source, target, fresh)
    # Last: a copy that was broken off leaves the one before it whole.
    for stale in _beside(target / DATABASE):
        stale.unlink(missing_ok=True)
    fresh.replace(target / DATABASE)
    return copied


def _beside(database: Path) -> list[Path]:
    """The files in which SQLite keeps what does not stand in the database itself yet."""
    return [database.with_name(f"{database.name}{ending}") for ending in ("-wal", "-shm")]


def _copy_database(source: Path, target: Path) -> None:
    for stale in (target, *_beside(target)):
        stale.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)
        # One file, which can be looked into without another one beside it; the bot turns the log on again.
        new.execute("PRAGMA journal_mode = DELETE")
        if (answer := new.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
            raise BackupError(f"{source} is damaged ({answer}). Put back an older copy.")
    target.chmod(0o600)


def _copy_pictures(source: Path, target: Path, database: Path) -> Copied:
    names, new, missing = _names(database), 0, []
    for name in names:
        old, copy = source / PICTURES / name[:2] / name, target / PICTURES / name[:2] / name
        try:
            new += _copy_picture(old, copy)
        except FileNotFoundError:
            # Lost, or let go of since the database was copied: no reason to keep none of the others.
            if not copy.exists():
                missing.append(name)
    if hasattr(os, "sync"):
        os.sync()
    return Copied(pictures=len(names) - len(missing), new=new, missing=tuple(missing))


def _copy_picture(old: Path, copy: Path) -> bool:
    """Whether it had to be copied. Raises FileNotFoundError where there is none."""
    size = old.stat().st_size
    if copy.exists() and copy.stat().st_size == size:
        return False
    copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    begun = copy.with_name(f".{copy.name}")
    shutil.copyfile(old, begun)
    begun.replace(copy)
    return True


def _names(database: Path) -> list[str]:
    """The files of the pictures that a database has rows of and that were not let go."""
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as found:
        rows = found.execute("SELECT sha256, mime FROM pictures WHERE gone_at IS NULL ORDER BY sha256")
        return [f"{sha256}.{SUFFIX[mime]}" for sha256, mime in rows]
