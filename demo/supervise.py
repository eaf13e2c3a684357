"""Starts the engine, the practice workspace and the bot as processes, watches them, and stops them together."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import socket
import sys
import time
import webbrowser
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Self

#: The ports that are tried first, so that the page's address stays the same from day to day.
ENGINE_PORT = 8061
WORKSPACE_PORT = 8065
#: How long a program may take until it is ready, in seconds. Loading a model is the slow part.
START_LIMIT_S = 180.0
#: How long a program may take to stop before it is killed, in seconds.
STOP_LIMIT_S = 10.0
#: Lines of a log shown when its program fails.
SHOWN_LINES = 12
#: Between two looks at what loads, and until it is first said, in seconds; each time it takes twice as long.
PATIENCE_S = 5.0

_TOKENS = {"SLACK_BOT_TOKEN": "xoxb-practice-000000000000", "SLACK_APP_TOKEN": "xapp-practice-000000000000"}


class CouldNotStart(Exception):
    """A program did not come up; the message says which, with the end of its log."""


class Programs:
    """The three processes. An async context manager: whatever happens, none of them outlives it."""

    def __init__(self, data: Path, *, profile: str, port: int | None, say: Callable[[str], None]) -> None:
        self._data = data
        self._profile = profile
        self._port = port
        self._say = say
        self._running: dict[str, Process] = {}
        self._copying: set[asyncio.Task[None]] = set()
        self.workspace_url = ""

    async def __aenter__(self) -> Self:
        self._data.mkdir(parents=True, exist_ok=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    async def start(self, stop: asyncio.Event) -> None:
        """Start all three; the bot last, since it speaks to the others. Returns early when `stop` is set."""
        began = time.monotonic()
        workspace_port = _free_port(WORKSPACE_PORT) if self._port is None else _this_port(self._port)
        engine_port = _free_port(ENGINE_PORT)
        engine = self._begin("engine", "--port", str(engine_port), "--profile", self._profile)
        workspace = self._begin_workspace(workspace_port)
        self._say(
            f"Starting the practice workspace, and the image engine with the profile “{self._profile}”…"
        )
        starting = asyncio.create_task(self._begin_all(engine, workspace))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not starting.done():
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            return
        starting.result()
        self._say(f"Ready after {time.monotonic() - began:.0f} s.")

    async def _begin_all(self, engine: Awaitable[str], workspace: Awaitable[str]) -> None:
        engine_url, self.workspace_url = await asyncio.gather(engine, workspace)
        await self._begin("bot", engine_url=engine_url)

    async def _begin_workspace(self, port: int) -> str:
        """With the bot's own manifest, which has the names that its settings give."""
        manifest = self._data / "manifest.yml"
        await self._write_manifest(manifest)
        return await self._begin(
            "sandbox", "--port", str(port), "--manifest", str(manifest), name="workspace"
        )

    async def _write_manifest(self, path: Path) -> None:
        """As the bot's command prints it. Raises CouldNotStart with what it says instead."""
        printing = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.cli", "manifest"), stdout=PIPE, stderr=PIPE
        )
        manifest, trouble = await printing.communicate()
        if printing.returncode:
            raise CouldNotStart(trouble.decode(errors="replace").strip())
        path.write_bytes(manifest)

    async def wait(self, stop: asyncio.Event) -> str | None:
        """Until `stop` is set (then None) or a program ends (then a sentence about it)."""
        ends = {asyncio.create_task(process.wait()): name for name, process in self._running.items()}
        stopping = asyncio.create_task(stop.wait())
        done, pending = await asyncio.wait([stopping, *ends], return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        if stopping in done:
            return None
        name = ends[next(iter(done))]
        return f"The {name} ended by itself. {self._end_of_log(name)}"

    def open_page(self) -> None:
        """Open the workspace in a browser, where there is a desktop to open it on."""
        desktop = (
            sys.platform in ("darwin", "win32")
            or os.environ.get("DISPLAY")
            or os.environ.get("WAYLAND_DISPLAY")
        )
        if desktop:
            with contextlib.suppress(webbrowser.Error):
                webbrowser.open(self.workspace_url)

    async def _begin(self, program: str, *arguments: str, name: str = "", engine_url: str = "") -> str:
        """Start one program and wait for the line that says it is ready; returns the address in it."""
        name = name or program
        log = (self._data / f"{name}.log").open("ab")
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        if program == "bot":
            environment |= {
                **_TOKENS,
                "SLACK_API_URL": f"{self.workspace_url}/api/",
                "DRAFTROOM_MODE": "socket",
                "DRAFTROOM_ENGINE_URL": engine_url,
                "DRAFTROOM_DATA_DIR": str(self._data / "bot"),
            }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            program,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=PIPE,
            stderr=log,
            env=environment,
            # A Ctrl-C in the terminal reaches us alone, and we stop them in order.
            start_new_session=True,
        )
        log.close()
        self._running[name] = process
        return await self._until_ready(name, process)

    async def _until_ready(self, name: str, process: Process) -> str:
        assert process.stdout is not None
        began, said = time.monotonic(), 0.0
        reading = asyncio.ensure_future(process.stdout.readline())
        while time.monotonic() - began < START_LIMIT_S:
            done, _ = await asyncio.wait([reading], timeout=PATIENCE_S)
            if not done:
                if self._unready(name):
                    break
                passed = time.monotonic() - began
                if passed < 2 * said:
                    continue
                said = passed
                what = f"its model (profile “{self._profile}”)" if name == "engine" else "its code"
                self._say(f"  …the {name} is still loading {what}, {passed:.0f} s so far")
                continue
            line = reading.result().decode(errors="replace")
            with (self._data / f"{name}.log").open("a", encoding="utf-8") as log:
                log.write(line)
            if " ready" in line:
                copying = asyncio.create_task(self._copy_output(name, process.stdout))
                self._copying.add(copying)
                copying.add_done_callback(self._copying.discard)
                address = re.search(r"https?://\S+", line)
                return address.group() if address else ""
            if not line:
                await process.wait()
                break
            reading = asyncio.ensure_future(process.stdout.readline())
        reading.cancel()
        raise CouldNotStart(f"The {name} did not get ready. {self._end_of_log(name)}")

    async def _copy_output(self, name: str, output: asyncio.StreamReader) -> None:
        """Add what the program goes on to print to its log, until it ends."""
        with (self._data / f"{name}.log").open("ab", buffering=0) as log:
            while piece := await output.read(4096):
                log.write(piece)

    def _unready(self, name: str) -> bool:
        """Whether the engine is up but has said that it cannot render."""
        return name == "engine" and "cannot render" in (self._data / "engine.log").read_text(errors="replace")

    async def _stop(self) -> None:
        """Stop in the reverse order of starting; kill what does not stop in time."""
        for _, process in reversed(self._running.items()):
            if process.returncode is not None:
                continue
            process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(STOP_LIMIT_S):
                    await process.wait()
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        await asyncio.gather(*self._copying)

    def _end_of_log(self, name: str) -> str:
        path = self._data / f"{name}.log"
        lines = path.read_text(errors="replace").splitlines()[-SHOWN_LINES:]
        return f"The end of {path}:\n" + "\n".join(f"  {line}" for line in lines)


def _free_port(wanted: int) -> int:
    """The wanted port when nobody listens on it, else any free one."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CouldNotStart("No port of this machine is free.")


def _this_port(wanted: int) -> int:
    """The port that was asked for. Raises CouldNotStart when somebody listens on it; 0 picks a free one."""
    port = _free_port(wanted)
    if wanted not in (0, port):
        raise CouldNotStart(f"Port {wanted} is taken. Give --port another one, or 0 for any free one.")
    return port
