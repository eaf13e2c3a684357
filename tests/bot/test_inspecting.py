"""A file is known again by its bytes, its recipe or its watermark; refused terms cost nothing and are logged."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, PngImagePlugin
from skimage import data

from bot import clock
from bot.briefs.model import BriefRequest, UserError
from bot.cli import main
from bot.draft import actions as draft_actions
from bot.inspect.actions import ask
from bot.marking import table as marking_table
from bot.marking.refused import found
from bot.marking.table import Outgoing
from bot.pictures.likeness import shows
from bot.store import pictures
from marks import watermark
from marks.writing import marks_of
from tests.bot.editor_world import draft
from tests.bot.office import ADA, CHANNEL, rows


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


async def test_a_cropped_jpeg_is_found_by_its_watermark_and_a_strange_one_is_not(
    office, tmp_path, monkeypatch
):
    try:
        watermark.check()
    except watermark.CannotWatermark:
        pytest.skip("the extra is not installed")
    brief = await draft(office, "first")
    (version,) = await rows(
        office.database, "SELECT id FROM versions WHERE brief = ? AND number = 2", brief.id
    )
    # What is blended of noise is too plain: a photograph.
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
    verdict = await office.database.read(lambda tx: ask(tx, store, part))
    assert verdict is not None
    assert (verdict.version.id, verdict.by) == (version["id"], "watermark")
    assert await office.database.read(lambda tx: ask(tx, store, jpeg(photo(9), 80))) is None
    assert (await office.database.read(lambda tx: ask(tx, store, out.getvalue()))).by == "file"

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
