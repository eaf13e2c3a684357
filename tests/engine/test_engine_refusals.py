"""Models that cannot be used, broken results, tokens, profiles: each is told in a sentence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import aiohttp
import pytest
from safetensors.torch import load_file, save_file

from engine.profiles.profile import Profile, ProfileError, load_profile
from tests.engine.calls import noise, pixels_of, png
from tests.engine.served import Serve, Serving
from tests.engine.tiny_classifiers import (
    badness_of_picture,
    badness_of_text,
    check_table,
    save_tiny_looks,
    save_tiny_words,
)
from tests.engine.tiny_models import write_profile

PICTURE = png(noise(40, 30))


async def test_a_missing_model_is_told_and_everything_else_lives(serve: Serve, tmp_path: Path) -> None:
    engine = await serve(load_profile(str(write_profile(tmp_path / "p.toml", tmp_path / "nowhere"))))
    async with engine.call.session.get(f"{engine.url}/health") as answer:
        health = await answer.json()
        assert answer.status == 503
    assert health["live"] is True
    assert health["ready"] is False
    assert health["reason"].startswith(f"No model was found at {tmp_path / 'nowhere'}")
    assert "start the engine again" in health["reason"]
    status, body = await engine.call.generate()
    assert status == 503
    assert body["error"]["message"] == health["reason"]
    status, body = await engine.call.edit(PICTURE)
    assert status == 503
    assert body["error"]["message"] == health["reason"]
    async with engine.call.session.get(f"{engine.url}/v1/models") as answer:
        assert answer.status == 200


async def test_a_profile_that_leaves_all_to_an_absent_model_starts_too(serve: Serve, tmp_path: Path) -> None:
    path = tmp_path / "bare.toml"
    path.write_text('name = "bare"\nmodel = "./nowhere"\nlicence = "MIT"\n')
    engine = await serve(load_profile(str(path)))
    assert (engine.engine.reason or "").startswith(f"No model was found at {tmp_path / 'nowhere'}")


async def test_a_pickle_is_never_opened(serve: Serve, tiny_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pickled"
    shutil.copytree(tiny_model, folder)
    weights = folder / "vae" / "diffusion_pytorch_model.safetensors"
    weights.rename(weights.with_suffix(".bin"))
    engine = await serve(load_profile(str(write_profile(tmp_path / "p.toml", folder))))
    assert engine.engine.reason == (
        f"{weights.with_suffix('.bin')} is a pickle, which can run any code when it is opened; "
        "convert the model to safetensors first."
    )


async def test_a_damaged_model_is_told(serve: Serve, tiny_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(tiny_model, folder)
    (folder / "vae" / "diffusion_pytorch_model.safetensors").write_bytes(b"nothing")
    engine = await serve(load_profile(str(write_profile(tmp_path / "p.toml", folder))))
    assert not engine.engine.ready
    assert "could not be loaded" in (engine.engine.reason or "")


def changed_decoder(tiny_model: Path, folder: Path, factor: float) -> Path:
    """A copy of the model whose decoder's first layer is multiplied by a factor."""
    shutil.copytree(tiny_model, folder)
    path = folder / "vae" / "diffusion_pytorch_model.safetensors"
    weights = load_file(path)
    weights["decoder.conv_in.weight"] = weights["decoder.conv_in.weight"] * factor
    save_file(weights, path, metadata={"format": "pt"})
    return folder


async def test_a_result_that_overflows_is_made_again_in_float32(
    serve: Serve, tiny_model: Path, tmp_path: Path
) -> None:
    folder = changed_decoder(tiny_model, tmp_path / "overflowing", 1e5)
    profile = write_profile(tmp_path / "p.toml", folder, dtype="float16")
    engine = await serve(load_profile(str(profile)))
    status, body = await engine.call.generate(n=2)
    assert status == 200, body
    assert await engine.call.metric('draftroom_float32_retries_total{tier="draft"}') == 2


