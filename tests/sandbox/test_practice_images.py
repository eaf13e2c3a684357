"""The practice image server: the official client draws with it, and each published rule turns down what it forbids."""

from __future__ import annotations

import base64
import io
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import openai
import pytest
from PIL import Image

from sandbox.images_api.forms import FORMS
from sandbox.images_api.server import Server

MODEL = "gpt-image-2.6-flare"


@pytest.fixture
async def hosted() -> AsyncIterator[Server]:
    async with Server(FORMS["openai"]) as server:
        yield server


def official(server: Server, key: str = "sk-practice") -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=f"{server.url}/v1", api_key=key, max_retries=0)


def png(width: int = 1024, height: int = 1024, mode: str = "RGB", kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height)).save(out, kind)
    return out.getvalue()


def size_of(b64: str | None) -> tuple[int, int]:
    return Image.open(io.BytesIO(base64.b64decode(b64 or ""))).size


async def test_the_official_client_draws_streams_and_edits(hosted: Server) -> None:
    async with official(hosted) as client:
        made = await client.images.generate(
            model=MODEL, prompt="an apple", n=2, size="1088x608", quality="low", safety_identifier="ada"
        )
        assert [size_of(one.b64_json) for one in made.data or []] == [(1088, 608)] * 2
        assert made.usage is not None
        assert made.usage.output_tokens == 2 * (196 * 1088 * 608 // 2**20)
        assert made.safety_identifier == "ada"
        kinds = []
        stream = await client.images.generate(
            model=MODEL, prompt="an apple", stream=True, partial_images=2, size="1024x1024"
        )
        async for event in stream:
            kinds.append(event.type)
            if event.type == "image_generation.completed":
                assert event.usage.output_tokens > 200
        assert kinds == ["image_generation.partial_image"] * 2 + ["image_generation.completed"]
        edited = await client.images.edit(
            model=MODEL,
            prompt="a pear",
            image=("a.png", png(), "image/png"),
            mask=("m.png", png(mode="RGBA"), "image/png"),
            size="1024x1024",
        )
        assert [size_of(one.b64_json) for one in edited.data or []] == [(1024, 1024)]
        assert MODEL in [model.id async for model in client.models.list()]


GOOD: dict[str, Any] = {"model": MODEL, "prompt": "an apple"}


@pytest.mark.parametrize(
    ("fields", "param", "code", "words"),
    [
        ({"seeds": [1]}, "seeds", "unknown_parameter", "Unknown parameter: 'seeds'."),
        ({"response_format": "b64_json"}, "response_format", "unknown_parameter", "response_format"),
        ({"style": "vivid"}, "style", "unknown_parameter", "style"),
        ({"prompt": None}, "prompt", "missing_required_parameter", "prompt"),
        ({"prompt": ""}, "prompt", "empty_string", "empty"),
        ({"prompt": "x" * 32_001}, "prompt", "string_above_max_length", "32000"),
        ({"prompt": 7}, "prompt", "invalid_type", "an integer"),
        ({"model": None}, "model", "missing_required_parameter", "model"),
        ({"model": "gpt-image-9"}, "model", "model_not_found", "does not exist"),
        ({"model": "dall-e-3"}, "model", "model_deprecated", "shut down"),
        ({"n": 0}, "n", "integer_below_min_value", ">= 1"),
        ({"n": 11}, "n", "integer_above_max_value", "<= 10"),
        ({"n": "2"}, "n", "invalid_type", "a string"),
        ({"n": True}, "n", "invalid_type", "a boolean"),
        ({"size": "256x256"}, "size", "invalid_value", "below the current minimum pixel budget"),
        ({"size": "1000x1000"}, "size", "invalid_value", "divisible by 16"),
        ({"size": "4096x1024"}, "size", "invalid_value", "3840"),
        ({"size": "3840x1024"}, "size", "invalid_value", "1:3"),
        ({"size": "3840x3840"}, "size", "invalid_value", "above the current maximum pixel budget"),
        ({"size": "large"}, "size", "invalid_value", "WIDTHxHEIGHT"),
        ({"size": "1088x608", "model": "gpt-image-1-mini"}, "size", "invalid_value", "1024x1024"),
        ({"quality": "hd"}, "quality", "invalid_value", "'xhigh'"),
        ({"quality": "max", "model": "gpt-image-2"}, "quality", "invalid_value", "'high'"),
        ({"background": "blue"}, "background", "invalid_value", "opaque"),
        (
            {"background": "transparent", "output_format": "jpeg"},
            "background",
            "invalid_value",
            "png or webp",
        ),
        ({"output_format": "tiff"}, "output_format", "invalid_value", "'webp'"),
        ({"output_compression": 50}, "output_compression", "invalid_png_output_compression", "PNG"),
        ({"output_compression": 101}, "output_compression", "integer_above_max_value", "100"),
        ({"moderation": "none"}, "moderation", "invalid_value", "'low'"),
        ({"stream": "yes"}, "stream", "invalid_type", "a boolean"),
        ({"partial_images": 1}, "partial_images", "invalid_value", "stream"),
        ({"stream": True, "partial_images": 4}, "partial_images", "integer_above_max_value", "<= 3"),
        ({"safety_identifier": "x" * 65}, "safety_identifier", "string_above_max_length", "64"),
        ({"prompt": "[refused]"}, None, "moderation_blocked", "safety"),
    ],
)
async def test_a_generation_against_a_rule(
    hosted: Server, fields: dict[str, Any], param: str | None, code: str, words: str
) -> None:
    body = {name: value for name, value in {**GOOD, **fields}.items() if value is not None}
    async with official(hosted) as client:
        with pytest.raises(openai.APIStatusError) as caught:
            await client.post("/images/generations", cast_to=object, body=body)
    assert (caught.value.param, caught.value.code) == (param, code)
    assert words in caught.value.message


def form(**files: tuple[str, bytes, str] | list[tuple[str, bytes, str]]) -> aiohttp.FormData:
    built = aiohttp.FormData(GOOD)
    for name, given in files.items():
        for filename, data, kind in given if isinstance(given, list) else [given]:
            built.add_field(name, data, filename=filename, content_type=kind)
    return built


PICTURE = ("a.png", png(), "image/png")


@pytest.mark.parametrize(
    ("files", "param", "code"),
    [
        ({}, "image", "missing_required_parameter"),
        ({"image": [PICTURE] * 17}, "image", "array_above_max_length"),
        ({"image": ("a.png", png(), "application/octet-stream")}, "image", "unsupported_file_mimetype"),
        ({"image": ("a.jpg", png(), "image/jpeg")}, "image", "invalid_image_file"),
        ({"image": ("a.png", png()[:60], "image/png")}, "image", "invalid_image_file"),
        (
            {"image": PICTURE, "mask": ("m.png", png(512, 512, "RGBA"), "image/png")},
            "mask",
            "invalid_mask_image_format",
        ),
        ({"image": PICTURE, "mask": ("m.png", png(), "image/png")}, "mask", "invalid_mask_image_format"),
        (
            {"image": PICTURE, "mask_image": ("m.png", png(mode="RGBA"), "image/png")},
            "mask_image",
            "unknown_parameter",
        ),
        (
            {
                "image": PICTURE,
                "mask": ("m.png", png(mode="RGBA"), "image/png"),
                "markup": ("m.png", png(mode="RGBA"), "image/png"),
            },
            "markup",
            "invalid_value",
        ),
    ],
)
async def test_an_edit_against_a_rule(hosted: Server, files: dict[str, Any], param: str, code: str) -> None:
    headers = {"Authorization": "Bearer sk-practice"}
    async with aiohttp.ClientSession(headers=headers) as session:
        data = form(**files)
        if not files:
            data.add_field("unused", b"", filename="x")
        async with session.post(f"{hosted.url}/v1/images/edits", data=data) as answer:
            body = await answer.json()
    assert answer.status == 400
    assert (body["error"]["param"], body["error"]["code"]) == (param, code)


async def test_a_key_is_asked_for() -> None:
    async with Server(FORMS["openai"], key="sk-right") as server:
        async with official(server, "sk-wrong") as client:
            with pytest.raises(openai.AuthenticationError, match="Incorrect API key provided: sk-…"):
                await client.images.generate(**GOOD)
        async with official(server, "sk-right") as client:
            await client.images.generate(**GOOD)
        async with aiohttp.ClientSession() as session, session.get(f"{server.url}/v1/models") as answer:
            assert answer.status == 401


@pytest.mark.parametrize("name", ["vllm-omni", "sglang"])
async def test_open_servers_pass_over_what_they_do_not_know(name: str) -> None:
    async with Server(FORMS[name]) as server, official(server) as client:
        asked: dict[str, Any] = {
            "prompt": "an apple",
            "size": "250x250",
            "extra_body": {
                "seed": 7,
                "num_inference_steps": 8,
                "tier": "draft",
                "response_format": "b64_json",
            },
        }
        first, again = [await client.images.generate(**asked) for _ in range(2)]
        assert first.data is not None
        assert again.data is not None
        assert first.data[0].b64_json == again.data[0].b64_json
        assert size_of(first.data[0].b64_json) == (240, 240)


async def test_sglang_answers_with_links_unless_asked_for_base64() -> None:
    async with Server(FORMS["sglang"]) as server, official(server) as client:
        made = await client.images.generate(prompt="an apple")
        assert made.data is not None
        link = made.data[0].url or ""
        assert link.startswith("/v1/images/")
        async with aiohttp.ClientSession() as session, session.get(server.url + link) as answer:
            assert size_of(base64.b64encode(await answer.read()).decode()) == (1024, 1024)


def test_the_program_says_where_it_listens_and_stops() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox.images_api", "--port", "0", "--form", "sglang"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    assert "practice images (sglang) ready on http://127.0.0.1:" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
