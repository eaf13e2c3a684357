"""The official OpenAI client and the bot's own client, unchanged, against a real engine."""

from __future__ import annotations

import base64
import io

import numpy as np
import openai
import pytest
from PIL import Image

from bot.images_api.client import (
    EditRequest,
    EngineBusy,
    EngineClient,
    EngineFailed,
    EngineRefused,
    GenerateRequest,
    Picture,
    Preview,
    Queued,
)
from engine.profiles.profile import load_profile
from tests.engine.calls import mask_png, noise, png
from tests.engine.served import Serve, Serving
from tests.engine.tiny_models import write_profile


def official(engine: Serving) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=f"{engine.url}/v1", api_key="none needed", max_retries=0)


async def test_the_official_client_generates_and_edits(tiny: Serving) -> None:
    async with official(tiny) as client:
        made = await client.images.generate(
            model="tiny", prompt="a red apple", n=2, size="64x64", quality="low"
        )
        assert made.data is not None
        assert len(made.data) == 2
        assert made.usage is not None
        assert made.usage.total_tokens > 0
        picture = base64.b64decode(made.data[0].b64_json or "")
        assert Image.open(io.BytesIO(picture)).size == (64, 64)
        edited = await client.images.edit(
            image=("draft.png", picture, "image/png"),
            mask=("mask.png", mask_png(64, 64, (0, 0, 32, 64)), "image/png"),
            prompt="a blue apple",
            extra_body={"seed": 5},
        )
        assert edited.data is not None
        before = np.array(Image.open(io.BytesIO(picture)))
        after = np.array(Image.open(io.BytesIO(base64.b64decode(edited.data[0].b64_json or ""))))
        assert np.array_equal(before[:, 32:], after[:, 32:])
        assert [model.id async for model in client.models.list()] == ["tiny"]


async def test_the_official_client_streams_previews_and_pictures(tiny: Serving) -> None:
    async with official(tiny) as client:
        stream = await client.images.generate(prompt="a red apple", stream=True, partial_images=2)
        kinds = []
        async for event in stream:
            kinds.append(event.type)
            if event.type == "image_generation.partial_image":
                assert base64.b64decode(event.b64_json).startswith(b"\x89PNG")
            if event.type == "image_generation.completed":
                assert event.usage.output_tokens > 0
        assert [kind for kind in kinds if kind.startswith("image_generation")] == [
            "image_generation.partial_image",
            "image_generation.partial_image",
            "image_generation.completed",
        ]
        edits = await client.images.edit(
            image=("draft.png", png(noise(32, 32)), "image/png"),
            prompt="a shoe",
            stream=True,
            partial_images=1,
        )
        kinds = [event.type async for event in edits]
        assert kinds[-1] == "image_edit.completed"


async def test_the_official_client_meets_errors_it_knows(tiny: Serving, serve: Serve) -> None:
    async with official(tiny) as client:
        with pytest.raises(openai.BadRequestError, match="The prompt is empty"):
            await client.images.generate(prompt="")
        with pytest.raises(openai.NotFoundError, match="There is no model"):
            await client.images.generate(prompt="a", model="other")
    async with official(await serve(token="s3cret")) as client:
        with pytest.raises(openai.AuthenticationError):
            await client.images.generate(prompt="a")


async def test_the_bots_client_sees_every_event_in_order(tiny: Serving) -> None:
    async with EngineClient(tiny.url) as client:
        assert (await client.health()).ready
        (model,) = await client.models()
        assert model["draftroom"]["tiers"]["pro"]["size"] == 64
        request = GenerateRequest(
            prompt="a red apple", seeds=(4, 9), tier="draft", size=(32, 32), partial_images=1
        )
        events = [event async for event in client.generate(request)]
        assert events[0] == Queued(position=0)
        assert [type(event) for event in events[1:]] == [Preview, Preview, Picture, Picture]
        pictures = [event for event in events if isinstance(event, Picture)]
        assert [(picture.index, picture.seed) for picture in pictures] == [(0, 4), (1, 9)]
        assert all(picture.seconds and picture.details["tier"] == "draft" for picture in pictures)


async def test_the_bots_client_fixes_exactly(tiny: Serving) -> None:
    before = noise(50, 41)
    request = EditRequest(
        prompt="a blue apple",
        instruction="make it blue",
        image=png(before),
        mask=mask_png(50, 41, (10, 10, 30, 30)),
        tier="fix",
        seeds=(1,),
        size=(50, 41),
        partial_images=0,
    )
    async with EngineClient(tiny.url) as client:
        picture = [event async for event in client.edit(request)][-1]
    assert isinstance(picture, Picture)
    after = np.array(Image.open(io.BytesIO(picture.png)))
    after[10:30, 10:30] = before[10:30, 10:30]
    assert np.array_equal(after, before)


async def test_the_bots_client_tells_errors_by_their_remedy(tiny: Serving, serve: Serve, tmp_path) -> None:
    async with EngineClient(tiny.url) as client:
        with pytest.raises(EngineRefused, match="The prompt is empty: say what the picture should show"):
            [event async for event in client.generate(GenerateRequest(prompt=""))]
    async with EngineClient((await serve(token="s3cret")).url, token="wrong") as client:
        with pytest.raises(EngineRefused, match="bearer token is missing or wrong"):
            [event async for event in client.generate(GenerateRequest(prompt="a"))]
    absent = await serve(load_profile(str(write_profile(tmp_path / "p.toml", tmp_path / "nowhere"))))
    async with EngineClient(absent.url) as client:
        health = await client.health()
        assert not health.ready
        assert "No model was found" in (health.reason or "")
        with pytest.raises((EngineBusy, EngineFailed), match="No model was found"):
            [event async for event in client.generate(GenerateRequest(prompt="a"))]
