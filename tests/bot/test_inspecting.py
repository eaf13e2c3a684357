"""A file is known again by its bytes, its recipe or its watermark; refused terms cost nothing and are logged."""

import asyncio
import html
import io
import json
import struct
import zlib
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image, ImageDraw, PngImagePlugin
from skimage import data
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock
from bot.briefs import table as briefs_table
from bot.briefs.model import BriefRequest, UserError
from bot.channel import table as channel_table
from bot.channel.settings import Policy
from bot.cli import main
from bot.draft import actions as draft_actions
from bot.inspect import access
from bot.inspect import file as inspect_file
from bot.inspect import routes as inspect_routes
from bot.inspect.access import Inspection
from bot.inspect.actions import ask
from bot.inspect.routes import InspectSite, routes
from bot.marking import table as marking_table
from bot.marking.actions import Marking
from bot.marking.refused import found
from bot.marking.table import Outgoing
from bot.pictures.likeness import shows
from bot.slack.people import Directory
from bot.store import pictures
from bot.web.links import Links
from bot.web.site import application
from bot.web.table import sign_out
from marks import certificate, watermark
from marks.credentials import read_credentials
from marks.reading import read_notes
from marks.writing import marks_of
from tests.bot.editor_world import KEY, _users_info, draft, editor, lying_png, payload
from tests.bot.office import ADA, CHANNEL, rows
from tests.bot.test_editor_page import made


def photo(seed=3, size=(320, 240)):
    """Something with structure at every scale."""
    rng = np.random.default_rng(seed)
    layers = [
        Image.fromarray(rng.integers(0, 255, (side * 3 // 4, side, 3), dtype=np.uint8)).resize(
            size, Image.Resampling.BICUBIC
        )
        for side in (8, 32, 96)
    ]
    return Image.blend(Image.blend(layers[0], layers[1], 0.4), layers[2], 0.25)


def jpeg(picture, quality):
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def test_a_part_of_a_picture_is_known_and_another_is_not():
    one, other = photo(3), photo(4)
    assert shows(one.crop((32, 24, 288, 216)).resize((128, 96)), one)
    assert not shows(other, one)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("a cat by Brand  X, please", "brand x"),
        ("THE Prime-Minister", "the prime minister"),
        ("brandish xylophones", None),
        ("ein süßer Hund", None),
    ],
)
def test_a_term_counts_as_words_in_any_case(text, term):
    assert found([text], ["brand x", "the prime minister"]) == term


async def test_a_refused_prompt_says_why_costs_nothing_and_is_logged(office):
    office.services.settings.refused["brand x"] = "A competitor's mark."
    with pytest.raises(UserError, match="A competitor's mark"):
        await draft_actions.open_brief(
            office.services,
            BriefRequest(prompt="a can of Brand X"),
            person=ADA,
            channel=CHANNEL,
            source_key="one",
        )
    assert await rows(office.database, "SELECT * FROM ledger_entries") == []
    assert await rows(office.database, "SELECT * FROM briefs") == []
    (row,) = await rows(office.database, "SELECT channel, person, term FROM refusals")
    assert row == {"channel": CHANNEL.id, "person": ADA.id, "term": "brand x"}


