"""Models are listed and fetched: resumed, checked, without pickles, with licences told first; then the engine runs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from transformers import AutoProcessor, CLIPSegForImageSegmentation

from engine.models.hub import Hub
from engine.models.listing import describe, this_machine
from engine.models.pull import Pull
from engine.models.refusals import Damaged, HubFailed, ModelRefused
from engine.models.store import FOLDER_VARIABLE, find, folder_of
from engine.profiles.profile import Profile, load_profile
from tests.engine.served import serving
from tests.engine.small_hub import COMMIT, SmallHub, small_hub
from tests.engine.tiny_classifiers import save_tiny_looks
from tests.engine.tiny_families import save_tiny_klein
from tests.engine.tiny_loras import save_tiny_lora, sha256_of
from tests.engine.tiny_models import write_profile
from tests.engine.tiny_segmenter import save_tiny_clipseg

ROOT = Path(__file__).parents[2]
CALL = "{ max_sequence_length = 24, text_encoder_out_layers = [1, 2, 3] }"
WEIGHTS = "transformer/diffusion_pytorch_model.safetensors"


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("hub")
    base = save_tiny_klein(folder / "base", distilled=False, seed=5)
    klein = save_tiny_klein(folder / "klein")
    for part in ("text_encoder", "vae"):  # as siblings of one maker have them
        shutil.rmtree(base / part)
        shutil.copytree(klein / part, base / part)
    return {"maker/klein": klein, "maker/base": base}


@pytest.fixture
def hub(originals: dict[str, Path], tmp_path: Path) -> Iterator[SmallHub]:
    folders = {name: Path(shutil.copytree(at, tmp_path / "hub" / name)) for name, at in originals.items()}
    with small_hub(folders=folders) as running:
        yield running


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    path = write_profile(tmp_path / "two.toml", "maker/klein", call=CALL)
    text = path.read_text(encoding="utf-8").replace("CC0-1.0", "Apache-2.0")
    text = text.replace("[tiers.pro]\n", '[tiers.pro]\nweights = "pro"\n')
    weights = (
        '\n[weights.pro]\nmodel = "maker/base"\nlicence = "Apache-2.0"\n'
        'shares = ["text_encoder", "tokenizer", "vae"]\n'
    )
    path.write_text(text + weights, encoding="utf-8")
    return load_profile(str(path))


class Fetching:
    """One person's `models pull`."""

    def __init__(self, hub: SmallHub, folder: Path, *, token: str = "", accepted: bool = False) -> None:
        self.folder = folder
        self.told: list[str] = []
        self.seen: list[tuple[str, int, int]] = []
        self._pull = Pull(
            hub=Hub(endpoint=hub.url, token=token),
            folder=folder,
            accepted=accepted,
            tell=self.told.append,
            watch=lambda *step: self.seen.append(step),
        )

    def profile(self, profile: Profile) -> None:
        self._pull.profile(profile)


