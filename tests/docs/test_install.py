"""`make setup` chooses the build of PyTorch by what the machine has, and says what it fetches and why."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CPU_INDEX = "https://download.pytorch.org/whl/cpu"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere PyPI has one build")


@pytest.fixture
def plan(tmp_path):
    """Plans on a machine with these programs, where PyTorch's index answers or not: what it says, what it runs."""
    shutil.copy(ROOT / "install.sh", tmp_path)
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("sh", "uname"):
        (programs / name).symlink_to(shutil.which(name))

    def run(*names, online=True, torch="", hashes=""):
        for name in names:
            stub(programs / name, 0)
        stub(tmp_path / ".venv" / "bin" / "python", 0 if online else 1)
        done = subprocess.run(
            ["sh", "install.sh", "--plan"],
            cwd=tmp_path,
            env={"PATH": str(programs), "TORCH": torch, "HASHES": hashes},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.splitlines()

    return run


def stub(path, status):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{shutil.which('sh')}\nexit {status}\n")
    path.chmod(0o755)


def test_without_a_gpu_pip_sees_the_cpu_builds_beside_its_own_index(plan):
    said, command = plan()
    assert said == "Fetching PyTorch's CPU build and the rest, about 0.5 GB, since no NVIDIA GPU was found."
    assert (
        f"-m pip install --disable-pip-version-check --progress-bar on --extra-index-url {CPU_INDEX}"
        in command
    )


def test_pip_shows_how_far_it_is(plan):
    # Told to be quiet it shows no bars either, and minutes pass in silence.
    assert "--quiet" not in plan()[1]
    assert "--progress-bar on" in plan()[1]


def test_with_hashes_pytorch_comes_by_itself_since_each_machine_has_another_build(plan):
    _, locked, torch, ours = plan(hashes="1")
    assert locked.endswith("--require-hashes --no-deps -r requirements.lock")
    assert torch.endswith(f"--extra-index-url {CPU_INDEX} -c constraints.txt torch")
    assert ours.endswith("--no-deps -e .")


def test_the_lock_has_a_hash_of_every_package_at_the_version_that_is_pinned():
    def canonical(name):
        return re.sub(r"[-_.]+", "-", name).lower()

    def pins(text):
        return {
            canonical(name): version for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.M)
        }

    lock = (ROOT / "requirements.lock").read_text()
    locked, pinned = pins(lock), pins((ROOT / "constraints.txt").read_text())
    assert len(locked) > 100
    assert {name: version for name, version in locked.items() if pinned.get(name, version) != version} == {}
    # What the constraints lack is for other systems than the one on which they were made.
    others = set(locked) - set(pinned) - {"pip"}
    assert {name for name in others if not re.search(rf"^{name}==\S+ ; ", lock, re.M)} == set()
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert [one for one in entries if not one.startswith("#") and "--hash=sha256:" not in one] == []
    assert {"torch", "triton"}.isdisjoint(locked)
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = (
        asked["dependencies"]
        + asked["optional-dependencies"]["engine"]
        + asked["optional-dependencies"]["test"]
    )
    names = {canonical(re.match(r"[\w.-]+", one)[0]) for one in wanted}
    assert names - set(locked) == {"torch"}


def test_uv_is_told_which_build(plan):
    assert "uv pip install --python .venv/bin/python --torch-backend cpu -c constraints.txt" in plan("uv")[1]
    said, command = plan("uv", "nvidia-smi")
    assert said == "Fetching PyTorch's CUDA build and the rest, about 3 GB, since an NVIDIA GPU was found."
    assert "--torch-backend auto" in command


def test_with_a_gpu_pip_takes_the_cuda_build(plan):
    said, command = plan("nvidia-smi")
    assert "CUDA build" in said
    assert "--extra-index-url" not in command


def test_what_is_asked_for_counts_more_than_what_is_found(plan):
    assert (
        "CPU build and the rest, about 0.5 GB, since TORCH=cpu was given"
        in plan("nvidia-smi", torch="cpu")[0]
    )


def test_the_cuda_build_can_be_had_where_no_driver_is(plan):
    said, command = plan("uv", torch="cuda")
    assert "CUDA build and the rest, about 3 GB, since TORCH=cuda was given" in said
    assert "--torch-backend" not in command


def test_where_pytorchs_index_is_out_of_reach_pips_own_is_used(plan):
    said, command = plan("uv", online=False)
    assert "did not answer within 5 s" in said
    assert command.startswith(".venv/bin/python -m pip install")
    assert "--extra-index-url" not in command
