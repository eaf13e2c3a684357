"""Drawn-over copies: what was drawn is the mask, nothing is spent before somebody says so, and nothing fails silently."""

import asyncio
import io
import json

import numpy as np
import pytest
from PIL import Image

from bot.briefs.model import UserError
from bot.budget import holds
from bot.fix.each import fix_each
from bot.fix.regions import parse_region
from bot.listeners.mention_text import parse_reply
from bot.pictures import markup, masks
from tests.bot import markups
from tests.bot.editor_world import box_mask, editor, lying_png, png
from tests.bot.measure_markups import measure
from tests.bot.office import ADA, CHANNEL, rows


def product_shot(seed=5, size=(256, 256)):
    return markups.picture(np.random.default_rng(seed), size)


def jpeg(image, quality=80):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def scribbled(image, box=(60, 60, 160, 140), colour=(255, 0, 120)):
    copy = image.copy()
    copy.paste(colour, box)
    return copy


@pytest.mark.slow
def test_drawings_are_understood_whatever_the_phone_did_to_the_copy():
    overlaps, refused, _ = measure(8, first=40)
    assert refused == []
    assert overlaps.mean() >= 0.85
    assert overlaps.min() > 0.4


@pytest.mark.parametrize("quality", [40, 60, 95])
@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0])
def test_a_filled_box_is_found_to_the_pixel_nearly(quality, factor):
    original = product_shot()
    copy = scribbled(original)
    copy = copy.resize((round(256 * factor), round(256 * factor)), Image.Resampling.BICUBIC)
    found = markup.read(original, jpeg(copy, quality))
    truth = np.zeros((256, 256), bool)
    truth[60:140, 60:160] = True
    # One pixel of a copy at half size is two of the original's.
    assert markups.iou(found.mask, truth) > (0.93 if factor >= 1 else 0.88)


def test_a_circle_means_what_it_goes_around():
    from PIL import ImageDraw

    original = product_shot(7)
    copy = original.copy()
    ImageDraw.Draw(copy).ellipse((60, 60, 180, 180), outline=(20, 255, 20), width=6)
    found = np.asarray(markup.read(original, jpeg(copy)).mask) > 0
    assert found[120, 120]
    assert not found[20, 20]
    assert found.mean() == pytest.approx(np.pi * 60**2 / 256**2, rel=0.06)


@pytest.mark.parametrize("quality", [40, 70, 95])
def test_an_untouched_copy_is_told_from_a_marked_one(quality):
    original = product_shot(9)
    copy = original.crop((10, 5, 250, 256)).resize((333, 348), Image.Resampling.BILINEAR)
    with pytest.raises(markup.NothingDrawn, match="nothing drawn"):
        markup.read(original, jpeg(copy, quality))


@pytest.mark.parametrize(
    "other",
    [
        product_shot(11),
        product_shot(12, (300, 200)),
        Image.new("RGB", (256, 256), "white"),
        Image.effect_noise((256, 256), 90).convert("RGB"),
        product_shot(5).rotate(90),
        product_shot(5).crop((0, 0, 60, 256)),
    ],
    ids=["another", "another shape", "blank", "noise", "turned", "a strip"],
)
def test_what_is_no_copy_is_refused_with_a_sentence(other):
    with pytest.raises(UserError, match="doesn't look like a drawn-over copy"):
        markup.read(product_shot(5), jpeg(other))


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"<svg/>", lying_png(20_000, 10_000), lying_png(300, 300)], ids=range(5)
)
def test_uploads_that_lie_are_refused_with_a_sentence(data):
    with pytest.raises(UserError, match=r"[a-z]{3,}.*\."):
        markup.read(product_shot(5), data)


def test_a_mask_picture_and_a_drawn_over_photo_are_told_apart():
    assert masks.is_mask(png(box_mask()))
    assert masks.is_mask(jpeg(box_mask().convert("RGB"), 60))
    erased = product_shot().convert("RGBA")
    erased.paste((0, 0, 0, 0), (10, 10, 60, 60))
    assert masks.is_mask(png(erased))
    assert not masks.is_mask(jpeg(scribbled(product_shot())))


async def real_thread(world):
    """Give the thread's first cell a picture with something to see on it."""
    picture = product_shot(21, (64 * 3, 64 * 3))
    stored = world.office.services.picture_store.keep(png(picture))
    first = (await world.versions())[0]["id"]

    def work(tx):
        from bot import clock
        from bot.store import pictures

        pictures.record(tx, stored, clock.now())
        tx.execute("UPDATE versions SET picture = ? WHERE id = ?", [stored.sha256, first])

    await world.office.database.write(work)
    return first, picture


def marked(picture):
    return jpeg(scribbled(picture, (40, 40, 110, 100)), 75)


async def messages(office, key):
    found = await rows(office.database, "SELECT key, payload FROM effects WHERE key LIKE ?", key)
    return [json.loads(row["payload"]) for row in found]


