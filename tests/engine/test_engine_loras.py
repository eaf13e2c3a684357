"""LoRAs: fused or named per request, swapped in place, told in the picture, refused where they are not what they should be."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch._dynamo.testing import CompileCounter

from engine.inspection import main as inspect
from engine.pipelines.family import Task
from engine.pipelines.load import LoadedModel, ModelUnavailable, load_model
from engine.profiles.profile import Profile, ProfileError, Tier, load_profile
from engine.render.metrics import Metrics
from engine.serving.fields import with_triggers
from engine.serving.scheduler import batch_key
from marks.reading import read_notes
from tests.engine.calls import mask_png, noise, pixels_of, png
from tests.engine.served import Serve, Serving, serving
from tests.engine.tiny_families import save_tiny_klein, save_tiny_qwen_image, save_tiny_z_image
from tests.engine.tiny_loras import save_tiny_lora, sha256_of
from tests.engine.tiny_models import save_tiny_sd, save_tiny_sd3, write_profile

KLEIN = "{ max_sequence_length = 24, text_encoder_out_layers = [1, 2, 3] }"


def lora_table(place: Path | str, name: str, *, under: str = "lora", **more: Any) -> str:
    values = {"name": name, "model": str(place), "licence": "Apache-2.0", **more}
    lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in values.items())
    return f"\n[[{under}]]\n{lines}\n"


def with_loras(path: Path, *tables: str) -> Profile:
    """The profile with LoRAs of its main weights; tables of tables come last in TOML."""
    path.write_text(path.read_text(encoding="utf-8") + "".join(tables), encoding="utf-8")
    return load_profile(str(path))


@pytest.fixture(scope="module")
def klein(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_klein(tmp_path_factory.mktemp("klein") / "klein")


@pytest.fixture(scope="module")
def styles(klein: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("loras")
    return {
        "comic": save_tiny_lora(folder / "comic.safetensors", klein, seed=1),
        "grain": save_tiny_lora(folder / "grain.safetensors", klein, seed=2, rank=3),
    }


@pytest.fixture
def profile(klein: Path, styles: dict[str, Path], tmp_path: Path) -> Profile:
    return with_loras(
        write_profile(tmp_path / "p.toml", klein, call=KLEIN),
        lora_table(styles["comic"], "comic", sha256=sha256_of(styles["comic"]), triggers=["CMC style"]),
        lora_table(styles["grain"], "grain", weight=0.5),
    )


@pytest.fixture
async def engine(serve: Serve, profile: Profile) -> Serving:
    return await serve(profile)


async def drawn(engine: Serving, **fields: Any) -> np.ndarray:
    status, body = await engine.call.generate(prompt="a shoe, CMC style", **{"seed": 5, **fields})
    assert status == 200, body
    return pixels_of(body["data"][0])


async def test_each_style_draws_another_picture_and_the_same_one_twice(engine: Serving) -> None:
    plain = await drawn(engine)
    comic = await drawn(engine, loras=["comic"])
    grain = await drawn(engine, loras=[{"name": "grain", "weight": 1.5}])
    both = await drawn(engine, loras="comic:1, grain:1.5")
    pictures = [plain, comic, grain, both]
    for number, one in enumerate(pictures):
        assert all((one != other).any() for other in pictures[number + 1 :])
    assert np.array_equal(comic, await drawn(engine, loras=["comic"]))
    assert np.array_equal(plain, await drawn(engine))
    assert np.array_equal(plain, await drawn(engine, loras=[]))
    assert np.array_equal(plain, await drawn(engine, loras="comic:0"))
    assert np.array_equal(both, await drawn(engine, loras=["grain:1.5", "comic"]))
    # The profile's own weight is what counts where the request says none.
    assert np.array_equal(await drawn(engine, loras=["grain"]), await drawn(engine, loras=["grain:0.5"]))
    assert (await drawn(engine, loras=["grain"]) != grain).any()


async def test_the_model_without_loras_paints_the_same_plain_picture(
    engine: Serving, klein: Path, tmp_path: Path, serve: Serve
) -> None:
    plain = await serve(load_profile(str(write_profile(tmp_path / "plain.toml", klein, call=KLEIN))))
    await drawn(engine, loras=["comic"])
    assert np.array_equal(await drawn(plain), await drawn(engine))


async def test_pro_renders_and_fixes_take_styles_too(engine: Serving) -> None:
    picture = noise(64, 64)
    for options in ({"tier": "pro"}, {"mask": mask_png(64, 64, (8, 8, 48, 48))}):
        mask = options.pop("mask", None)
        answers = [
            await engine.call.edit(png(picture), mask, seed=3, prompt="CMC style", **options, **more)
            for more in ({}, {"loras": "comic"}, {"loras": '["comic"]'})
        ]
        assert [status for status, _ in answers] == [200] * 3, answers
        plain, comic, again = (pixels_of(body["data"][0]) for _, body in answers)
        assert (plain != comic).any()
        assert np.array_equal(comic, again)


async def test_a_draft_in_another_style_runs_between_the_steps_of_a_render(engine: Serving) -> None:
    """The render ends with the pixels that it has alone, and so does the draft."""
    long = {"tier": "pro", "steps": 60, "size": "64x64", "loras": ["comic"], "prompt": "CMC style", "seed": 1}
    _, alone = await engine.call.generate(**long)
    grain = await drawn(engine, loras=["grain"])
    async with aclosing(engine.call.stream_generation(partial_images=1, **long)) as stream:
        async for event in stream:
            if event["type"].endswith("partial_image"):
                break
        drafts = await asyncio.gather(drawn(engine, loras=["grain"]), drawn(engine))
        ended = [event async for event in stream][-1]
    assert await engine.call.metric("draftroom_overtakes_total") >= 1
    assert np.array_equal(pixels_of(ended), pixels_of(alone["data"][0]))
    assert np.array_equal(drafts[0], grain)
    assert (drafts[1] != grain).any()


def test_drafts_of_different_styles_share_no_batch(profile: Profile) -> None:
    from engine.serving.limits import Limits
    from engine.serving.requests import Reader

    reader = Reader(profile=profile, limits=Limits(), multiple=16)
    keys = [
        batch_key(reader.generation({"prompt": "x", "loras": loras}))
        for loras in ([], ["comic"], ["comic:0.5"], ["grain"], ["comic:1.0"])
    ]
    assert keys[1] == keys[4]
    assert len(set(keys)) == 4


async def test_swapping_loads_nothing_and_replaces_no_tensor(
    engine: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    await drawn(engine, loras=["comic"])
    model = engine.engine._pool.workers[0].device.renderer.model  # type: ignore[union-attr]
    before = {name: weight.data_ptr() for name, weight in weights_of(model).items()}

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("a file was read")

    monkeypatch.setattr("safetensors.torch.load_file", never)
    monkeypatch.setattr("diffusers.models.model_loading_utils.load_state_dict", never)
    await drawn(engine, loras=["grain"])
    await drawn(engine, loras=["comic", "grain"])
    await drawn(engine)
    assert {name: weight.data_ptr() for name, weight in weights_of(model).items()} == before


def weights_of(model: LoadedModel) -> dict[str, torch.Tensor]:
    return dict(model.pipeline(Tier.DRAFT, Task.TEXT).pipe.transformer.named_parameters())


def test_swapping_compiles_nothing_again(klein: Path, styles: dict[str, Path], tmp_path: Path) -> None:
    profile = with_loras(
        write_profile(tmp_path / "p.toml", klein, call=KLEIN),
        *(lora_table(file, name) for name, file in styles.items()),
    )
    model = load_model(profile, metrics=Metrics(), most_prompts=1)
    block = model.pipeline(Tier.DRAFT, Task.TEXT).pipe.transformer.transformer_blocks[0].attn.to_q
    counter = CompileCounter()
    compiled = torch.compile(block, backend=counter, fullgraph=True)
    into = torch.ones(1, 4, block.in_features)
    outputs = []
    for loras in ((("comic", 1.0),), (("grain", 0.5),), (("comic", 1.0), ("grain", 2.0))):
        with model.adapted(Tier.DRAFT, loras), torch.no_grad():
            outputs.append(compiled(into))
    assert counter.frame_count == 1
    assert not torch.equal(outputs[0], outputs[1])
    assert not torch.equal(outputs[1], outputs[2])


async def test_the_picture_says_which_loras_worked_on_it(
    engine: Serving,
    styles: dict[str, Path],
    profile: Profile,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    import base64

    status, body = await engine.call.generate(
        prompt="a shoe", seed=5, loras=[{"name": "comic", "weight": 0.75}]
    )
    assert status == 200, body
    data = base64.b64decode(body["data"][0]["b64_json"])
    recipe = read_notes(data).recipe
    assert recipe["loras"] == [
        {
            "name": "comic",
            "model": "comic.safetensors",
            "weight": 0.75,
            "sha256": sha256_of(styles["comic"]),
            "licence": "Apache-2.0",
            "fused": False,
        }
    ]
    assert recipe["prompt"] == "a shoe, CMC style"
    (tmp_path / "made.png").write_bytes(data)
    again = tmp_path / "again.png"
    made = await asyncio.to_thread(
        inspect,
        [str(tmp_path / "made.png"), "--reproduce", str(again), "--profile", str(tmp_path / "p.toml")],
    )
    told = capsys.readouterr().out
    assert made == 0, told
    assert "With the LoRA comic (comic.safetensors, Apache-2.0) at weight 0.75" in told
    assert "Every pixel is the same." in told


async def test_the_listing_names_the_styles_of_each_tier(engine: Serving) -> None:
    async with engine.call.session.get(f"{engine.url}/v1/models") as answer:
        (told,) = (await answer.json())["data"]
    for tier in ("draft", "pro", "fix"):
        found = {one["name"]: one for one in told["draftroom"]["loras"][tier]}
        assert set(found) == {"comic", "grain"}
        assert found["comic"]["triggers"] == ["CMC style"]
        assert found["grain"]["weight"] == 0.5


@pytest.mark.parametrize(
    ("loras", "complaint"),
    [
        (["noir"], "no LoRA “noir”; it knows comic, grain"),
        ("comic:strong", "weight"),
        ("comic:9", "between -4 and 4"),
        ([{"name": "comic", "colour": 1}], "list of names"),
        ([7], "list of names"),
        ({"comic": 1}, "list of names"),
        ([["comic"]], "list of names"),
        ("[", "list of names"),
        ([{"name": "comic", "weight": True}], "weight"),
    ],
)
async def test_what_is_no_lora_is_refused_with_a_sentence(
    engine: Serving, loras: Any, complaint: str
) -> None:
    status, body = await engine.call.generate(loras=loras)
    assert status == 400
    assert complaint in body["error"]["message"]


async def test_a_fused_lora_works_in_every_picture_and_cannot_be_asked_for(
    klein: Path, styles: dict[str, Path], tmp_path: Path, serve: Serve, engine: Serving
) -> None:
    profile = with_loras(
        write_profile(tmp_path / "fused.toml", klein, call=KLEIN),
        lora_table(styles["comic"], "comic", fused=True),
        lora_table(styles["grain"], "grain"),
    )
    fused = await serve(profile)
    always = await drawn(fused)
    assert (always != await drawn(engine)).any()
    # What is fused computes what is swapped in, but for the rounding of another order.
    assert np.abs(always.astype(int) - await drawn(engine, loras=["comic"])).max() <= 2
    assert (await fused.call.generate(loras=["comic"]))[0] == 400
    assert (await drawn(fused, loras=["grain"]) != always).any()
    _, body = await fused.call.generate(seed=5)
    import base64

    told = read_notes(base64.b64decode(body["data"][0]["b64_json"])).recipe["loras"]
    assert [(one["name"], one["fused"]) for one in told] == [("comic", True)]


@pytest.mark.parametrize("build", [save_tiny_klein, save_tiny_z_image, save_tiny_qwen_image, save_tiny_sd3])
async def test_every_family_takes_loras(build: Any, tmp_path: Path) -> None:
    model = build(tmp_path / "model")
    file = save_tiny_lora(tmp_path / "a.safetensors", model, seed=1)
    call = KLEIN if build is save_tiny_klein else "{ max_sequence_length = 16 }"
    profile = with_loras(write_profile(tmp_path / "p.toml", model, call=call), lora_table(file, "a"))
    async with serving(profile) as engine:
        plain = await drawn(engine)
        assert (await drawn(engine, loras=["a"]) != plain).any()
        assert np.array_equal(await drawn(engine), plain)


async def test_a_lora_on_the_text_encoder_encodes_prompts_anew(tmp_path: Path) -> None:
    model = save_tiny_sd(tmp_path / "model")
    file = save_tiny_lora(tmp_path / "a.safetensors", model, seed=1, part="text_encoder", strength=3.0)
    profile = with_loras(write_profile(tmp_path / "p.toml", model, call="{}"), lora_table(file, "a"))
    async with serving(profile) as engine:
        plain = await drawn(engine)
        assert (await drawn(engine, loras=["a"]) != plain).any()
        assert np.array_equal(await drawn(engine), plain)


@pytest.mark.parametrize("keys", ['storage = { transformer = "float8" }', 'offload = ["transformer"]'])
async def test_styles_work_on_weights_in_8_bits_and_on_those_that_wait_elsewhere(
    klein: Path, styles: dict[str, Path], tmp_path: Path, keys: str
) -> None:
    path = write_profile(tmp_path / "p.toml", klein, call=KLEIN)
    path.write_text(keys + "\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    async with serving(with_loras(path, lora_table(styles["comic"], "comic"))) as engine:
        plain = await drawn(engine)
        comic = await drawn(engine, loras=["comic"])
        assert (comic != plain).any()
        assert np.array_equal(await drawn(engine), plain)
        assert np.array_equal(await drawn(engine, loras=["comic"]), comic)


def refusal(profile: Profile) -> str:
    with pytest.raises(ModelUnavailable) as caught:
        load_model(profile, metrics=Metrics(), most_prompts=1)
    return str(caught.value)


def test_another_file_than_the_profile_means_is_refused(
    klein: Path, styles: dict[str, Path], tmp_path: Path
) -> None:
    table = lora_table(styles["comic"], "comic", sha256=sha256_of(styles["grain"]))
    found = refusal(with_loras(write_profile(tmp_path / "p.toml", klein, call=KLEIN), table))
    assert sha256_of(styles["comic"]) in found
    assert "not the LoRA “comic”" in found


def test_what_does_not_fit_its_model_is_refused_by_name(
    klein: Path, styles: dict[str, Path], tmp_path: Path
) -> None:
    def load(number: int, *tables: str, keys: str = "") -> str:
        path = write_profile(tmp_path / f"{number}.toml", klein, call=KLEIN)
        path.write_text(keys + "\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
        return refusal(with_loras(path, *tables))

    deeper = {
        **(comic := load_file(styles["comic"])),
        **{name.replace("blocks.0", "blocks.7"): weight.clone() for name, weight in comic.items()},
    }
    save_file(deeper, tmp_path / "deeper.safetensors")
    assert f"for {len(comic) // 2} of its {len(deeper) // 2} layers" in load(
        1, lora_table(tmp_path / "deeper.safetensors", "deeper")
    )
    other = {name.replace("transformer_blocks", "layers"): weight for name, weight in comic.items()}
    save_file(other, tmp_path / "other.safetensors")
    assert "“other”" in load(6, lora_table(tmp_path / "other.safetensors", "other"))
    assert "is not here" in load(2, lora_table(tmp_path / "none.safetensors", "missing"))
    (tmp_path / "torn.safetensors").write_bytes(styles["comic"].read_bytes()[:300])
    assert "“torn”" in load(3, lora_table(tmp_path / "torn.safetensors", "torn"))
    float8 = 'storage = { transformer = "float8" }'
    assert "8 bits" in load(4, lora_table(styles["comic"], "few-steps", fused=True), keys=float8)
    wrong = {name: weight.repeat(1, 2) for name, weight in load_file(styles["comic"]).items()}
    save_file(wrong, tmp_path / "wide.safetensors")
    assert "“wide”" in load(5, lora_table(tmp_path / "wide.safetensors", "wide"))


def test_a_lora_on_what_other_weights_share_is_refused(
    klein: Path, styles: dict[str, Path], tmp_path: Path
) -> None:
    path = write_profile(tmp_path / "p.toml", klein, call=KLEIN)
    path.write_text(
        path.read_text(encoding="utf-8")
        + f'\n[weights.pro]\nmodel = "{klein}"\nlicence = "x"\nshares = ["transformer"]\n'
        + lora_table(styles["comic"], "comic", under="weights.pro.lora"),
        encoding="utf-8",
    )
    assert "which other weights use too" in refusal(load_profile(str(path)))


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"name": "two words"}, "letters, digits"),
        ({"model": "a.bin"}, r"which “file”"),
        ({"model": "./a.ckpt"}, "safetensors"),
        ({"model": "maker/styles", "file": "a.pt"}, "safetensors"),
        ({"model": "maker/styles", "file": "../a.safetensors"}, "which “file”"),
        ({"sha256": "abc"}, "64 hexadecimal"),
        ({"weight": "high"}, "weight"),
        ({"weight": 9}, "weight"),
        ({"triggers": "word"}, "list of texts"),
        ({"colour": 1}, "colour"),
        ({"licence": ""}, "licence"),
    ],
)
def test_a_mistake_in_a_lora_is_named(tmp_path: Path, more: dict[str, Any], complaint: str) -> None:
    values = {"name": "comic", "model": "./comic.safetensors", **more}
    table = lora_table(values.pop("model"), values.pop("name"), **values)
    with pytest.raises(ProfileError, match=complaint):
        with_loras(write_profile(tmp_path / "p.toml", tmp_path), table)


@pytest.mark.parametrize("text", ["lora = 1", 'lora = "comic"', "lora = { name = 1 }", "lora = [1]"])
def test_a_lora_that_is_no_table_is_named(tmp_path: Path, text: str) -> None:
    path = write_profile(tmp_path / "p.toml", tmp_path)
    path.write_text(text + "\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(ProfileError, match="LoRA"):
        load_profile(str(path))


def test_two_loras_of_one_name_are_refused(tmp_path: Path) -> None:
    table = lora_table("./a.safetensors", "a")
    with pytest.raises(ProfileError, match="two LoRAs"):
        with_loras(write_profile(tmp_path / "p.toml", tmp_path), table, table)


def test_a_word_that_wakes_a_lora_is_added_once(profile: Profile) -> None:
    comic = profile.loras(Tier.DRAFT)["comic"]
    assert with_triggers("a shoe", [comic, comic]) == "a shoe, CMC style"
    assert with_triggers("A shoe in cmc STYLE", [comic]) == "A shoe in cmc STYLE"


async def test_a_schedule_that_the_model_has_no_setting_for_is_refused(
    klein: Path, tmp_path: Path, serve: Serve
) -> None:
    path = write_profile(tmp_path / "p.toml", klein, call=KLEIN)
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "\n[scheduler]\nbase_shift = 1.0986\nmax_shift = 1.0986\n", encoding="utf-8")
    assert (await serve(load_profile(str(path)))).engine.ready
    path.write_text(text + "\n[scheduler]\ncolour = 1\n", encoding="utf-8")
    assert "colour" in refusal(load_profile(str(path)))
