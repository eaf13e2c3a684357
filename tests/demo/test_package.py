"""The package as a stranger installs it: from the sdist by way of the wheel, run far from the checkout."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.end_to_end.product import ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with nothing but what `pip install` of the built package puts there."""
    folder = tmp_path_factory.mktemp("package")
    source = folder / "source"
    source.mkdir()
    for name in ("bot", "engine", "marks", "sandbox", "demo"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    build = "from setuptools import build_meta; print(build_meta.build_sdist('dist'))"
    name = run(sys.executable, "-c", build, cwd=source).splitlines()[-1]
    # pip makes the wheel out of the sdist, so a file that either lacks is missed below.
    run(
        *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"),
        *("--no-index", "--target", folder / "installed", source / "dist" / name),
        cwd=folder,
    )
    return folder / "installed"


def run(*command, cwd, status=0, **environment):
    """What a command said; it must end with that status."""
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": "", **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def draftroom(installed, cwd, *arguments, status=0):
    program = installed / "bin" / "draftroom"
    return run(
        *(sys.executable, "-P", program, *arguments), cwd=cwd, status=status, PYTHONPATH=str(installed)
    )


def test_every_file_that_the_programs_need_is_in_the_package(installed):
    tracked = run("git", "ls-files", "bot", "engine", "marks", "sandbox", "demo", cwd=ROOT).splitlines()
    wanted = {path for path in tracked if not path.endswith((".md", ".webp", ".sh")) or "/page/" in path}
    wanted |= {"engine/starter/README.md", "engine/starter/LICENSE-DATA.md"}
    assert sorted(path for path in wanted if not (installed / path).is_file()) == []


def test_the_command_explains_itself(installed, tmp_path):
    said = draftroom(installed, tmp_path, "--help")
    assert "Start with `draftroom demo`" in said
    assert "--port" in draftroom(installed, tmp_path, "demo", "--help")


def test_the_doctor_of_a_fresh_machine_leads_to_the_demo(installed, tmp_path):
    said = draftroom(installed, tmp_path, "doctor", status=1)
    assert "✗ bot token: Set SLACK_BOT_TOKEN" in said
    assert "`draftroom demo` shows the whole product on this machine" in said.splitlines()[-1]


def test_the_demo_finds_the_manifest_and_the_starter_model(installed, tmp_path):
    code = (
        "import bot; from bot.doctor import wanted_scopes; from sandbox.manifest import load; from pathlib import Path;"
        "print(load(Path('manifest.yml')).name, len(wanted_scopes()) > 5, bot.__file__)"
    )
    (tmp_path / "manifest.yml").write_text(draftroom(installed, tmp_path, "manifest"))
    said = run(sys.executable, "-P", "-c", code, cwd=tmp_path, PYTHONPATH=str(installed))
    assert said.split()[:2] == ["Draftroom", "True"]
    assert str(installed) in said