async def test_a_result_that_stays_broken_fails_with_a_reason(
    serve: Serve, tiny_model: Path, tmp_path: Path
) -> None:
    folder = changed_decoder(tiny_model, tmp_path / "broken", float("nan"))
    engine = await serve(load_profile(str(write_profile(tmp_path / "p.toml", folder))))
    status, body = await engine.call.generate(seed=4)
    assert status == 500
    assert body["error"]["code"] == "render_failed"
    assert body["error"]["message"].startswith("The picture with seed 4 came out broken (not a number)")
    events = [event async for event in engine.call.stream_generation(seed=4)]
    assert [event["type"] for event in events] == ["draftroom.queued", "error"]
    assert events[1]["error"]["code"] == "render_failed"


async def test_a_token_guards_everything_but_health(serve: Serve) -> None:
    guarded = await serve(token="s3cret")
    for headers, expected in (
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Bearer s3crét"}, 401),
        ({"Authorization": "Bearer s3cret"}, 200),
    ):
        async with guarded.call.session.get(f"{guarded.url}/v1/models", headers=headers) as answer:
            assert answer.status == expected
    async with guarded.call.session.get(f"{guarded.url}/health") as answer:
        assert answer.status == 200


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
async def test_a_web_page_from_elsewhere_cannot_use_an_open_engine(
    tiny: Serving, headers: dict[str, str]
) -> None:
    url = f"{tiny.url}/v1/images/generations"
    async with tiny.call.session.post(url, json={"prompt": "a"}, headers=headers) as answer:
        assert answer.status == 401


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", "is not valid TOML"),
        ('name = "x"', "The profile lacks “model”"),
        (
            'name = "x"\nmodel = "org/x"\nlicence = "MIT"',
            "The profile's draft tier lacks size, steps, guidance.",
        ),
        ('name = "x"\nmodel = "org/x"\nlicence = "MIT"\ntiers = 3', "“tiers” must be a table of settings."),
    ],
)
def test_a_wrong_profile_is_explained(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text)
    with pytest.raises(ProfileError) as caught:
        load_profile(str(path))
    assert words in str(caught.value)


def test_an_unknown_profile_lists_the_known_ones() -> None:
    with pytest.raises(ProfileError, match=r"There is no profile “nothing”\. Known profiles: .*starter"):
        load_profile("nothing")


def test_a_model_may_recommend_settings_and_the_profile_wins(tiny_profile: Profile, tmp_path: Path) -> None:
    settings = {"size": 48, "steps": 9, "guidance": 2.5}
    tiers = {"draft": settings, "pro": {**settings, "strength": 0.3}, "fix": settings}
    (tmp_path / "draftroom.json").write_text(json.dumps({"tiers": tiers, "dtype": "bfloat16"}))
    (tmp_path / "vocabulary.json").write_text(json.dumps({"objects": ["apple"]}))
    path = tmp_path / "own.toml"
    path.write_text('name = "own"\nmodel = "./"\nlicence = "MIT"\n[tiers.draft]\nsteps = 3\n')
    profile = load_profile(str(path))
    assert profile.tiers["draft"].steps == 3
    assert profile.tiers["draft"].size == 48
    assert profile.tiers["pro"].strength == 0.3
    assert profile.dtype == "bfloat16"
    assert profile.vocabulary == {"objects": ["apple"]}


async def test_health_models_and_metrics_of_a_ready_engine(tiny: Serving) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{tiny.url}/health") as answer:
            assert answer.status == 200
            assert await answer.json() == {
                "live": True,
                "ready": True,
                "reason": None,
                "profile": "tiny",
                "model": "tiny",
                "queue": 0,
                "workers": [{"device": "cpu", "state": "ready", "reason": None}],
            }
        async with session.get(f"{tiny.url}/v1/models") as answer:
            (model,) = (await answer.json())["data"]
    assert model["id"] == "tiny"
    assert model["draftroom"]["licence"] == "CC0-1.0"
    assert model["draftroom"]["tiers"]["draft"] == {"size": 32, "steps": 4, "guidance": 3.0}
    assert model["draftroom"]["tiers"]["pro"]["strength"] == 0.6
    assert await tiny.call.metric("draftroom_ready") == 1
    assert await tiny.call.metric('draftroom_queue_jobs{tier="draft"}') == 0
    assert await tiny.call.metric("draftroom_memory_bytes") > 0


