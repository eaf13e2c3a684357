"""`python -m engine` as a program: its help, its ready line, its end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

from tests.engine.tiny_models import write_profile

ROOT = Path(__file__).parents[2]


async def start(*arguments: str, **environment: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "engine",
        *arguments,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_it_says_when_it_is_ready_and_finishes_work_before_it_stops(
    tiny_model: Path, tmp_path: Path
) -> None:
    profile = write_profile(tmp_path / "tiny.toml", tiny_model)
    program = await start("--port", "0", "--profile", str(profile))
    assert program.stdout is not None
    line = (await program.stdout.readline()).decode()
    assert line.startswith("engine ready on http://127.0.0.1:")
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{line.split()[-1]}/health") as answer:
            assert (await answer.json())["ready"] is True
        body = {"prompt": "a red apple", "tier": "pro", "size": "128x128", "steps": 100, "stream": True}
        async with session.post(f"{line.split()[-1]}/v1/images/generations", json=body) as answer:
            assert b"queued" in await answer.content.readline()
            program.send_signal(signal.SIGTERM)
            assert b"image_generation.completed" in await answer.content.read()
    rest, _ = await program.communicate()
    assert program.returncode == 0
    assert rest == b""


async def test_without_a_model_it_lives_and_says_what_to_do(tmp_path: Path) -> None:
    profile = write_profile(tmp_path / "p.toml", tmp_path / "nowhere")
    program = await start("--port", "0", "--profile", str(profile))
    assert program.stderr is not None
    line = (await program.stderr.readline()).decode()
    assert "but it cannot render: No model was found at" in line
    program.send_signal(signal.SIGINT)
    out, _ = await program.communicate()
    assert program.returncode == 0
    assert out == b""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--profile", "nothing"], "There is no profile “nothing”."),
        (["--host", "0.0.0.0"], "set DRAFTROOM_ENGINE_TOKEN to a secret first"),
        (["--port", "many"], "invalid int value"),
    ],
)
async def test_a_start_that_cannot_work_is_refused_in_words(arguments: list[str], words: str) -> None:
    program = await start(*arguments, DRAFTROOM_ENGINE_TOKEN="")
    _, errors = await program.communicate()
    assert program.returncode == 2
    assert words in errors.decode()
    assert "Traceback" not in errors.decode()