async def test_what_was_fetched_is_served_and_shared_parts_are_fetched_once(
    hub: SmallHub, profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetching = Fetching(hub, tmp_path / "models")
    fetching.profile(profile)
    base = folder_of(profile.weights["pro"], fetching.folder)
    assert (base / WEIGHTS).is_file()
    assert not (base / "text_encoder").exists()
    assert not list(fetching.folder.rglob("*.part"))
    monkeypatch.setenv(FOLDER_VARIABLE, str(fetching.folder))
    async with serving(profile) as engine:
        for fields in ({"tier": "draft"}, {"tier": "pro"}):
            status, body = await engine.call.generate(seed=1, **fields)
            assert status == 200, body
    assert fetching.seen[-1][1] == fetching.seen[-1][2]
    assert any("Apache-2.0 (commercial use allowed)" in line for line in fetching.told)


async def test_an_engine_whose_model_is_missing_says_how_to_fetch_it(
    profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "empty"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    async with serving(profile) as engine:
        assert engine.engine.reason is not None
        assert "draftroom models pull tiny" in engine.engine.reason


def test_a_broken_connection_goes_on_where_it_broke(hub: SmallHub, profile: Profile, tmp_path: Path) -> None:
    size = (hub.folders["maker/klein"] / WEIGHTS).stat().st_size
    hub.breaks[WEIGHTS] = [1000, size // 2]
    fetching = Fetching(hub, tmp_path / "models")
    fetching.profile(profile)
    asked = [ranged for name, ranged, _ in hub.asked if name == WEIGHTS][:3]
    assert asked == [None, "bytes=1000-", f"bytes={1000 + size // 2}-"]
    fetched = folder_of(profile.weights[""], fetching.folder) / WEIGHTS
    assert fetched.read_bytes() == (hub.folders["maker/klein"] / WEIGHTS).read_bytes()


def test_a_fetch_that_was_given_up_goes_on_the_next_time(
    hub: SmallHub, profile: Profile, tmp_path: Path
) -> None:
    hub.breaks[WEIGHTS] = [500] + [0] * 20
    fetching = Fetching(hub, tmp_path / "models")
    with pytest.raises(HubFailed, match="goes on where it stopped"):
        fetching.profile(profile)
    assert find(profile.weights[""], fetching.folder) is None
    hub.breaks.clear()
    hub.asked.clear()
    Fetching(hub, fetching.folder).profile(profile)
    assert hub.asked[0] == (WEIGHTS, "bytes=500-", None)
    assert find(profile.weights[""], fetching.folder) is not None


def test_a_server_that_knows_no_ranges_sends_it_again(
    hub: SmallHub, profile: Profile, tmp_path: Path
) -> None:
    hub.ignores_ranges = True
    hub.breaks[WEIGHTS] = [1000]
    fetching = Fetching(hub, tmp_path / "models")
    fetching.profile(profile)
    fetched = folder_of(profile.weights[""], fetching.folder) / WEIGHTS
    assert fetched.read_bytes() == (hub.folders["maker/klein"] / WEIGHTS).read_bytes()


@pytest.mark.parametrize("path", [WEIGHTS, "transformer/config.json"])
def test_a_file_with_another_checksum_is_thrown_away(
    hub: SmallHub, profile: Profile, tmp_path: Path, path: str
) -> None:
    hub.lies.add(path)
    fetching = Fetching(hub, tmp_path / "models")
    with pytest.raises(Damaged, match="checksum"):
        fetching.profile(profile)
    at = folder_of(profile.weights[""], fetching.folder)
    assert not (at / path).exists()
    assert not (at / (path + ".part")).exists()
    assert find(profile.weights[""], fetching.folder) is None


def test_a_file_that_was_changed_here_is_fetched_again(
    hub: SmallHub, profile: Profile, tmp_path: Path
) -> None:
    fetching = Fetching(hub, tmp_path / "models")
    fetching.profile(profile)
    at = folder_of(profile.weights[""], fetching.folder)
    (at / "draftroom-pull.json").unlink()
    with (at / WEIGHTS).open("r+b") as weights:
        weights.write(b"changed")
    hub.asked.clear()
    Fetching(hub, fetching.folder).profile(profile)
    assert [name for name, _, _ in hub.asked] == [WEIGHTS]
    assert (at / WEIGHTS).read_bytes() == (hub.folders["maker/klein"] / WEIGHTS).read_bytes()


def test_what_is_here_is_not_fetched_again(hub: SmallHub, profile: Profile, tmp_path: Path) -> None:
    fetching = Fetching(hub, tmp_path / "models")
    fetching.profile(profile)
    hub.asked.clear()
    again = Fetching(hub, fetching.folder)
    again.profile(profile)
    assert hub.asked == []
    assert sum("already here" in line for line in again.told) == 2


def test_a_pickle_is_refused_before_anything_large_is_fetched(
    hub: SmallHub, profile: Profile, tmp_path: Path
) -> None:
    folder = hub.folders["maker/klein"]
    (folder / WEIGHTS).rename(folder / "transformer" / "diffusion_pytorch_model.bin")
    with pytest.raises(ModelRefused, match="pickle"):
        Fetching(hub, tmp_path / "models").profile(profile)
    assert {name for name, _, _ in hub.asked} == {"model_index.json"}


def test_pickles_and_doubles_beside_safetensors_stay_where_they_are(
    hub: SmallHub, profile: Profile, tmp_path: Path
) -> None:
    folder = hub.folders["maker/klein"]
    for name in (
        "transformer/extra.bin",
        "transformer/diffusion_pytorch_model.fp16.safetensors",
        "all.safetensors",
    ):
        (folder / name).write_bytes(b"unwanted")
    (folder / "transformer" / "run.py").write_text("raise SystemExit", encoding="utf-8")
    (folder / "LICENSE.md").write_text("the licence", encoding="utf-8")
    fetching = Fetching(hub, tmp_path / "models")
    fetching.profile(profile)
    at = folder_of(profile.weights[""], fetching.folder)
    assert {path.suffix for path in at.rglob("*") if path.is_file()} <= {
        ".json",
        ".safetensors",
        ".jinja",
        ".txt",
        ".md",
    }
    assert (at / "LICENSE.md").is_file()
    assert [path.name for path in (at / "transformer").iterdir() if path.suffix == ".safetensors"] == [
        Path(WEIGHTS).name
    ]


@pytest.mark.parametrize("name", ["vae/../../../escape.json", "/etc/escape.json", "vae/..\\escape.json"])
def test_a_file_outside_the_repository_is_never_written(
    hub: SmallHub, profile: Profile, tmp_path: Path, name: str
) -> None:
    hub.strangers.append(name)
    index = hub.folders["maker/klein"] / "model_index.json"
    parts = json.loads(index.read_text(encoding="utf-8"))
    index.write_text(json.dumps({**parts, str(Path(name).parent): ["diffusers", "Escape"]}), encoding="utf-8")
    with pytest.raises(ModelRefused, match="outside its own folder"):
        Fetching(hub, tmp_path / "models").profile(profile)
    assert not list(tmp_path.rglob("*escape*"))


def test_a_part_that_differs_is_fetched_and_not_shared(
    hub: SmallHub, profile: Profile, tmp_path: Path
) -> None:
    config = hub.folders["maker/base"] / "vae" / "config.json"
    config.write_text(config.read_text(encoding="utf-8") + " ", encoding="utf-8")
    fetching = Fetching(hub, tmp_path / "models")
    fetching.profile(profile)
    base = folder_of(profile.weights["pro"], fetching.folder)
    assert (base / "vae" / "config.json").is_file()
    assert not (base / "text_encoder").exists()
    assert any("vae differs" in line for line in fetching.told)


def test_a_licence_that_asks_is_accepted_by_a_flag_only(
    hub: SmallHub, profile: Profile, tmp_path: Path
) -> None:
    hub.licences["maker/base"] = "flux-non-commercial"
    with pytest.raises(ModelRefused, match=r"flux-non-commercial.*--accept-licence"):
        Fetching(hub, tmp_path / "models").profile(profile)
    Fetching(hub, tmp_path / "models", accepted=True).profile(profile)


def test_a_gated_model_wants_acceptance_and_a_token(hub: SmallHub, profile: Profile, tmp_path: Path) -> None:
    hub.gated.add("maker/klein")
    hub.token = "secret"
    with pytest.raises(ModelRefused, match="--accept-licence"):
        Fetching(hub, tmp_path / "models").profile(profile)
    with pytest.raises(ModelRefused, match="HF_TOKEN"):
        Fetching(hub, tmp_path / "models", accepted=True).profile(profile)
    Fetching(hub, tmp_path / "models", accepted=True, token="secret").profile(profile)


def test_the_small_hub_describes_repositories_as_the_hubs_own_client_reads_them(hub: SmallHub) -> None:
    client = pytest.importorskip("huggingface_hub").HfApi(endpoint=hub.url, token=False)
    theirs = client.model_info("maker/klein", revision="main", files_metadata=True)
    ours = Hub(endpoint=hub.url, token="").repository("maker/klein", "main")
    assert theirs.sha == ours.commit
    assert {
        (one.rfilename, one.size, one.lfs.sha256 if one.lfs else one.blob_id) for one in theirs.siblings
    } == {(one.path, one.size, one.identity) for one in ours.files}


def test_the_token_stays_with_the_hub(hub: SmallHub, profile: Profile, tmp_path: Path) -> None:
    with small_hub(folders=hub.folders) as network:
        hub.elsewhere = network.url
        Fetching(hub, tmp_path / "models", token="secret").profile(profile)
        assert network.asked
        assert {authorization for _, _, authorization in network.asked} == {None}


def test_a_repository_that_is_no_pipeline_is_refused(hub: SmallHub, profile: Profile, tmp_path: Path) -> None:
    (hub.folders["maker/klein"] / "model_index.json").unlink()
    with pytest.raises(ModelRefused, match="diffusers"):
        Fetching(hub, tmp_path / "models").profile(profile)
    del hub.folders["maker/klein"]
    with pytest.raises(HubFailed, match="maker/klein"):
        Fetching(hub, tmp_path / "models").profile(profile)


def run(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "engine.models", *arguments, "--folder", str(folder)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_lists_fetches_and_lists_again(hub: SmallHub, profile: Profile, tmp_path: Path) -> None:
    path, folder = str(tmp_path / "two.toml"), tmp_path / "models"

    def listed() -> dict[str, Any]:
        answer = run("list", path, "--json", folder=folder)
        assert answer.returncode == 0, answer.stderr
        found = {one["profile"]: one for one in json.loads(answer.stdout)}
        assert found["starter"]["here"]
        assert found["gpu-80gb"]["weights"][1]["licence"] == "Apache-2.0"
        return found["tiny"]

    before = listed()
    assert not before["here"]
    assert [one["tiers"] for one in before["weights"]] == [["draft", "fix"], ["pro"]]
    pulled = run("pull", path, folder=folder, HF_ENDPOINT=hub.url)
    assert pulled.returncode == 0, pulled.stderr
    assert "100 %" in pulled.stderr
    assert listed()["here"]
    assert COMMIT in (folder / "maker" / "klein" / "draftroom-pull.json").read_text(encoding="utf-8")


def with_segmenter(tmp_path: Path) -> Profile:
    path = tmp_path / "two.toml"
    table = '\n[segmenter]\nmodel = "maker/finder"\nlicence = "Apache-2.0"\ndownload_gb = 0.6\n'
    path.write_text(path.read_text(encoding="utf-8") + table, encoding="utf-8")
    return load_profile(str(path))


def test_the_model_that_finds_things_is_fetched_and_listed_too(
    hub: SmallHub, profile: Profile, tmp_path: Path
) -> None:
    hub.folders["maker/finder"] = save_tiny_clipseg(tmp_path / "hub" / "maker" / "finder")
    (hub.folders["maker/finder"] / "pytorch_model.bin").write_bytes(b"a pickle")
    finding = with_segmenter(tmp_path)
    assert finding.segmenter is not None
    Fetching(hub, tmp_path / "models").profile(finding)
    at = find(finding.segmenter, tmp_path / "models")
    assert at is not None
    assert not list(at.glob("*.bin"))
    found = describe(finding, this_machine(tmp_path), tmp_path / "models")
    assert found["here"]
    assert found["weights"][-1]["tiers"] == ["things by their names"]
    AutoProcessor.from_pretrained(at, local_files_only=True)
    CLIPSegForImageSegmentation.from_pretrained(at, local_files_only=True, use_safetensors=True)


def test_checkers_are_fetched_and_listed_too(hub: SmallHub, profile: Profile, tmp_path: Path) -> None:
    hub.folders["maker/looks"] = save_tiny_looks(tmp_path / "hub" / "maker" / "looks")
    path = tmp_path / "two.toml"
    path.write_text(
        path.read_text(encoding="utf-8")
        + '\n[picture_check]\nmodel = "maker/looks"\nlicence = "Apache-2.0"\nrefuse = ["bad"]\n',
        encoding="utf-8",
    )
    checking = load_profile(str(path))
    assert checking.picture_check is not None
    fetching = Fetching(hub, tmp_path / "models")
    fetching.profile(checking)
    assert find(checking.picture_check.weights, tmp_path / "models") is not None
    found = describe(checking, this_machine(tmp_path), tmp_path / "models")
    assert found["here"]
    assert found["weights"][-1]["tiers"] == ["pictures that are refused"]


def test_a_repository_that_is_no_model_is_refused(hub: SmallHub, profile: Profile, tmp_path: Path) -> None:
    hub.folders["maker/finder"] = tmp_path / "hub" / "maker" / "finder"
    hub.folders["maker/finder"].mkdir(parents=True)
    (hub.folders["maker/finder"] / "README.md").write_text("Nothing else.")
    with pytest.raises(ModelRefused, match=r"config\.json is missing"):
        Fetching(hub, tmp_path / "models").profile(with_segmenter(tmp_path))


def with_lora(tmp_path: Path, **more: str) -> Profile:
    path = tmp_path / "two.toml"
    values = {
        "name": "comic",
        "model": "maker/styles",
        "file": "v1/comic.safetensors",
        "licence": "Apache-2.0",
    }
    table = "".join(f"{key} = {json.dumps(value)}\n" for key, value in {**values, **more}.items())
    path.write_text(path.read_text(encoding="utf-8") + f"\n[[lora]]\n{table}", encoding="utf-8")
    return load_profile(str(path))


@pytest.fixture
def styles(hub: SmallHub, tmp_path: Path) -> Path:
    """A repository with two LoRAs; the first one's file."""
    at = hub.folders["maker/styles"] = tmp_path / "hub" / "maker" / "styles"
    comic = save_tiny_lora(at / "v1" / "comic.safetensors", hub.folders["maker/klein"], seed=1)
    save_tiny_lora(at / "noir.safetensors", hub.folders["maker/klein"], seed=2)
    (at / "README.md").write_text("How it was trained.", encoding="utf-8")
    return comic


async def test_a_lora_is_fetched_checked_listed_and_used(
    hub: SmallHub, profile: Profile, styles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = with_lora(tmp_path, sha256=sha256_of(styles))
    folder = tmp_path / "models"
    assert not describe(profile, this_machine(tmp_path), folder)["here"]
    Fetching(hub, folder).profile(profile)
    assert [name for name, _, _ in hub.asked if name.endswith("noir.safetensors")] == []
    found = describe(profile, this_machine(tmp_path), folder)
    assert found["here"]
    (lora,) = [one for one in found["weights"] if one["model"] == "maker/styles"]
    assert lora["tiers"] == ["draft, LoRA comic", "fix, LoRA comic"]
    hub.asked.clear()
    Fetching(hub, folder).profile(profile)
    assert hub.asked == []
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    async with serving(profile) as engine:
        pictures = [(await engine.call.generate(seed=1, loras=loras))[1] for loras in ([], ["comic"])]
        assert pictures[0]["data"][0]["b64_json"] != pictures[1]["data"][0]["b64_json"]


def test_a_lora_with_another_hash_is_not_fetched(
    hub: SmallHub, profile: Profile, styles: Path, tmp_path: Path
) -> None:
    profile = with_lora(tmp_path, sha256="0" * 64)
    with pytest.raises(ModelRefused, match=sha256_of(styles)):
        Fetching(hub, tmp_path / "models").profile(profile)
    assert hub.asked == []


def test_a_lora_that_is_not_what_the_hub_says_is_thrown_away(
    hub: SmallHub, profile: Profile, styles: Path, tmp_path: Path
) -> None:
    hub.lies.add("v1/comic.safetensors")
    with pytest.raises(Damaged, match="checksum"):
        Fetching(hub, tmp_path / "models").profile(with_lora(tmp_path))
    assert not list((tmp_path / "models").rglob("comic.safetensors*"))


def test_a_lora_that_the_repository_lacks_is_refused_with_those_it_has(
    hub: SmallHub, profile: Profile, styles: Path, tmp_path: Path
) -> None:
    with pytest.raises(ModelRefused, match=r"no file manga\.safetensors.*noir\.safetensors"):
        Fetching(hub, tmp_path / "models").profile(with_lora(tmp_path, file="manga.safetensors"))


def test_a_lora_whose_licence_asks_is_accepted_by_a_flag_only(
    hub: SmallHub, profile: Profile, styles: Path, tmp_path: Path
) -> None:
    hub.licences["maker/styles"] = "flux-non-commercial"
    profile = with_lora(tmp_path)
    with pytest.raises(ModelRefused, match="--accept-licence"):
        Fetching(hub, tmp_path / "models").profile(profile)
    Fetching(hub, tmp_path / "models", accepted=True).profile(profile)


def test_the_command_says_in_a_sentence_why_it_failed(profile: Profile, tmp_path: Path) -> None:
    missing = run("pull", "no-such-profile", folder=tmp_path)
    assert missing.returncode == 1
    assert "starter" in missing.stderr
    assert "Traceback" not in missing.stderr


def test_the_list_for_people_names_licence_fit_and_command(tmp_path: Path) -> None:
    text = run("list", folder=tmp_path).stdout
    assert "Apache-2.0, commercial use allowed" in text
    assert "draftroom models pull gpu-16gb" in text
    assert "It runs on this machine." in text