async def test_a_prompt_that_its_checker_calls_bad_is_refused_and_others_are_drawn(
    serve: Serve, tiny_model: Path, tmp_path: Path
) -> None:
    checker = save_tiny_words(tmp_path / "words")
    prompts = sorted(("a red apple", "a blue table"), key=lambda text: badness_of_text(checker, text))
    fine, bad = (badness_of_text(checker, text) for text in prompts)
    assert fine < bad
    path = write_profile(tmp_path / "p.toml", tiny_model)
    path.write_text(path.read_text() + check_table("prompt_check", checker, (fine + bad) / 2))
    engine = await serve(load_profile(str(path)))
    status, body = await engine.call.generate(prompt=prompts[1])
    assert status == 400
    assert body["error"]["code"] == "moderation_blocked"
    assert body["error"]["message"].startswith("The prompt is refused here: “words” calls it bad (0.")
    status, body = await engine.call.edit(PICTURE, prompt=prompts[1])
    assert (status, body["error"]["code"]) == (400, "moderation_blocked")
    status, body = await engine.call.generate(prompt=prompts[0])
    assert status == 200, body


async def test_a_picture_that_its_checker_calls_bad_is_never_shown_not_even_unfinished(
    serve: Serve, tiny: Serving, tiny_model: Path, tmp_path: Path
) -> None:
    checker = save_tiny_looks(tmp_path / "looks")
    scores = {}
    for seed in (1, 2):
        _, body = await tiny.call.generate(seed=seed)
        scores[seed] = badness_of_picture(checker, pixels_of(body["data"][0]))
    fine, bad = sorted(scores, key=scores.__getitem__)
    path = write_profile(tmp_path / "p.toml", tiny_model)
    path.write_text(path.read_text() + check_table("picture_check", checker, sum(scores.values()) / 2))
    engine = await serve(load_profile(str(path)))
    events = [event async for event in engine.call.stream_generation(seed=bad, partial_images=3)]
    assert [event["type"] for event in events] == ["draftroom.queued", "error"]
    assert events[-1]["error"]["code"] == "moderation_blocked"
    assert events[-1]["error"]["message"].startswith("The picture is refused here: “looks” calls it bad (")
    status, body = await engine.call.generate(seed=fine)
    assert status == 200, body


async def test_an_engine_whose_checker_is_not_there_draws_nothing(
    serve: Serve, tiny_model: Path, tmp_path: Path
) -> None:
    looks = save_tiny_looks(tmp_path / "looks")
    for folder, refuse, words in [
        (tmp_path / "nowhere", "bad", "nothing is drawn unchecked"),
        (looks, "rude", "which " + str(looks) + " does not tell: it knows bad, fine"),
    ]:
        path = write_profile(tmp_path / "p.toml", tiny_model)
        path.write_text(path.read_text() + check_table("picture_check", folder, 0.5, refuse=refuse))
        engine = await serve(load_profile(str(path)))
        assert not engine.engine.ready
        assert words in (engine.engine.reason or "")
        status, _ = await engine.call.generate()
        assert status == 503


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('model = "a/b"\nlicence = "MIT"', "lacks “refuse”"),
        ('model = "a/b"\nlicence = "MIT"\nrefuse = ["bad"]\nthreshold = 0', "threshold"),
        ('model = "a/b"\nrefuse = ["bad"]', "lack “licence”"),
        ('model = "a/b"\nlicence = "MIT"\nrefuse = ["bad"]\nrefuses = 1', "nobody knows: refuses"),
    ],
)
def test_a_checker_that_makes_no_sense_is_told(
    tiny_model: Path, tmp_path: Path, table: str, words: str
) -> None:
    path = write_profile(tmp_path / "p.toml", tiny_model)
    path.write_text(f"{path.read_text()}\n[picture_check]\n{table}\n")
    with pytest.raises(ProfileError, match=words):
        load_profile(str(path))