@pytest.mark.parametrize("kind", ["photo", "shape", "white"])
def test_a_number_outlives_what_happens_to_pictures_on_plain_grounds_too(kind):
    picture = Image.fromarray(data.coffee()) if kind == "photo" else Image.new("RGB", (512, 512), "white")
    if kind == "shape":
        ImageDraw.Draw(picture).ellipse((120, 140, 400, 420), fill=(200, 30, 40))
    marked = watermark.embedded(picture, 77)
    assert marked is not None
    assert watermark.psnr(np.asarray(picture), np.asarray(marked)) >= 41
    wide, tall = marked.size
    part = (wide // 10, tall // 10, wide * 9 // 10, tall * 9 // 10)
    for copy in (
        marked,
        Image.open(io.BytesIO(jpeg(marked, 60))),
        marked.resize((wide // 2, tall // 2)),
        Image.open(io.BytesIO(jpeg(marked.resize((wide // 2, tall // 2), Image.Resampling.LANCZOS), 60))),
        Image.open(io.BytesIO(jpeg(marked.crop(part), 60))),
    ):
        found = watermark.guesses(watermark.read(copy), range(1_000))
        assert found[0].number == 77
        assert found[0].right >= 29
    # Nothing is read out of a picture that holds none.
    assert watermark.guesses(watermark.read(picture), range(1_000)) == []


@pytest.mark.parametrize("number", [1, 4])
def test_a_picture_of_its_own_size_is_read_as_well_as_when_it_was_written(number):
    marked = watermark.embedded(Image.fromarray(data.coffee()), number)
    copy = Image.open(io.BytesIO(jpeg(marked.resize((300, 200), Image.Resampling.LANCZOS), 60)))
    (own,) = watermark.guesses(watermark.read(copy, scales=(1.0,)), [number])
    assert own.right >= watermark.SURE
    (found,) = watermark.guesses(watermark.read(copy), [number])
    assert found.right >= own.right


async def test_a_cropped_jpeg_is_found_by_its_watermark_and_a_strange_one_is_not(
    office, tmp_path, monkeypatch
):
    brief = await draft(office, "first")
    (version,) = await rows(
        office.database, "SELECT id FROM versions WHERE brief = ? AND number = 2", brief.id
    )
    picture, out = Image.fromarray(data.astronaut()), io.BytesIO()
    picture.save(out, "PNG")
    kept = office.services.picture_store.keep(out.getvalue())
    marked = watermark.embedded(picture, version["id"])
    assert marked is not None
    assert watermark.psnr(np.asarray(picture), np.asarray(marked)) >= 40

    def work(tx):
        pictures.record(tx, kept, clock.now())
        tx.execute("UPDATE versions SET picture = ? WHERE id = ?", [kept.sha256, version["id"]])
        gone = Outgoing(sha256="0" * 64, version=version["id"], signed=False, watermarked=True)
        marking_table.add_outgoing(tx, [gone], person="U0ADA", at=clock.now())

    await office.database.write(work)
    store = office.services.picture_store
    part = jpeg(marked.crop((26, 26, 486, 486)), 80)
    verdict = await office.database.read(lambda tx: ask(lambda work: work(tx), store, part))
    assert verdict is not None
    assert (verdict.version.id, verdict.by) == (version["id"], "watermark")
    strange = jpeg(photo(9), 80)
    assert await office.database.read(lambda tx: ask(lambda work: work(tx), store, strange)) is None
    same = await office.database.read(lambda tx: ask(lambda work: work(tx), store, out.getvalue()))
    assert same.by == "file"

    log = tmp_path / "log.csv"
    monkeypatch.setenv("DRAFTROOM_DATA_DIR", str(tmp_path))
    assert main(["log", "--out", str(log)]) == 0
    told = log.read_text(encoding="utf-8-sig")
    assert '"asked"' in told
    assert '"delivered"' in told


def _with_text(data, *, after):
    """A PNG with a text before or after its pixels."""
    body = b"parameters\0told"
    chunk = struct.pack(">I", len(body)) + b"tEXt" + body + struct.pack(">I", zlib.crc32(b"tEXt" + body))
    at = data.index(b"IEND" if after else b"IDAT") - 4
    return data[:at] + chunk + data[at:]


@pytest.mark.parametrize("after", [True, False])
def test_what_a_file_says_is_read_without_its_pixels_unless_it_stands_after_them(monkeypatch, after):
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(out, "PNG")
    data, decoded = _with_text(out.getvalue(), after=after), []
    load = PngImagePlugin.PngImageFile.load_prepare
    monkeypatch.setattr(
        PngImagePlugin.PngImageFile, "load_prepare", lambda self: decoded.append(self) or load(self)
    )
    assert dict(marks_of(data).texts) == {"parameters": "told"}
    assert len(decoded) == after


async def delivered(office, version_id, *, label="line", kind="PNG", picture=None):
    """A version's picture as it goes out, remembered; and the brief's row."""

    def journey(tx):
        version = briefs_table.version(tx, version_id)
        channel_table.set_policy(tx, Policy(label=label), channel=CHANNEL.id, person="U0ADA", at=clock.now())
        return marking.journey(tx, version)

    marking = Marking(services=office.services)
    found = await office.database.write(journey)
    out = io.BytesIO()
    (picture or photo(5)).save(out, kind, **({"lossless": True} if kind == "WEBP" else {}))
    file, outgoing = await asyncio.to_thread(marking.whole, found, out.getvalue(), title="shoe")
    await office.database.write(
        lambda tx: marking_table.add_outgoing(tx, [outgoing], person="U0ADA", at=clock.now())
    )
    return file, outgoing


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_a_delivery_is_signed_in_every_format_and_its_chain_is_read_back(office, tmp_path, kind):
    c2pa = pytest.importorskip("c2pa")
    chain, key = certificate.make(tmp_path / "chain")
    office.services.settings.c2pa_certificate, office.services.settings.c2pa_key = chain, key
    brief = await draft(office, "first")
    (version,) = await rows(
        office.database, "SELECT id FROM versions WHERE brief = ? AND number = 1", brief.id
    )
    file, outgoing = await delivered(office, version["id"], kind=kind)
    assert outgoing.signed
    assert Image.open(io.BytesIO(file)).format == kind
    found = read_credentials(file)
    assert (found["state"], found["issuer"]) == ("Valid", "Draftroom test signer")
    assert found["ingredients"] == ["original"]
    assert found["actions"] == ["c2pa.opened", "c2pa.resized", "c2pa.published"]
    assert read_notes(file).source_type.endswith("/trainedAlgorithmicMedia")
    with c2pa.Reader(f"image/{kind.lower()}", io.BytesIO(file)) as reader:
        told = json.loads(reader.json())
    assert told["manifests"][told["active_manifest"]]["signature_info"]["alg"].lower() == "es256"
    # A byte of the picture changed, and it shows.
    broken = bytearray(file)
    # Where the pixels are: what is signed lies before them, in WebP behind them.
    broken[len(broken) // 10 if kind == "WEBP" else len(broken) - 200] ^= 1
    found = read_credentials(bytes(broken))
    assert found is None or found["state"] == "Invalid"


async def test_what_was_adjusted_and_painted_around_stands_in_the_chain_in_its_order(office, tmp_path):
    c2pa = pytest.importorskip("c2pa")
    chain, key = certificate.make(tmp_path / "chain")
    office.services.settings.c2pa_certificate, office.services.settings.c2pa_key = chain, key
    async with editor(office) as world:
        first = (await world.versions())[0]["id"]
        link, values = await world.link(), {"exposure": 0.5}
        asked = {"version": first, "values": values, "key": "0123456789abcdef"}
        adjusted = (await world.post(f"{link}/adjustments", asked)).body["version"]
        wider = payload(adjusted, extend={"left": 50, "right": 0, "top": 0, "bottom": 0})
        (job,) = (await world.post(f"{link}/fixes", wider)).body["jobs"]
        extended = await made(world, job)
    file, _ = await delivered(office, extended)
    with c2pa.Reader("image/png", io.BytesIO(file)) as reader:
        told = json.loads(reader.json())
    assertions = told["manifests"][told["active_manifest"]]["assertions"]
    (actions,) = [one["data"]["actions"] for one in assertions if one["label"].startswith("c2pa.actions")]
    assert [(one["action"], one.get("description", "")) for one in actions[1:3]] == [
        ("c2pa.color_adjustments", ""),
        ("c2pa.edited", "canvas extended"),
    ]


async def test_a_corner_label_stands_in_the_file_alone_and_is_told_in_its_chain(office, tmp_path):
    pytest.importorskip("c2pa")
    chain, key = certificate.make(tmp_path / "chain")
    office.services.settings.c2pa_certificate, office.services.settings.c2pa_key = chain, key
    brief = await draft(office, "first")
    (version,) = await rows(
        office.database, "SELECT id FROM versions WHERE brief = ? AND number = 1", brief.id
    )
    plain = Image.new("RGB", (640, 480), (40, 90, 140))
    bare, _ = await delivered(office, version["id"], label="line", picture=plain)
    file, _ = await delivered(office, version["id"], label="corner", picture=plain)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(bare)).convert("RGB")), np.asarray(plain))
    changed = (np.asarray(Image.open(io.BytesIO(file)).convert("RGB")) != np.asarray(plain)).any(axis=2)
    ys, xs = np.nonzero(changed)
    # In one corner: most of the picture is as it was.
    assert 0.002 < changed.mean() < 0.1
    assert xs.max() - xs.min() < 320
    assert ys.max() - ys.min() < 120
    assert "c2pa.edited" in read_credentials(file)["actions"]
    assert "c2pa.edited" not in read_credentials(bare)["actions"]


@asynccontextmanager
async def page(office, *, is_open=False, members=("U0ADA", "U0BEN")):
    """The page that is asked about pictures, over a finished grid."""

    async def inside(request):
        return web.json_response({"ok": True, "members": list(members)})

    slack = web.Application()
    slack.router.add_route("*", "/api/users.info", _users_info)
    slack.router.add_route("*", "/api/conversations.members", inside)
    async with TestServer(slack) as slack_server:
        client = AsyncWebClient(token="xoxb-test", base_url=str(slack_server.make_url("/api/")))
        inspection = Inspection(
            database=office.database,
            picture_store=office.services.picture_store,
            directory=Directory(client),
            links=Links(KEY),
            is_open=is_open,
        )
        async with TestClient(
            TestServer(application(routes(lambda token: InspectSite(inspection=inspection))))
        ) as browser:
            yield inspection, browser


async def told(browser, path, data, **headers):
    """What the page answers to a file: its status and its words."""
    form = aiohttp.FormData(default_to_multipart=True)
    if data is not None:
        form.add_field("file", data, filename="a.png", content_type="image/png")
    async with browser.post(path, data=form, headers=headers) as answer:
        return answer.status, html.unescape(await answer.text())


async def test_the_page_tells_everybody_that_a_picture_is_ours_and_members_its_recipe(office):
    brief = await draft(office, "first")
    (version,) = await rows(
        office.database, "SELECT * FROM versions WHERE brief = ? AND number = 2", brief.id
    )
    store = office.services.picture_store
    data = await office.database.read(lambda tx: store.read(pictures.find(tx, version["picture"])))
    async with page(office, members=["U0ADA"]) as (inspection, browser):
        member, other = await inspection.link("U0ADA"), await inspection.link("U0BEN")
        status, words = await told(browser, member, data)
        assert status == 200
        for word in (
            "Made here",
            "byte for byte",
            "a red sneaker on a teal background",
            str(version["seed"]),
        ):
            assert word in words
        status, words = await told(browser, other, data)
        assert status == 200
        assert "Made here" in words
        assert "Prompt and recipe are for members" in words
        for secret in ("sneaker", str(version["seed"]), brief.id, CHANNEL.id, "U0ADA"):
            assert secret not in words.replace("inspect-page", "")
        status, words = await told(browser, other, jpeg(photo(9), 80))
        assert (status, "Not known here" in words) == (200, True)
        # Nothing that was sent is kept.
        kept = await rows(office.database, "SELECT count(*) AS n FROM pictures")
        assert len(list(store.folder.glob("*/*"))) == kept[0]["n"]


async def test_the_page_opens_by_a_colleagues_link_or_where_the_operator_opens_it(office):
    async with page(office) as (inspection, browser):
        link = await inspection.link("U0BEN")
        for path, status in [(link, 200), ("/inspect", 403), (link[:-2], 403), ("/inspect/x", 403)]:
            async with browser.get(path) as answer:
                assert answer.status == status, path
                assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
                assert ("<form" in await answer.text()) == (status == 200)
        guest = await inspection.link("U0GUEST")
        assert (await told(browser, guest, jpeg(photo(), 80)))[0] == 403
        assert (await told(browser, "/inspect", jpeg(photo(), 80)))[0] == 403
        await office.database.write(lambda tx: sign_out(tx, "U0BEN", clock.now()))
        assert (await told(browser, link, jpeg(photo(), 80)))[0] == 403
    brief = await draft(office, "first")
    (version,) = await rows(
        office.database, "SELECT * FROM versions WHERE brief = ? AND number = 1", brief.id
    )
    store = office.services.picture_store
    data = await office.database.read(lambda tx: store.read(pictures.find(tx, version["picture"])))
    async with page(office, is_open=True) as (_, browser):
        status, words = await told(browser, "/inspect", data)
        assert (status, "Made here" in words, "sneaker" in words) == (200, True, False)
        for name in ("base.css", "inspect.css", "icon.svg"):
            assert f"/inspect/static/{name}" in words
            async with browser.get(f"/inspect/static/{name}") as answer:
                assert answer.status == 200


async def test_the_page_has_limits_and_says_them(office, monkeypatch):
    monkeypatch.setattr(inspect_routes, "LARGEST", 50_000)
    async with page(office) as (inspection, browser):
        link = await inspection.link("U0BEN")
        for data, status, sentence in [
            (None, 400, "Choose a picture first"),
            (b"", 400, "Choose a picture first"),
            (b"GIF89a", 400, "no picture that I can open"),
            (b"x" * 60_000, 400, "has more than 0 MB"),
            (lying_png(30_000, 30_000), 400, "16"),
        ]:
            found, words = await told(browser, link, data)
            assert (found, sentence in words) == (status, True), words
            assert "<form" in words
        async with browser.post(link, data={"file": "http://127.0.0.1/"}) as answer:
            assert answer.status == 400
        found, words = await told(browser, link, jpeg(photo(), 80), **{"Sec-Fetch-Site": "cross-site"})
        assert (found, "from the page itself" in words) == (403, True)
        monkeypatch.setattr(access, "QUESTIONS_A_MINUTE", 3)
        other = await inspection.link("U0ADA")
        answers = [(await told(browser, other, b"GIF89a"))[0] for _ in range(5)]
        assert answers == [400, 400, 400, 429, 429]


async def test_who_asks_too_often_is_told_before_the_file_is_read_and_all_of_a_form_counts(
    office, monkeypatch
):
    monkeypatch.setattr(access, "QUESTIONS_A_MINUTE", 2)
    monkeypatch.setattr(inspect_routes, "LARGEST", 50_000)
    head = b'--x\r\nContent-Disposition: form-data; name="%s"; filename="a.png"\r\n\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    async with page(office) as (inspection, browser):
        link, answered = await inspection.link("U0BEN"), asyncio.Event()

        async def never_ending():
            yield head % b"file" + b"x" * 1_000
            await answered.wait()

        async def unfinished(path):
            answered.clear()
            async with asyncio.timeout(20), browser.post(path, data=never_ending(), headers=kind) as answer:
                answered.set()
                return answer.status

        # Twice as much as may come, in fields that nobody reads.
        other = head % b"other" + b"x" * 100_000 + b"\r\n" + head % b"file" + b"GIF89a\r\n--x--\r\n"
        async with browser.post(link, data=other, headers=kind) as answer:
            assert (answer.status, "has more than" in await answer.text()) == (400, True)
        monkeypatch.setattr(inspect_routes, "SENT_WITHIN_S", 0.1)
        assert await unfinished(link) == 408
        monkeypatch.setattr(inspect_routes, "SENT_WITHIN_S", 120)
        assert await unfinished(link) == 429
        assert await unfinished(await inspection.link("U0GUEST")) == 403
        # Whoever sends takes one of few places.
        monkeypatch.setattr(access, "WAITING_LIMIT", 0)
        sending = asyncio.create_task(unfinished(await inspection.link("U0ADA")))
        async with asyncio.timeout(20):
            while not inspection._waiting:
                await asyncio.sleep(0.01)
        open_answer = (await told(browser, await inspection.link("U0MAY"), jpeg(photo(), 80)))[0]
        sending.cancel()
        assert open_answer == 429


async def test_an_address_is_fetched_and_inspected(office, tmp_path, monkeypatch, capfd):
    brief = await draft(office, "first")
    (version,) = await rows(
        office.database, "SELECT * FROM versions WHERE brief = ? AND number = 2", brief.id
    )
    store = office.services.picture_store
    data = await office.database.read(lambda tx: store.read(pictures.find(tx, version["picture"])))

    async def answer(request):
        if request.path != "/a.png":
            raise web.HTTPNotFound
        return web.Response(body=data, content_type="image/png")

    site = web.Application()
    site.router.add_get("/{path:.*}", answer)
    monkeypatch.setenv("DRAFTROOM_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    async with TestServer(site) as server:
        assert await asyncio.to_thread(main, ["inspect", str(server.make_url("/a.png"))]) == 0
        words = capfd.readouterr().out
        assert f"Made here: it is {brief.id}/" in words
        assert "Prompt: a red sneaker on a teal background" in words
        assert await asyncio.to_thread(main, ["inspect", str(server.make_url("/b.png"))]) == 1
        assert "cannot be fetched: HTTP Error 404" in capfd.readouterr().err
        monkeypatch.setattr(inspect_file, "LARGEST", 100)
        assert await asyncio.to_thread(main, ["inspect", str(server.make_url("/a.png"))]) == 1
        assert "it has more than" in capfd.readouterr().err


def test_where_no_ledger_is_it_says_so_and_what_the_file_says(tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("DRAFTROOM_DATA_DIR", str(tmp_path / "nothing"))
    photo(5).save(tmp_path / "a.png")
    assert inspect_file.main([str(tmp_path / "a.png")]) == 1
    first, second, third = capfd.readouterr().out.splitlines()
    assert first == f"No ledger was asked: there is none in {tmp_path}/nothing (DRAFTROOM_DATA_DIR)."
    assert second == "a.png: 320 × 240 pixels"
    assert third == "It does not say how it was made."
