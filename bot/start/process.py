"""The process: its memory, its log, its lock, its signals. It runs until a signal, or until a part of the bot ends."""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from pythonjsonlogger.json import JsonFormatter

from bot import texts
from bot.settings import CannotStart, Settings, SettingsError, load, without_password
from bot.start.common import start
from bot.start.tasks import cancelled_at_the_end

#: glibc's numbers of what can be told to its allocator, and what it is told: so many arenas for all threads, and from
#: which size on, in bytes, a block goes back to the system as soon as it is freed.
_ARENA_MAX, _ARENAS, _MMAP_THRESHOLD, _BLOCK = -8, 2, -3, 256 * 1024


def _spare_memory() -> None:
    """Have the allocator return what pictures took: else each thread that drew one keeps its share for good."""
    with suppress(OSError, AttributeError):  # another C library than glibc
        libc = ctypes.CDLL(None)
        libc.mallopt(_ARENA_MAX, _ARENAS)
        libc.mallopt(_MMAP_THRESHOLD, _BLOCK)


def main() -> int:
    """Run the bot until SIGINT or SIGTERM. Returns the exit status."""
    _spare_memory()
    try:
        settings = load()
        texts.speak(settings.language)
        texts.call(settings.command, settings.name)
        _log_to(sys.stderr, settings)
        for noisy in ("slack_sdk", "apscheduler", "aiohttp.access"):
            logging.getLogger(noisy).setLevel(logging.WARNING)
        asyncio.run(serve(settings))
    except SettingsError as error:
        print("The settings cannot be used.", *error.sentences, sep="\n", file=sys.stderr)
        return 2
    except CannotStart as error:
        print(f"Draftroom cannot start. {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


async def serve(settings: Settings) -> None:
    """Start everything, say `bot ready`, and run until a signal. Raises CannotStart."""
    stop, hurry = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, lambda: (hurry if stop.is_set() else stop).set())
    async with AsyncExitStack() as stack:
        stack.enter_context(_only_one(settings.data_dir))
        ends, drain = await start(settings, stack)
        print("bot ready", flush=True)
        stopped = asyncio.create_task(stop.wait())
        waited: list[asyncio.Future[Any]] = [stopped, *ends]
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            if end.done():
                # None ends by itself: what ended it must be seen, and whoever supervises us restarts us.
                end.result()
        # A second signal does not wait.
        drained, hurried = asyncio.create_task(drain()), asyncio.create_task(hurry.wait())
        async with cancelled_at_the_end([drained, hurried]):
            await asyncio.wait(
                [drained, hurried], timeout=settings.drain_s, return_when=asyncio.FIRST_COMPLETED
            )


def _log_to(stream: IO[str], settings: Settings) -> None:
    """Log there from now on, as the settings say."""
    handler = logging.StreamHandler(stream)
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    handler.setFormatter(
        JsonFormatter(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            rename_fields={"asctime": "at", "levelname": "level", "name": "of"},
        )
        if settings.log_format == "json"
        else logging.Formatter(form)
    )
    handler.setFormatter(WithoutPasswords(handler.formatter))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler])


class WithoutPasswords(logging.Formatter):
    """Whatever is logged, by whomever: no address in it holds a password."""

    def __init__(self, formatter: logging.Formatter | None) -> None:
        super().__init__()
        self._formatter = formatter or logging.Formatter()

    def format(self, record: logging.LogRecord) -> str:
        """As the other formatter, and then cut."""
        return without_password(self._formatter.format(record))


@contextmanager
def _only_one(data_dir: Path) -> Iterator[IO[str]]:
    """One bot per data folder: a second one would take up the first one's work."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        # It holds every picture, every sum and the key of the links: nobody else on this machine has business there.
        data_dir.chmod(0o700)
        lock_file = (data_dir / "bot.lock").open("w")
    except OSError as error:
        raise CannotStart(
            f"The data folder {data_dir} can't be written to ({error.strerror}). Make it writable for this user,"
            " or set DRAFTROOM_DATA_DIR to another folder."
        ) from error
    with lock_file as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotStart(f"Another bot already works on {data_dir}. Stop it first.") from error
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock
