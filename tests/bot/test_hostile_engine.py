"""An engine that answers rubbish, on every tier: nothing of it is shown or charged, and people hear why."""

import asyncio
import base64
import io
import json
import struct
import zlib
from contextlib import aclosing, asynccontextmanager

import numpy as np
import psutil
import pytest
from aiohttp import web
from PIL import Image

from bot.approve import actions as approve_actions
from bot.fix import actions as fix_actions
from bot.images_api.client import (
    EditRequest,
    EngineBusy,
    EngineClient,
    EngineError,
    EngineFailed,
    EngineRefused,
    EngineTimeouts,
    EngineUnreachable,
    GenerateRequest,
    Picture,
    Preview,
    Silence,
)
from bot.images_api.judging import finished
from bot.worker import runner
from tests.bot.images_server import EDITS, GENERATIONS, SOFTER_LEFT, fields_of, serving
from tests.bot.office import ADA, rows
from tests.bot.test_rendering import draft, ended, working

#: Short enough for tests; an honest answer to them comes within milliseconds.
IMPATIENT = EngineTimeouts(connect_s=1.0, silence_s=0.9, begun_silence_s=0.3, rest_s=0.1)


def picture(size, kind="PNG", mode="RGB", **options):
    """A picture of noise, so that its file is large enough to be cut."""
    noise = np.random.default_rng(1).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).convert(mode).save(out, kind, **options)
    return out.getvalue()