@pytest.mark.slow
async def test_what_was_understood_is_shown_before_anything_is_spent(office):
    async with editor(office) as world:
        first, picture = await real_thread(world)
        given = {
            "brief": world.brief.id,
            "person": "U0BEN",
            "instruction": "a blue label",
            "event_id": "C1:1.0",
        }
        await world.markups.understand(marked(picture), **given)
        await world.markups.understand(marked(picture), **given)
        (told,) = await messages(office, "markup:%")
        assert "marked 11 %" in told["text"] or "marked 12 %" in told["text"]
        assert "Nothing is spent yet" in json.dumps(told)
        assert await rows(office.database, "SELECT id FROM jobs WHERE tier = 'fix'") == []

        (waiting,) = await rows(office.database, "SELECT * FROM markups")
        outcomes = await asyncio.gather(
            *(world.markups.confirm(waiting["id"], person="U0ADA") for _ in range(3)), return_exceptions=True
        )
        assert sum(isinstance(outcome, UserError) for outcome in outcomes) == 2
        (job,) = await rows(office.database, "SELECT * FROM jobs WHERE tier = 'fix'")
        assert (job["parent"], job["person"]) == (first, "U0ADA")
        request = json.loads(job["request"])
        assert request["instruction"] == "a blue label"
        path = office.services.picture_store.folder / request["mask"][:2] / f"{request['mask']}.png"
        left, top, right, bottom = Image.open(path).getbbox()
        assert np.allclose((left, top, right, bottom), (40, 40, 110, 100), atol=2)


async def test_marks_without_words_ask_what_to_do_and_can_be_taken_back(office):
    async with editor(office) as world:
        _, picture = await real_thread(world)
        await world.markups.understand(
            marked(picture), brief=world.brief.id, person="U0BEN", instruction="", event_id="C1:2.0"
        )
        (told,) = await messages(office, "markup:%")
        assert "Say what to do" in json.dumps(told)
        (waiting,) = await rows(office.database, "SELECT * FROM markups")
        with pytest.raises(UserError, match="Say what should be there"):
            await world.markups.confirm(waiting["id"], person="U0BEN")
        await world.markups.drop(waiting["id"], person="U0BEN")
        with pytest.raises(UserError, match="dealt with already"):
            await world.markups.confirm(waiting["id"], person="U0BEN", instruction="a blue label")
        assert await rows(office.database, "SELECT id FROM jobs WHERE tier = 'fix'") == []


async def test_a_copy_of_no_picture_in_the_thread_is_told(office):
    async with editor(office) as world:
        await real_thread(world)
        with pytest.raises(UserError, match="doesn't look like"):
            await world.markups.understand(
                jpeg(product_shot(33)),
                brief=world.brief.id,
                person="U0BEN",
                instruction="",
                event_id="C1:3.0",
            )
        assert await messages(office, "markup:%") == []


@pytest.mark.parametrize(
    "words", ["everything except center", "all but the center", "everywhere outside of center"]
)
def test_everything_except_a_region(words):
    mask = np.asarray(masks.from_box(parse_region(words), 80, 40))
    assert mask[0, 0] == 255
    assert mask[20, 40] == 0
    assert (mask > 0).mean() == pytest.approx(0.75)


def test_everything_except_everything_is_nothing():
    with pytest.raises(UserError, match="nothing that may change"):
        masks.from_box(parse_region("everything except everything"), 80, 40)


def test_a_thing_by_its_name_is_answered_with_a_way():
    with pytest.raises(UserError, match="paint it in the editor"):
        parse_region("everything except the bottle")


def test_several_regions_in_one_message():
    asked = parse_reply(
        "fix cell 2 left: make it blue; B2:C3: a star; 10% 10% 20% 20%: remove it", has_mask=False
    )
    assert asked.cell == 2
    assert [one.instruction for one in (asked, *asked.more)] == ["make it blue", "a star", "remove it"]
    assert [one.region_text for one in (asked, *asked.more)] == ["left", "B2:C3", "10% 10% 20% 20%"]


async def test_the_same_fix_on_every_picture_of_a_grid_is_all_or_none(office):
    async with editor(office) as world:
        asked = parse_reply("fix each bottom: remove the shadow", has_mask=False)
        assert (asked.each, asked.region_text) == (True, "bottom")
        given = {"brief": world.brief.id, "person": "U0BEN", "mask_upload": None, "event_id": "C1:9.0"}
        one = office.services.prices.hold("fix", 1, 64, 64)
        spent = (await holds.budget_of(office.services, CHANNEL.id)).spent_micro
        await holds.set_budget(
            office.services, f"{(spent + 3 * one) / 1e6:.6f} monthly", channel=CHANNEL, person=ADA
        )
        with pytest.raises(UserError, match="Nothing was charged"):
            await fix_each(office.services, asked, **given)
        assert await rows(office.database, "SELECT id FROM jobs WHERE tier = 'fix'") == []
        await holds.set_budget(office.services, "20 monthly", channel=CHANNEL, person=ADA)
        await fix_each(office.services, asked, **given)
        await fix_each(office.services, asked, **given)
        made = await rows(office.database, "SELECT parent FROM jobs WHERE tier = 'fix'")
        assert {job["parent"] for job in made} == {version["id"] for version in await world.versions()}
        assert len(made) == 4


def test_a_semicolon_inside_an_instruction_is_no_region():
    asked = parse_reply("fix left: make it blue; keep the laces", has_mask=False)
    assert asked.instruction == "make it blue; keep the laces"
    assert asked.more == ()
