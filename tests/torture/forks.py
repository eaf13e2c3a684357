"""Bots that start at once: one process imports the program, and each bot is forked from it.

What is killed is the same program in a process of its own; only the second that its imports take is saved, which is most
of a night of kills. `python -m tests.torture.forks` reads a line of JSON for each bot and answers with its pid.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.end_to_end.product import ROOT, Product


class Nest:
    """The process that bots are forked from."""

    def __init__(self, log: Path) -> None:
        with log.open("ab") as sink:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.torture.forks"],
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=sink,
                text=True,
            )

    def bot(self, order: dict[str, Any]) -> int:
        """Its pid; nothing is said of whether it is ready."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """No more bots; those that run are not touched."""
        self._process.terminate()
        self._process.wait(10)


class Forked(Product):
    """A product whose bots are forked."""

    def __init__(self, nest: Nest, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._nest, self._pid, self._said = nest, 0, self.folder / "bot.out"

    def begin_bot(self) -> None:
        """Start it and do not wait."""
        self._said.write_bytes(b"")
        order = {"environment": self.environment, "cwd": str(self.folder)}
        self._pid = self._nest.bot({**order, "log": str(self.log), "out": str(self._said)})

    def start_bot(self, **changes: str) -> Forked:
        """Start it and wait until it is ready."""
        self.settings |= changes
        self.begin_bot()
        end = time.monotonic() + 120
        while " ready" not in self._said.read_text():
            if time.monotonic() > end or not self.runs():
                raise AssertionError(f"the bot did not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.02)
        return self

    def runs(self) -> bool:
        """Whether there is a bot."""
        return bool(self._pid) and Path(f"/proc/{self._pid}").exists()

    def kill_bot(self) -> None:
        """As the power failing: no handler runs."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, how)
        end = time.monotonic() + 30
        while self.runs() and time.monotonic() < end:
            time.sleep(0.01)

    def stop(self) -> None:
        """End bot and workspace as an operator would."""
        if self.runs():
            self._end(signal.SIGTERM)
        super().stop()


def main() -> None:
    """Fork a bot for each line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    from bot.start import process

    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(order)
            os._exit(process.main())
        print(pid, flush=True)


def _become(order: dict[str, Any]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["cwd"])
    for path, number in ((order["out"], 1), (order["log"], 2)):
        opened = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(opened, number)
        os.close(opened)
    os.close(0)


if __name__ == "__main__":
    main()
