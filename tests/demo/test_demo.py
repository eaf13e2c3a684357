"""`draftroom demo` as a newcomer runs it: played without a browser, stopped with Ctrl-C, told what is wrong."""

import json
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing

import numpy as np
import pytest
from PIL import Image

from tests.end_to_end.product import ROOT
from tests.engine.tiny_models import save_tiny_sd3, write_profile


@pytest.fixture(scope="module")
def profile(tmp_path_factory):
    """A tiny model at the sizes that the bot asks for unless it is told otherwise."""
    folder = tmp_path_factory.mktemp("tiny")
    path = write_profile(folder / "tiny.toml", save_tiny_sd3(folder / "tiny"))
    path.write_text(path.read_text().replace("max_side = 128", "max_side = 1024"))
    return str(path)


def demo(*arguments, timeout=120):
    """Run the command to its end; its status and all that it said."""
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "demo", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_play_writes_what_came_of_it(profile, tmp_path):
    out = tmp_path / "out"
    status, said = demo(
        *("--headless", "--profile", profile, "--out", out, "--n", 3, "--approve", 3),
        *("--prompt", "a blue apple", "--fix", "top-right: make it red"),
    )
    assert status == 0, said
    story = json.loads((out / "transcript.json").read_text())
    assert story["timings"] == json.loads(said.strip().splitlines()[-1])
    assert set(story["timings"]) >= {"ack_ms", "first_preview_s", "grid_s", "pro_s", "fix_s"}
    assert story["first_preview_s"] <= story["grid_s"]
    assert story["pixels_changed_outside_mask"] == 0
    assert (
        story["settled_micro"]
        == story["summary_micro"]
        == sum(row["amount_micro"] for row in story["ledger"] if row["kind"] == "settle")
    )
    assert story["open_reservations"] == []
    assert [row["tier"] for row in story["ledger"]] == ["draft", "draft", "pro", "pro", "fix", "fix"]
    texts = [message["text"] for message in story["messages"]]
    assert any("a blue apple" in text for text in texts)
    assert sorted(path.name for path in (out / "cells").iterdir()) == ["1.png", "2.png", "3.png"]
    before, after, mask = (
        np.asarray(Image.open(out / f"{name}.png").convert("RGB")) for name in ("pro", "fixed", "mask")
    )
    changed = (before != after).any(-1)
    assert changed[:256, 256:].any()
    assert not changed[256:].any()
    assert not changed[:, :256].any()
    assert (mask[:256, 256:] == 255).all()
    with closing(sqlite3.connect(out / "draftroom.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM ledger").fetchone() == (6,)


def test_a_play_that_fails_says_where(profile, tmp_path):
    status, said = demo(
        *("--headless", "--profile", profile, "--out", tmp_path, "--fix", "the moon: make it red")
    )
    assert status == 1
    assert "While fixing “the moon: make it red”, the bot said: I don't know the region" in said


def test_a_model_that_is_missing_is_told(tmp_path):
    profile = write_profile(tmp_path / "none.toml", tmp_path / "nowhere")
    status, said = demo("--headless", "--profile", profile, "--out", tmp_path)
    assert status == 1
    assert "No model was found" in said


def test_a_number_beyond_the_grid_is_told_before_anything_starts(tmp_path):
    status, said = demo("--headless", "--n", 2, "--approve", 3, "--out", tmp_path)
    assert status == 2
    assert "--approve 3 is no number of a grid of 2" in said


def test_ctrl_c_stops_all_three(profile, tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "demo", "--no-open", "--profile", profile, "--data", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C stops everything" in line:
            break
    assert any("http://127.0.0.1:" in line for line in lines)
    children = _children(process.pid)
    assert len(children) == 3
    process.send_signal(signal.SIGINT)
    assert process.wait(40) == 0
    assert not any(_alive(child) for child in children)
    ending = process.stdout.read().splitlines()[1:]
    assert ending == ["", f"Stopped. Your pictures, the ledger and the logs are in {tmp_path}."]
    for name in ("engine", "workspace", "bot"):
        assert (tmp_path / f"{name}.log").read_text().strip(), f"{name}.log says nothing"


def test_the_page_gets_the_port_that_was_asked_for_or_none_at_all(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, said = demo("--no-open", "--port", port, "--data", tmp_path)
    assert status == 1
    assert f"Port {port} is taken. Give --port another one" in said


def _children(pid):
    import psutil

    return [child.pid for child in psutil.Process(pid).children()]


def _alive(pid):
    import psutil

    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
