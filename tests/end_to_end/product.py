"""The whole product as processes, and people who use it. No tests here."""

import asyncio
import os
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from bot.install.manifest import manifest
from sandbox.client import Person

ROOT = Path(__file__).parents[2]
SNEAKERS, GENERAL, TEAHOUSE = "C0SNEAKERS", "C0GENERAL", "C0TEAHOUSE"
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-practice-000000000000", "SLACK_APP_TOKEN": "xapp-practice-000000000000"}
SECRET = "practice-signing-secret"


def start(*arguments, environment=None, log):
    """A program of ours as a process, once it has said that it is ready; with the address it told."""
    with log.open("ab") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=log.parent,
            env={**_clean_environment(), "PYTHONPATH": str(ROOT), **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=sink,
            text=True,
        )
    line = process.stdout.readline()
    if " ready" not in line:
        process.wait(10)
        raise AssertionError(f"{arguments[0]} did not start: {log.read_text()[-2000:]}")
    address = re.search(r"http://\S+", line)
    return process, address.group() if address else ""


def run_bot(folder, **environment):
    """Run a bot that is expected to end by itself; its exit status and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "bot"],
        cwd=folder,
        env={
            **_clean_environment(),
            "PYTHONPATH": str(ROOT),
            "DRAFTROOM_DATA_DIR": str(folder),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def _clean_environment():
    ours = ("SLACK_", "DRAFTROOM_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


class Product:
    """A workspace, an engine and a bot. The bot can be killed and started again on the same data."""

    def __init__(self, folder, engine_url, *, http=False, workspace=(), **bot_settings):
        self.folder = folder
        self.log = folder / "bot.log"
        self.data = folder / "data"
        self.settings = bot_settings
        self.bot = None
        called = {
            key: bot_settings[f"DRAFTROOM_{key.upper()}"]
            for key in ("command", "name")
            if f"DRAFTROOM_{key.upper()}" in bot_settings
        }
        (folder / "manifest.yml").write_text(manifest(**called))
        arguments = ["--port", "0", "--manifest", str(folder / "manifest.yml"), *workspace]
        if http:
            port = free_port()
            arguments += ["--request-url", f"http://127.0.0.1:{port}/slack/events"]
            self.settings |= {
                "DRAFTROOM_MODE": "http",
                "DRAFTROOM_HTTP_PORT": str(port),
                "SLACK_SIGNING_SECRET": SECRET,
            }
        self.workspace, self.url = start("sandbox", *arguments, log=folder / "workspace.log")
        self.settings = {
            **TOKENS,
            "SLACK_API_URL": f"{self.url}/api/",
            "DRAFTROOM_ENGINE_URL": engine_url,
            "DRAFTROOM_DATA_DIR": str(self.data),
            "DRAFTROOM_DRAFT_SIZE_PX": "64",
            "DRAFTROOM_PRO_SIZE_PX": "128",
            "DRAFTROOM_WEB_PORT": "0",
            **self.settings,
        }

    def start_bot(self, **changes):
        settings = {**self.settings, **changes}
        given = {name: value for name, value in settings.items() if value is not None}
        self.bot, _ = start("bot", environment=given, log=self.log)
        return self

    @property
    def environment(self):
        """What a bot of this product is started with."""
        return {**_clean_environment(), **self.settings}

    def kill_bot(self):
        """As the power failing: no handler runs."""
        self.bot.send_signal(signal.SIGKILL)
        self.bot.wait(10)

    def stop(self):
        for process in (self.bot, self.workspace):
            if process is not None and process.poll() is None:
                process.terminate()
                assert process.wait(20) == 0, "a program did not stop cleanly"

    def person(self, user, team=""):
        return Person(self.url, user, team)

    def rows(self, sql, *values):
        """The rows of a query on the bot's own database, as dictionaries."""
        with closing(sqlite3.connect(self.data / "draftroom.sqlite3")) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(sql, values)]

    def ledger(self):
        return [(row["kind"], row["tier"]) for row in self.rows("SELECT * FROM ledger")]


def free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def payload(message):
    return (message.get("metadata") or {}).get("event_payload", {})


def files(message):
    """Ids of the pictures that a message shows, in order."""
    return [block["slack_file"]["id"] for block in message.get("blocks", []) if block["type"] == "image"]


def words(message):
    """Everything that a message says, as one text."""
    parts = [message.get("text", "")]
    for block in message.get("blocks", []):
        parts.append((block.get("text") or {}).get("text", ""))
        parts += [
            element.get("text", "") for element in block.get("elements", []) if block["type"] == "context"
        ]
        parts += [field["text"] for field in block.get("fields", [])]
    return "\n".join(map(str, parts))


async def drafted(person, channel, line, timeout_s=60):
    """Type a draft and wait for its finished grid with its buttons."""
    known = {message["ts"] for message in await person.messages(channel)}
    answer = await person.type(channel, line)
    assert not answer.response_text, answer.response_text

    def finished(message):
        return (
            message["ts"] not in known
            and payload(message).get("role") == "grid"
            and "first look" not in message["text"]
            and len(files(message)) == 1
            and approve_buttons(message)
        )

    return await person.wait_for(channel, finished, timeout_s)


async def chosen(person, message, what):
    """Choose that in a grid's menu; the form that opens."""
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    (menu,) = [one for row in rows for one in row if one["type"] == "overflow"]
    (value,) = [one["value"] for one in menu["options"] if one["value"].startswith(what)]
    await person.click(message, menu["action_id"], value)
    return await person.open_view()


async def details(person, grid):
    """What a grid's details say, as one text; they are closed again."""
    view = await chosen(person, grid, "grid_details")
    await person.close(view)
    return words(view)


def approve_buttons(message):
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    return [one for row in rows for one in row if one["action_id"].startswith("approve_cell_")]


async def shown(person, channel, role, thread_ts=None, count=1, timeout_s=60, after=()):
    """Wait for a message of that role that shows so many pictures."""

    def found(message):
        return (
            payload(message).get("role") == role
            and len(files(message)) == count
            and message["ts"] not in after
        )

    return await person.wait_for(channel, found, timeout_s, thread_ts)


async def whispered(person, channel, words_in_it, thread_ts=None, timeout_s=15):
    """Wait for a sentence that only this person sees."""

    def found(message):
        return message.get("ephemeral") and words_in_it in message["text"]

    return await person.wait_for(channel, found, timeout_s, thread_ts)


async def until(condition, timeout_s=60):
    """Wait until a condition on the outside world holds."""
    async with asyncio.timeout(timeout_s):
        while not (found := condition()):
            await asyncio.sleep(0.05)
        return found
