"""`draftroom inspect FILE|URL`: what the ledger knows of a picture, then what the file says of itself."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from bot.briefs.model import UserError
from bot.inspect.actions import Verdict, ask
from bot.settings import load
from bot.store import PictureStore, Transaction
from bot.store.database import connect

T = TypeVar("T")

#: Largest file that is fetched, in bytes, and how long that may take, in seconds.
LARGEST, PATIENCE_S = 40_000_000, 30

_BY = {
    "file": "Made here: it is {name}, byte for byte as it was made or delivered.",
    "pixels": "Made here: it is {name}, pixel for pixel. The file was written again since.",
    "recipe": "Made here: it is {name}, by its recipe and its looks. The file was changed since.",
    "watermark": "Made here: it is {name}, by the watermark in its pixels and its looks. The file was changed since.",
}


def main(arguments: Sequence[str]) -> int:
    """Inspect; the status of the file's own words, or 0 where the ledger knows it."""
    words = [word for word in arguments if not word.startswith("-")]
    if not words or "--reproduce" in arguments or "--json" in arguments:
        return _own_words(arguments)
    with tempfile.TemporaryDirectory() as folder:
        target = words[0]
        if urlsplit(target).scheme in ("http", "https"):
            try:
                fetched = _fetched(target, Path(folder))
            except (OSError, ValueError) as error:
                print(f"{target} cannot be fetched: {error}", file=sys.stderr)
                return 1
            arguments = [str(fetched) if word == target else word for word in arguments]
            target = str(fetched)
        verdict = _of_the_ledger(Path(target))
        status = _own_words(arguments)
    return 0 if verdict else status


def _of_the_ledger(path: Path) -> Verdict | None:
    settings = load()
    if not settings.database_path.exists():
        print(f"No ledger was asked: there is none in {settings.data_dir} (DRAFTROOM_DATA_DIR).")
        return None
    try:
        ledger = connect(settings.database_path, read_only=True)

        def read(work: Callable[[Transaction], T]) -> T:
            return work(ledger)

        verdict = ask(read, PictureStore(settings.pictures_path, tidy=False), path.read_bytes())
    except (OSError, UserError):
        return None  # the file's own words say what is wrong with it
    if verdict is None:
        print(f"Not known here: the ledger in {settings.data_dir} has no such picture.")
        return None
    version = verdict.version
    print(_BY[verdict.by].format(name=verdict.name))
    print(f"The ledger in {settings.data_dir} says of it:")
    print(f"Prompt: {version.prompt}")
    if version.instruction:
        print(f"Fix: {version.instruction}")
    print(f"Seed {version.seed}, made on {version.created_at:%Y-%m-%d %H:%M} UTC.")
    if verdict.recipe:
        print(f"Model: {verdict.recipe.get('model', '')}, tier {verdict.recipe.get('tier', '')}.")
    print("What the file says of itself, which may be of the picture that it was made of:")
    return verdict


def _own_words(arguments: Sequence[str]) -> int:
    """What the file says, told by the engine's program."""
    sys.stdout.flush()
    command = [sys.executable, "-m", "engine.inspection", *arguments]
    return subprocess.run(command, check=False).returncode


def _fetched(url: str, folder: Path) -> Path:
    """The file behind an address. Raises OSError, ValueError."""
    with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:  # noqa: S310 - http and https only
        data = answer.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError(f"it has more than {LARGEST // 1_000_000} MB")
    path = folder / (Path(urlsplit(url).path).name or "picture")
    path.write_bytes(data)
    return path
