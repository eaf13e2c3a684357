"""Servers as strict as the published rules: each rule that they have, and what the bot's client made of it."""

import base64
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from aiohttp import web
from PIL import Image, PngImagePlugin

from bot.images_api.capabilities import Capabilities, Sizes, learnt, refused
from bot.images_api.client import (
    EDITS,
    GENERATIONS,
    EditRequest,
    EngineBusy,
    EngineClient,
    EngineFailed,
    EngineRefused,
    GenerateRequest,
    Lacking,
    Picture,
    Preview,
)
from bot.images_api.fitting import Fit
from bot.images_api.memory import Memory
from bot.images_api.presets import PRESETS, Choice
from bot.pictures import masks
from sandbox.images_api.forms import FORMS
from sandbox.images_api.server import Server
from tests.bot.test_hostile_engine import all_of, engine, picture

MODEL = "gpt-image-2.6-flare"
GRID = GenerateRequest(
    prompt="a red apple",
    negative_prompt="no leaves",
    seeds=(3, 4, 5, 6),
    tier="draft",
    size=(256, 256),
    partial_images=2,
    fairness_key="C1",
    idempotency_key="job",
)


def png(size, kind="PNG", mode="RGB"):
    return picture(size, kind, mode)


def left_half(size):
    """A mask as the API wants it: the left half may change."""
    white = Image.new("L", size, 0)
    white.paste(255, (0, 0, size[0] // 2, size[1]))
    return masks.for_engine(white)


def fix_of(size, **more):
    return EditRequest(
        prompt="a pear",
        instruction="make it a pear",
        image=png(size),
        mask=left_half(size),
        size=size,
        seeds=(7,),
        tier="fix",
        partial_images=0,
        **more,
    )


def client_of(server, **options):
    return EngineClient(server.url, token="sk-practice", **options)


async def events(client, request):
    made = client.edit(request) if isinstance(request, EditRequest) else client.generate(request)
    return [event async for event in made]


def pictures(found):
    return [event for event in found if isinstance(event, Picture)]


def opened(one):
    return Image.open(io.BytesIO(one.png))


async def test_a_grid_goes_through_where_nothing_was_known_and_what_is_refused_is_not_asked_again():
    async with Server(FORMS["openai"]) as server, client_of(server, model=MODEL) as client:
        found = await events(client, GRID)
        assert sorted(one.index for one in pictures(found)) == [0, 1, 2, 3]
        assert {opened(one).size for one in pictures(found)} == {(816, 816)}
        assert sum("takes no seeds" in one.sentence for one in found if isinstance(one, Lacking)) == 1
        assert {entry.error["param"] for entry in server.log if entry.error} == {
            *("tier", "seeds", "seed", "fairness_key", "idempotency_key", "negative_prompt", "size")
        }
        learning = len(server.log)
        assert sorted(one.index for one in pictures(await events(client, GRID))) == [0, 1, 2, 3]
        (drawn,) = server.log[learning:]
        # What is in the reference stays: streams, and their previews.
        assert drawn.fields == {
            "model": MODEL,
            "prompt": "a red apple",
            "n": 4,
            "size": "816x816",
            "quality": "low",
            "output_format": "png",
            "stream": True,
            "partial_images": 2,
        }
        again = await events(client, GRID)
        # Its previews don't say whose they are: now each picture is asked for by itself, so that they have a place.
        assert {one.index for one in again if isinstance(one, Preview)} == {0, 1, 2, 3}
        assert sorted(one.index for one in pictures(again)) == [0, 1, 2, 3]
        assert all(one.output_tokens for one in pictures(again))
        assert not [entry for entry in server.log[learning:] if entry.error]


async def test_what_led_to_no_picture_is_not_learnt(tmp_path):
    async def never(request):
        fields = await request.json()
        error = {"message": f"{fields['size']} is no good size.", "param": "size"}
        return web.json_response({"error": error}, status=400)

    path = tmp_path / "engines.json"
    async with engine(handler=never) as (url, _), EngineClient(url, memory=Memory(path)) as client:
        before = client.capabilities("draft")
        with pytest.raises(EngineRefused, match="is no good size"):
            await events(client, GRID)
        assert client.capabilities("draft") == before
    assert not path.exists()


async def test_what_a_server_wrote_into_its_picture_stays_in_what_is_cut_from_it():
    info = PngImagePlugin.PngInfo()
    info.add_itxt("parameters", "a red apple · Größe")
    out = io.BytesIO()
    Image.new("RGB", (160, 160), "teal").save(out, "PNG", pnginfo=info)
    cut = Fit(asked=(90, 60), canvas=(160, 160)).take(out.getvalue(), exact=False)
    assert Image.open(io.BytesIO(cut)).info["parameters"] == "a red apple · Größe"


async def test_what_was_learnt_outlives_the_bot(tmp_path):
    path = tmp_path / "engines.json"
    async with Server(FORMS["openai"]) as server:
        async with client_of(server, model=MODEL, memory=Memory(path)) as client:
            await events(client, GRID)
        before = len(server.log)
        async with client_of(server, model=MODEL, memory=Memory(path)) as client:
            assert len(pictures(await events(client, GRID))) == 4
        assert not [entry for entry in server.log[before:] if entry.error]
        # Another model, and another way of asking, are other things.
        async with client_of(server, model="gpt-image-1-mini", memory=Memory(path)) as client:
            found = await events(client, GRID)
            assert {opened(one).size for one in pictures(found)} == {(1024, 1024)}
    assert "sk-practice" not in path.read_text()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"x": 1}', "\0"])
async def test_a_memory_that_cannot_be_read_is_learnt_anew(tmp_path, text):
    path = tmp_path / "engines.json"
    path.write_text(text)
    async with Server(FORMS["openai"]) as server:
        async with client_of(server, model=MODEL, memory=Memory(path)) as client:
            assert len(pictures(await events(client, GRID))) == 4
        path.write_text(path.read_text().replace('"seeds"', "7"))
        async with client_of(server, model=MODEL, memory=Memory(path)) as client:
            assert len(pictures(await events(client, GRID))) == 4


@pytest.mark.parametrize("preset", ["openai", "vllm-omni", "sglang"])
@pytest.mark.parametrize("size", [(256, 256), (1024, 576), (1000, 667), (1536, 1536)])
async def test_with_its_preset_nothing_is_refused_on_any_tier(preset, size):
    async with Server(FORMS[preset]) as server, client_of(server, preset=preset) as client:
        drafts = await events(client, replace(GRID, size=size))
        assert sorted(one.index for one in pictures(drafts)) == [0, 1, 2, 3]
        assert len({one.png for one in drafts if isinstance(one, Picture)}) == 4 or preset == "openai"
        shapes = {opened(one).width / opened(one).height for one in pictures(drafts)}
        assert all(abs(shape / (size[0] / size[1]) - 1) < 0.05 for shape in shapes)
        pro = EditRequest(
            prompt="an apple", image=pictures(drafts)[0].png, size=(1536, 1536), seeds=(3,), tier="pro"
        )
        (large,) = pictures(await events(client, pro))
        assert opened(large).size == (1536, 1536)
        (fixed,) = pictures(await events(client, fix_of(size)))
        assert opened(fixed).size == size
        assert [entry.error for entry in server.log if entry.error] == []


async def test_the_presets_tiers_ask_for_their_models_and_qualities():
    async with Server(FORMS["openai"]) as server, client_of(server, preset="openai") as client:
        await events(client, replace(GRID, size=(1024, 1024)))
        await events(client, EditRequest(prompt="x", image=png((1024, 1024)), size=(1536, 1536), tier="pro"))
        await events(client, fix_of((1024, 1024)))
        asked = [(entry.fields["model"], entry.fields["quality"]) for entry in server.log]
        assert asked == [
            *[("gpt-image-2.6-flare", "low")] * 4,
            ("gpt-image-2.6-sunburst", "high"),
            ("gpt-image-2.6-sunburst", "medium"),
        ]
        assert {entry.fields["partial_images"] for entry in server.log[:4]} == {1}
    choices = {"draft": Choice(model="gpt-image-1-mini", quality="medium")}
    async with (
        Server(FORMS["openai"]) as server,
        client_of(server, preset="openai", choices=choices, previews=0) as own,
    ):
        assert len(pictures(await events(own, GRID))) == 4
        drawn = server.log[-1].fields
        assert (drawn["model"], drawn["quality"], drawn["size"]) == (
            "gpt-image-1-mini",
            "medium",
            "1024x1024",
        )
        assert (drawn["n"], drawn["partial_images"]) == (4, 0)


@pytest.mark.parametrize("size", [(1000, 667), (64, 64), (400, 3000), (3000, 400), (1024, 1024)])
async def test_a_fix_comes_back_in_its_own_size_with_every_pixel_where_it_was(size):
    async with Server(FORMS["openai"]) as server, client_of(server, preset="openai") as client:
        smooth = Image.radial_gradient("L").resize(size).convert("RGB")
        out = io.BytesIO()
        smooth.save(out, "PNG")
        (fixed,) = pictures(await events(client, replace(fix_of(size), image=out.getvalue())))
    after = np.asarray(opened(fixed).convert("RGB"), dtype=int)
    before = np.asarray(smooth, dtype=int)
    assert after.shape == before.shape
    # The practice server lightens what is outside by 3; scaling there and back may cost a little at the edges.
    outside = slice(size[0] // 2 + 8, None)
    assert np.abs(after[:, outside] - before[:, outside]).mean() < 8


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_pictures_travel_as_what_they_are(kind):
    async with Server(FORMS["openai"]) as server, client_of(server, preset="openai") as client:
        request = EditRequest(prompt="x", image=png((1024, 1024), kind), size=(1024, 1024), tier="pro")
        assert len(pictures(await events(client, request))) == 1
        assert not server.log[0].error


async def test_vllm_omni_gets_its_seeds_one_by_one_and_its_mask_by_its_name():
    async with Server(FORMS["vllm-omni"]) as server, client_of(server, preset="vllm-omni") as client:
        found = pictures(await events(client, GRID))
        assert sorted(entry.fields["seed"] for entry in server.log) == [3, 4, 5, 6]
        assert {entry.fields["n"] for entry in server.log} == {1}
        (again,) = pictures(await events(client, replace(GRID, seeds=(5,))))
        assert again.png == next(one.png for one in found if one.index == 2)
        (fixed,) = pictures(await events(client, fix_of((64, 64))))
        assert server.log[-1].fields["mask_image"] == 1
        assert "mask" not in server.log[-1].fields
        assert opened(fixed).size == (64, 64)


async def test_sglang_gets_no_mask_and_its_links_and_seconds_are_read():
    async with Server(FORMS["sglang"], step_s=0.05) as server:
        async with client_of(server, preset="sglang") as client:
            (fixed,) = pictures(await events(client, fix_of((64, 64))))
            assert "mask" not in server.log[-1].fields
            assert server.log[-1].fields["response_format"] == "b64_json"
            assert fixed.seconds is not None
            assert 0.04 < fixed.seconds < 10
        async with client_of(server) as client:
            # Without its preset it answers with links to itself.
            found = pictures(await events(client, GRID))
            assert {opened(one).size for one in found} == {(256, 256)}


async def test_a_link_to_another_server_is_not_followed_and_base64_is_asked_for_next_time():
    fetched, asked = [], []

    async def elsewhere(request):
        fetched.append(request.path)
        return web.Response(body=png((64, 64)))

    async with engine(handler=elsewhere) as (other, _):

        async def linked(request):
            fields = await request.json()
            asked.append(fields)
            if fields.get("response_format") == "b64_json":
                item = {"b64_json": base64.b64encode(png((64, 64))).decode()}
            else:
                item = {"url": f"{other}/v1/images/generations"}
            return web.json_response({"data": [item] * fields["n"]})

        async with engine(handler=linked) as (url, _), EngineClient(url) as client:
            request = replace(GRID, size=(64, 64))
            with pytest.raises(EngineFailed, match="links to other servers are not followed"):
                await events(client, request)
            assert len(pictures(await events(client, request))) == 4
    assert fetched == []
    assert "response_format" not in asked[0]


async def test_content_that_is_refused_teaches_nothing():
    async with Server(FORMS["openai"]) as server, client_of(server, preset="openai") as client:
        before = client.capabilities("draft")
        with pytest.raises(EngineRefused, match="rejected by the safety system"):
            await events(client, replace(GRID, prompt="[refused]", size=(1024, 1024)))
        with pytest.raises(EngineRefused, match="string too long"):
            await events(client, replace(GRID, prompt="x" * 32_001, size=(1024, 1024)))
        assert client.capabilities("draft") == before


async def test_a_model_that_is_not_there_is_told_in_the_servers_words():
    async with Server(FORMS["openai"]) as server, client_of(server, model="gpt-image-9") as client:
        with pytest.raises(EngineRefused, match="does not exist"):
            await events(client, GRID)


async def test_a_wrong_key_and_no_money_are_told_at_once():
    async with Server(FORMS["openai"], key="sk-another-one") as server, client_of(server) as client:
        with pytest.raises(EngineRefused, match="Incorrect API key"):
            await events(client, GRID)

    async def unpaid(request):
        error = {"message": "You exceeded your current quota.", "code": "insufficient_quota"}
        return web.json_response({"error": error}, status=429)

    async with engine(handler=unpaid) as (url, _):
        with pytest.raises(EngineRefused, match="exceeded your current quota"):
            await all_of(url, GRID)


async def test_a_busy_server_costs_a_grid_none_of_its_pictures(monkeypatch):
    monkeypatch.setattr("bot.images_api.client.PART_PAUSE_S", 1.0)
    calls = []

    async def busy_once(request):
        calls.append(await request.json())
        if len(calls) == 2:
            return web.json_response(
                {"error": {"message": "Rate limit."}}, status=429, headers={"Retry-After": "0.1"}
            )
        return web.json_response({"data": [{"b64_json": base64.b64encode(png((64, 64))).decode()}]})

    async with (
        engine(handler=busy_once, tiers=(None,)) as (url, _),
        EngineClient(url, preset="vllm-omni") as client,
    ):
        found = pictures(await events(client, replace(GRID, size=(64, 64))))
    assert sorted(one.index for one in found) == [0, 1, 2, 3]
    assert len(calls) == 5

    async def always_busy(request):
        return web.json_response({"error": {"message": "Full."}}, status=429, headers={"Retry-After": "500"})

    async with (
        engine(handler=always_busy, tiers=(None,)) as (url, _),
        EngineClient(url, preset="vllm-omni") as client,
    ):
        with pytest.raises(EngineBusy):
            await events(client, replace(GRID, size=(64, 64)))


#: Refusals as servers word them: what was sent, what they say, and what the bot makes of it.
SAYINGS = [
    (
        {"seeds": [1]},
        {"error": {"message": "Unknown parameter: 'seeds'.", "param": "seeds"}},
        {"names": {"seeds": "seed"}},
    ),
    (
        {"tier": "draft"},
        {"error": {"message": "Unrecognized request argument supplied: tier"}},
        {"refuses": ["tier"]},
    ),
    (
        {"tier": "draft"},
        {
            "detail": [
                {"type": "extra_forbidden", "loc": ["body", "tier"], "msg": "Extra inputs are not permitted"}
            ]
        },
        {"refuses": ["tier"]},
    ),
    (
        {"tier": "draft", "fairness_key": "C", "stream": True},
        {"detail": "Extra inputs are not permitted"},
        {"refuses": ["fairness_key", "tier"]},
    ),
    (
        {"stream": True, "partial_images": 1},
        {"error": {"message": "stream is not supported"}},
        {"refuses": ["partial_images", "stream"]},
    ),
    (
        {"partial_images": 3},
        {"error": {"message": "Expected a value <= 2, but got 3", "param": "partial_images"}},
        {"most_previews": 2},
    ),
    (
        {"n": 4},
        {"error": {"message": "Only n=1 is supported for this model.", "param": "n"}},
        {"most_pictures": 1},
    ),
    ({"n": 4}, {"error": {"message": "n must be 1 here"}}, {"most_pictures": 1}),
    ({"n": 4, "prompt": "x"}, {"error": {"message": "At most 2 images per request."}}, {"most_pictures": 2}),
    (
        {"image": b"", "size": "64x64"},
        {"error": {"message": "The image's size is larger than 50 MB.", "param": "image"}},
        None,
    ),
    ({"image": b"", "size": "64x64"}, {"error": {"message": "The file size is too large."}}, None),
    (
        {"n": 9},
        {"error": {"message": "Invalid 'n': expected a value <= 8, but got 9 instead.", "param": "n"}},
        {"most_pictures": 8},
    ),
    (
        {"quality": "low"},
        {
            "error": {
                "message": "Invalid value: 'low'. Supported values are: 'hd' and 'standard'.",
                "param": "quality",
            }
        },
        {"refuses": ["quality"]},
    ),
    (
        {"mask": b""},
        {"error": {"message": "Unknown parameter: 'mask'.", "param": "mask"}},
        {"names": {"mask": "mask_image"}},
    ),
    ({"mask": b""}, {"error": {"message": "Invalid mask image format - too large", "param": "mask"}}, None),
    ({"prompt": "x"}, {"error": {"message": "Invalid 'prompt': string too long.", "param": "prompt"}}, None),
    ({"prompt": "x", "size": "64x64"}, {"error": {"message": "The prompt is rude."}}, None),
    (
        {"tier": "draft", "prompt": "x"},
        {"error": {"message": "Blocked.", "code": "moderation_blocked", "param": "tier"}},
        None,
    ),
    (
        {"size": "64x64"},
        {"detail": "response_format='url' requires cloud storage to be configured."},
        {"wants": {"response_format": "b64_json"}},
    ),
]


@pytest.mark.parametrize(("sent", "body", "can"), SAYINGS)
def test_refusals_are_understood_as_they_are_worded(sent, body, can):
    said = refused(sent, 400, body)
    found = learnt(Capabilities(), said) if said else None
    assert (found.to_json() if found else None) == can


#: The same of sizes: what was asked for, what is said, and what is asked for next.
SIZES_SAID = [
    (
        "256x256",
        "Invalid size '256x256'. Requested resolution is below the current minimum pixel budget.",
        (512, 512),
    ),
    ("250x250", "Width and height must both be divisible by 16.", (256, 256)),
    ("1000x1000", "width and height must be multiples of 64", (1024, 1024)),
    (
        "512x512",
        "Model does not support request parameter value supplied: 'width' must be at least 768 pixels.",
        (768, 768),
    ),
    ("512x512", "The minimum is 1,048,576 pixels.", (1024, 1024)),
    ("4096x4096", "The longest edge must be less than or equal to 2048.", (2048, 2048)),
    ("4096x1024", "The aspect ratio must be between 1:3 and 3:1.", None),
    (
        "256x256",
        "Invalid value: '256x256'. Supported values are: '1024x1024', '1536x1024', '1024x1536', and 'auto'.",
        (1024, 1024),
    ),
    ("512x288", "'512x288' is not one of ['256x256', '512x512', '1024x1024'] - 'size'", (512, 512)),
    ("300x300", "size not supported", (1024, 1024)),
    ("2048x1024", "Each side must have between 64 and 1024 pixels.", (1024, 512)),
    ("250x250", "Both sides must be multiples of 32: 256x256 is near.", (256, 256)),
]


@pytest.mark.parametrize(("size", "said", "then"), SIZES_SAID)
def test_sizes_are_learnt_from_what_is_said_of_them(size, said, then):
    asked = tuple(int(side) for side in size.split("x"))
    teaching = refused({"size": size}, 400, {"error": {"message": said, "param": "size"}})
    after = learnt(Capabilities(), teaching)
    assert after is not None
    found = after.sizes.nearest(asked)
    assert found != asked
    assert after.sizes.has(found)
    if then:
        assert found == then


def test_a_server_that_refuses_every_size_is_believed_in_the_end():
    can, rounds = Capabilities(), 0
    while True:
        width, height = can.sizes.nearest((256, 256))
        said = refused(
            {"size": f"{width}x{height}"}, 400, {"error": {"message": "Bad size.", "param": "size"}}
        )
        after = learnt(can, said)
        if after is None:
            break
        can, rounds = after, rounds + 1
    assert rounds < 10


@pytest.mark.parametrize("preset", PRESETS)
def test_capabilities_survive_being_written(preset):
    can = PRESETS[preset].can
    assert Capabilities.from_json(json.loads(json.dumps(can.to_json()))) == can


def test_a_canvas_is_never_outside_the_limits():
    sizes = PRESETS["openai"].can.sizes
    numbers = np.random.default_rng(2)
    for _ in range(2_000):
        width, height = (int(side) for side in numbers.integers(8, 6_000, 2))
        canvas = sizes.nearest((width, height))
        assert sizes.has(canvas)
        left, top, right, bottom = Fit(asked=(width, height), canvas=canvas).box
        assert 0 <= left < right <= canvas[0]
        assert 0 <= top < bottom <= canvas[1]
        assert (
            abs(np.log((right - left) / (bottom - top) / (width / height))) < 0.1 or min(right, bottom) < 40
        )


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "CMYK", "1", "LA"])
def test_a_picture_is_put_on_a_canvas_and_taken_from_it(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    out = io.BytesIO()
    Image.radial_gradient("L").resize((90, 60)).convert("RGB").convert(mode if mode != "LA" else "RGB").save(
        out, kind
    )
    fit = Fit(asked=(90, 60), canvas=(160, 160))
    on = fit.put(out.getvalue())
    assert Image.open(io.BytesIO(on)).size == (160, 160)
    back = Image.open(io.BytesIO(fit.take(on, exact=True)))
    assert back.size == (90, 60)
    before = np.asarray(Image.open(io.BytesIO(out.getvalue())).convert("RGB"), dtype=int)
    assert np.abs(np.asarray(back.convert("RGB"), dtype=int) - before).mean() < (60 if mode == "1" else 12)
    assert Image.open(io.BytesIO(fit.take(on, exact=False))).size == (160, 107)
    same = Fit(asked=(90, 60), canvas=(90, 60))
    assert same.put(out.getvalue()) == same.take(out.getvalue(), exact=True) == out.getvalue()


def test_sizes_of_a_short_list_are_chosen_by_their_shape():
    sizes = Sizes(only=((1024, 1024), (1536, 1024), (1024, 1536)))
    assert [sizes.nearest(one) for one in ((256, 256), (512, 288), (288, 512), (1000, 1100))] == [
        *((1024, 1024), (1536, 1024), (1024, 1536), (1024, 1024))
    ]


def test_the_paths_are_those_of_the_reference():
    assert (GENERATIONS, EDITS) == ("/v1/images/generations", "/v1/images/edits")