def bomb(width, height):
    """A PNG of one bit a pixel, white all over: a few kilobytes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * -(-width // 8)
    data = b"".join([*(packer.compress(row) for _ in range(height)), packer.flush()])
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def b64(data):
    return base64.b64encode(data).decode()


def of_size(change):
    """A mischief with the picture: `change(size)` makes another of it."""
    return lambda size, count, stream: body([b64(change(size))] * count, stream)


def measured(**more):
    """A mischief with what a picture took."""
    return lambda size, count, stream: body([b64(picture(size))] * count, stream, **more)


def body(pictures, stream, **more):
    """The answer with these pictures as base64: JSON, or events."""
    if not stream:
        return web.json_response({"data": [{"b64_json": one} for one in pictures], **more})
    events = [
        {"type": "image_generation.completed", "image_index": index, "b64_json": one, **more}
        for index, one in enumerate(pictures)
    ]
    text = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
    return web.Response(text=text, content_type="text/event-stream")


def events(*messages):
    """A mischief as a stream of these events, whatever was asked for."""
    text = "".join(f"data: {one if isinstance(one, str) else json.dumps(one)}\n\n" for one in messages)
    return lambda size, count, stream: web.Response(text=text, content_type="text/event-stream")


def completed(**more):
    return {"type": "image_generation.completed", "b64_json": b64(picture((64, 64))), **more}


#: What can be wrong, and what people read of it. `stream` says whether the answer is events.
MISCHIEFS = {
    "half a PNG": (of_size(lambda size: (png := picture(size))[: len(png) // 2]), "not whole"),
    "a PNG without its end": (of_size(lambda size: picture(size)[:-4]), "not whole"),
    "half a JPEG": (of_size(lambda size: (jpeg := picture(size, "JPEG"))[: len(jpeg) // 2]), "not whole"),
    "a JPEG without its end": (of_size(lambda size: picture(size, "JPEG")[:-2]), "not whole"),
    "half a WebP": (
        of_size(lambda size: (webp := picture(size, "WEBP"))[: len(webp) // 2]),
        "cannot be decoded|not whole",
    ),
    "another size": (
        of_size(lambda size: picture((size[0] * 2, size[1]))),
        "128×64 pixels, 64×64 were asked",
    ),
    "turned by a quarter": (of_size(lambda size: picture((size[0], size[1] + 16))), "pixels, 64×64 were"),
    "a bomb": (of_size(lambda size: bomb(13_000, 13_000)), "13000×13000 pixels"),
    "a bomb beyond Pillow's limit": (of_size(lambda size: bomb(30_000, 30_000)), "pixels|decoded"),
    "no picture": (of_size(lambda size: b"<html>hello</html>"), "cannot be decoded"),
    "another format": (of_size(lambda size: picture(size, "TIFF")), "cannot be decoded"),
    "empty bytes": (of_size(lambda size: b""), "cannot be decoded"),
    "one too few": (
        lambda size, count, stream: body([b64(picture(size))] * (count - 1), stream),
        "pictures",
    ),
    "one too many": (
        lambda size, count, stream: body([b64(picture(size))] * (count + 1), stream),
        "asked",
    ),
    "endless seconds": (measured(draftroom={"seconds": 1e12}), "1000000000000.0 seconds, which can't be"),
    "seconds that are no number": (measured(draftroom={"seconds": float("nan")}), "nan seconds"),
    "negative seconds": (measured(draftroom={"seconds": -5}), "-5 seconds"),
    "infinite seconds": (measured(draftroom={"seconds": float("inf")}), "inf seconds"),
    "seconds of 400 digits": (measured(draftroom={"seconds": 10**400}), "seconds, which can't be"),
    "negative joules": (measured(draftroom={"seconds": 1, "joules": -1}), "joules"),
    "endless steps": (measured(draftroom={"seconds": 1, "steps": 10**9}), "steps"),
    "endless tokens": (measured(usage={"output_tokens": 10**15}), "output_tokens"),
    "negative tokens": (measured(usage={"input_tokens": -3}), "input_tokens"),
}
STREAMS = {
    "an index that is a word": (events(completed(image_index="one")), "none of the"),
    "an index beyond": (events(completed(image_index=9)), "none of the"),
    "a negative index": (events(completed(image_index=-1)), "none of the"),
    "the same picture again": (
        events(completed(image_index=0), completed(image_index=0)),
        "none of the|of 2",
    ),
    "events nested without end": (events("[" * 100_000), "cannot be read"),
    "a queue place that is a word": (events({"type": "draftroom.queued", "position": "first"}), "of 2|of 1"),
    "nothing": (events(), "0 of"),
}


@asynccontextmanager
async def engine(mischief=None, *, stream=False, tiers=("draft", "pro", "fix"), handler=None):
    """A server that answers honestly but for these tiers; returns its address and what it was asked."""
    asked = []

    async def answer(request):
        fields = await fields_of(request)
        asked.append(fields)
        size = tuple(int(side) for side in fields["size"].split("x"))
        count = int(fields["n"])
        if fields.get("tier") not in tiers:
            return body([b64(picture(size))] * count, stream)
        if handler is not None:
            return await handler(request)
        return mischief(size, count, stream)

    answers = {GENERATIONS: answer, EDITS: answer}
    async with serving(answers, handler_cancellation=True, shutdown_timeout=0.1) as url:
        yield url, asked


def request_of(kind):
    """A grid of two, or a change of one picture."""
    size = (64, 64)
    if kind == "generate":
        return GenerateRequest(prompt="an apple", size=size, seeds=(1, 2), tier="draft")
    return EditRequest(prompt="an apple", size=size, seeds=(1,), tier="pro", image=picture(size))


async def all_of(url, request, timeouts=IMPATIENT, **options):
    async with EngineClient(url, timeouts=timeouts, **options) as client:
        made = client.edit(request) if isinstance(request, EditRequest) else client.generate(request)
        return [event async for event in made]


@pytest.mark.parametrize("stream", [False, True], ids=["json", "events"])
@pytest.mark.parametrize("kind", ["generate", "edit"])
@pytest.mark.parametrize("name", MISCHIEFS)
async def test_rubbish_is_refused_with_a_sentence(name, kind, stream):
    mischief, words = MISCHIEFS[name]
    if name == "one too many" and stream:
        pytest.skip("a stream is left when all came")
    request = request_of(kind)
    async with engine(mischief, stream=stream) as (url, _):
        with pytest.raises(EngineFailed, match=words):
            await all_of(url, request)


@pytest.mark.parametrize("name", STREAMS)
async def test_rubbish_events_are_refused_with_a_sentence(name):
    mischief, words = STREAMS[name]
    async with engine(mischief) as (url, _):
        with pytest.raises(EngineFailed, match=words):
            await all_of(url, request_of("generate"))


async def test_a_bomb_is_never_decoded():
    data = bomb(13_000, 13_000)
    process, before = psutil.Process(), psutil.Process().memory_info().rss
    for size in ((13_001, 13_000), None, (64, 64)):
        with pytest.raises(EngineFailed):
            finished(data, size)
    assert process.memory_info().rss - before < 50_000_000


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_whole_pictures_pass(kind, mode):
    data = picture((64, 48), kind, mode)
    assert finished(data, (64, 48)) == (64, 48)
    for cut in (1, 2, 4, 11, 12, 30, len(data) // 2, len(data) - 30):
        with pytest.raises(EngineFailed):
            finished(data[:-cut], (64, 48))


async def test_previews_that_cannot_be_shown_are_passed_over():
    rubbish = [
        {"type": "image_generation.partial_image", "image_index": index, "b64_json": data}
        for index, data in [
            (0, b64(bomb(13_000, 13_000))),
            (0, "§§"),
            (7, b64(picture((64, 64)))),
            ("x", b64(picture((64, 64)))),
            (0, b64(picture((32, 32)))),
        ]
    ]
    stream = events(*rubbish, completed(image_index=0), completed(image_index=1))
    async with engine(stream) as (url, _):
        found = await all_of(url, request_of("generate"))
    assert [type(one) for one in found] == [Preview, Picture, Picture]


async def test_previews_that_say_no_index_belong_to_nobody_in_a_grid():
    bare = {"type": "image_generation.partial_image", "b64_json": b64(picture((64, 64)))}
    async with engine(events(bare, completed(), completed())) as (url, _):
        found = await all_of(url, request_of("generate"))
    assert [type(one) for one in found] == [Picture, Picture]


async def test_an_answer_larger_than_its_pictures_can_be_is_cut_off():
    sent = []

    async def endless(request):
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while True:
            await response.write(b" " * 2**20)
            sent.append(1)

    async with engine(handler=endless) as (url, _):
        with pytest.raises(EngineFailed, match="larger than what was asked"):
            await all_of(url, request_of("generate"))
    assert len(sent) < 40


async def hung_stream(request):
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    await response.write(b'data: {"type": "draftroom.queued", "position": 0}\n\n')
    await asyncio.sleep(60)


async def hung_body(request):
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"data": [')
    await asyncio.sleep(60)


async def hung_before_a_word(request):
    await asyncio.sleep(60)


@pytest.mark.parametrize("handler", [hung_stream, hung_body])
async def test_silence_ends_what_has_begun(handler):
    patient = EngineTimeouts(silence_s=60, begun_silence_s=0.2)
    async with engine(handler=handler) as (url, _):
        async with asyncio.timeout(20):
            with pytest.raises(EngineUnreachable, match="did not answer in time"):
                await all_of(url, request_of("generate"), patient)


async def test_comments_keep_a_stream_alive():
    async def slow(request):
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for _ in range(8):
            await response.write(b": working\n\n")
            await asyncio.sleep(0.1)
        for index in range(2):
            await response.write(f"data: {json.dumps(completed(image_index=index))}\n\n".encode())
        return response

    async with engine(handler=slow) as (url, _):
        found = await all_of(url, request_of("generate"), EngineTimeouts(begun_silence_s=0.5))
    assert [type(one) for one in found] == [Picture, Picture]


async def test_a_server_that_says_nothing_is_told_of_and_then_waited_for():
    async def slow(request):
        await asyncio.sleep(0.5)
        return body([b64(picture((64, 64)))] * 2, False)

    async with engine(handler=slow) as (url, _):
        found = await all_of(url, request_of("generate"), EngineTimeouts(silence_s=30, begun_silence_s=0.2))
    assert [type(one) for one in found] == [Silence, Picture, Picture]
    assert "has said nothing for" in found[0].sentence


async def test_a_server_that_streams_is_not_waited_for_as_one_that_does_not():
    replies = [events(completed(image_index=0), completed(image_index=1))]

    async def once(request):
        if replies:
            return replies.pop()((64, 64), 2, True)
        await asyncio.sleep(60)

    patient = EngineTimeouts(silence_s=60, begun_silence_s=0.2)
    async with engine(handler=once) as (url, _), EngineClient(url, timeouts=patient) as client:
        assert len([event async for event in client.generate(request_of("generate"))]) == 2
        async with asyncio.timeout(20):
            with pytest.raises(EngineUnreachable):
                [event async for event in client.generate(request_of("generate"))]


async def test_a_stream_that_hangs_after_its_pictures_costs_none_of_them():
    async def handler(request):
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for index in range(2):
            await response.write(f"data: {json.dumps(completed(image_index=index))}\n\n".encode())
        await asyncio.sleep(60)

    async with engine(handler=handler) as (url, _):
        found = await all_of(url, request_of("generate"), EngineTimeouts(rest_s=0.1))
    assert [type(one) for one in found] == [Picture, Picture]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_picture_is_sent_on_to_another_server(status):
    async with engine(of_size(picture)) as (other, heard):

        async def away(request):
            return web.Response(status=status, headers={"Location": f"{other}{request.path}"})

        async with engine(handler=away) as (url, _):
            for kind in ("generate", "edit"):
                with pytest.raises(EngineRefused, match=r"sends on to another address.*DRAFTROOM_ENGINE_URL"):
                    await all_of(url, request_of(kind), token="s3cret")
    assert heard == []


async def test_a_server_may_redirect_to_itself_but_not_for_ever():
    async def aside(request):
        if request.query.get("again") == "no":
            return body([b64(picture((64, 64)))] * 2, False)
        return web.Response(status=308, headers={"Location": f"{request.path}?again=no"})

    async def round_and_round(request):
        return web.Response(status=307, headers={"Location": request.path})

    async with engine(handler=aside) as (url, asked):
        assert len(await all_of(url, request_of("generate"))) == 2
        assert [one["prompt"] for one in asked] == ["an apple", "an apple"]
    async with engine(handler=round_and_round) as (url, _):
        with pytest.raises(EngineRefused, match="sends on"):
            await all_of(url, request_of("generate"))


@pytest.mark.parametrize("pause", ["nan", "-5", "inf", "1e300", "soon", "Fri, 31 Dec 2027 23:59:59 GMT"])
async def test_a_rubbish_retry_after_is_no_pause(pause):
    async def busy(request):
        return web.json_response({"error": {"message": "Busy."}}, status=429, headers={"Retry-After": pause})

    async with engine(handler=busy) as (url, _):
        with pytest.raises(EngineBusy) as caught:
            await all_of(url, request_of("generate"))
    assert caught.value.retry_after_s is None or 0 <= caught.value.retry_after_s <= 3_600


async def test_a_refusal_is_told_short_and_without_the_key():
    async def refuse(request):
        return web.json_response(
            {"error": {"message": f"No key sk-s3cret-k3y here.\n{'x' * 9_000}"}}, status=401
        )

    async with engine(handler=refuse) as (url, _):
        with pytest.raises(EngineRefused) as caught:
            await all_of(url, request_of("generate"), token="sk-s3cret-k3y")
        assert "sk-s3cret-k3y" not in str(caught.value)
        assert len(str(caught.value)) <= 300
    with pytest.raises(EngineUnreachable) as away:
        await all_of("http://ada:sk-s3cret-k3y@127.0.0.1:9", request_of("generate"))
    assert "sk-s3cret-k3y" not in str(away.value)


async def test_leaving_early_leaves_no_request_behind():
    gone = asyncio.Event()

    async def hung(request):
        try:
            await asyncio.sleep(60)
        finally:
            gone.set()

    hasty = EngineTimeouts(begun_silence_s=0.1)
    async with engine(handler=hung) as (url, _), EngineClient(url, timeouts=hasty) as client:
        async with aclosing(client.generate(request_of("generate"))) as made:
            async for event in made:
                assert isinstance(event, Silence)
                break
        await asyncio.wait_for(gone.wait(), 10)


async def test_a_mask_of_another_size_is_no_mask():
    async def answer(request):
        return web.json_response({"data": [{"b64_json": b64(picture((32, 32)))}]})

    async with serving({"/v1/masks": answer}) as url, EngineClient(url) as client:
        with pytest.raises(EngineError, match="32×32 pixels"):
            await client.mask_of(picture((64, 64)), "the apple")


async def order(office, tier):
    """Do what leads to a job of that tier; the others are honest. Its row, when it has ended."""
    brief = await draft(office)
    jobs = await ended(office, 1)
    if tier != "draft":
        await approve_actions.approve(office.services, brief_id=brief.id, number=1, person=ADA, event_id="e1")
        jobs = await ended(office, 2)
    if tier == "fix":
        await fix_actions.request_fix(
            office.services, SOFTER_LEFT, brief_id=brief.id, person=ADA, mask_upload=None, event_id="m1"
        )
        jobs = await ended(office, 3)
    return jobs[-1]


@pytest.mark.parametrize(
    "name",
    [
        "half a PNG",
        "another size",
        "a bomb",
        "one too few",
        "endless seconds",
        "negative tokens",
        "half a JPEG",
    ],
)
@pytest.mark.parametrize("tier", ["draft", "pro", "fix"])
async def test_rubbish_is_never_kept_or_charged_and_is_told(office, monkeypatch, tier, name):
    monkeypatch.setattr(runner, "FIRST_PAUSE_S", 0.01)
    mischief, _words = MISCHIEFS[name]
    async with engine(mischief, tiers=(tier,)) as (url, asked), working(office, url):
        job = await order(office, tier)
    assert (job["tier"], job["state"]) == (tier, "failed")
    assert [one["tier"] for one in asked].count(tier) == runner.ATTEMPTS_LIMIT
    entries = await rows(office.database, "SELECT kind, job FROM ledger")
    assert [entry["kind"] for entry in entries if entry["job"] == job["id"]] == ["reserve", "void"]
    assert not await rows(office.database, f"SELECT * FROM versions WHERE job = '{job['id']}'")
    said = await rows(
        office.database,
        f"SELECT payload FROM effects WHERE key LIKE '%{job['id'] if tier != 'draft' else 'failed'}%'",
    )
    assert any("engine" in one["payload"] for one in said)


@pytest.mark.parametrize("tier", ["draft", "pro", "fix"])
@pytest.mark.parametrize("handler", [hung_stream, hung_before_a_word])
async def test_a_thread_hears_of_a_hung_engine_before_patience_ends(office, monkeypatch, tier, handler):
    monkeypatch.setattr("tests.bot.test_rendering.EngineTimeouts", lambda connect_s: IMPATIENT)
    hung = engine(tiers=(tier,), handler=handler)
    async with hung as (url, _), working(office, url, patience_s=2.0) as (_, troubles):
        job = await order(office, tier)
    assert (job["tier"], job["state"]) == (tier, "failed")
    assert troubles
    if handler is hung_before_a_word:
        said = await rows(office.database, "SELECT payload FROM effects WHERE key LIKE '%:trouble:%'")
        assert "has said nothing" in said[0]["payload"]
    entries = await rows(office.database, "SELECT kind, job FROM ledger")
    assert [entry["kind"] for entry in entries if entry["job"] == job["id"]] == ["reserve", "void"]


async def test_more_device_time_than_the_job_is_old_is_no_money(office, monkeypatch):
    monkeypatch.setattr(runner, "FIRST_PAUSE_S", 0.01)
    mischief = measured(draftroom={"seconds": 3_000})
    async with engine(mischief, stream=True) as (url, _), working(office, url):
        job = await order(office, "draft")
    assert job["state"] == "failed"
    assert "3000 seconds, which can't be" in job["failure"]


async def test_a_queue_that_stays_full_is_told_of(office, monkeypatch):
    monkeypatch.setattr(runner, "QUIET_S", 0.3)

    async def busy(request):
        return web.json_response({"error": {"message": "Full."}}, status=429, headers={"Retry-After": "0.1"})

    async with engine(handler=busy) as (url, _), working(office, url, patience_s=1.5) as (_, troubles):
        await draft(office)
        async with asyncio.timeout(20):
            while not troubles:
                await asyncio.sleep(0.02)
        (job,) = await ended(office)
    assert (job["state"], troubles) == ("failed", ["Full."])
