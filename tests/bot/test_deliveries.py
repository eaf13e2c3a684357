"""Deliveries: what is understood of a command, and files at exact sizes, in sRGB, below their cap, around the subject."""

import contextlib
import io
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw

from bot import clock
from bot.approve import table as approve_table
from bot.briefs import table as briefs_table
from bot.briefs.model import Named, UserError
from bot.deliver import actions as deliver_actions
from bot.deliver import messages as deliver_messages
from bot.deliver import slack as deliver_slack
from bot.deliver.request import Deliver, parse_deliver
from bot.pictures import cropping
from bot.slack.incoming import Click
from bot.worker import table as worker_table
from tests.bot.editor_world import draft
from tests.bot.office import ADA, BEN, CHANNEL, rows


def png(image, **more):
    out = io.BytesIO()
    image.save(out, "PNG", **more)
    return out.getvalue()


def noise(width, height):
    return Image.fromarray(np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8))


def opened(file):
    return Image.open(io.BytesIO(file.data))


def test_names_sizes_and_flags_may_stand_anywhere():
    assert parse_deliver("deliver K7M2QRS 1080x1080 story —max 500kb --format=png --extend") == Deliver(
        names=(Named(brief="K7M2QRS"),),
        sizes=((1080, 1080), (1080, 1920)),
        format="png",
        cap=500_000,
        extend=True,
    )
    found = parse_deliver("deliver --max 1.5MB 1200X628 K7M2QRS/2 K7M2QRS/pro K7M2QRS/fix3 1200x628")
    assert found.names == (
        Named(brief="K7M2QRS", number=2),
        Named(brief="K7M2QRS", kind="pro"),
        Named(brief="K7M2QRS", kind="fix", number=3),
    )
    assert (found.sizes, found.cap, found.format) == (((1200, 628),), 1_500_000, "jpg")
    assert parse_deliver("deliver approved square").names == ()


@pytest.mark.parametrize("prompt", ["a deliverable", "deliver pizza on a bike", "delivery van", ""])
def test_a_prompt_about_deliveries_stays_a_prompt(prompt):
    assert parse_deliver(prompt) is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("deliver", "for example"),
        ("deliver K7M2QRS", "Which size?"),
        ("deliver 1080x1080", "Which picture?"),
        ("deliver K7M2QRS 9999x10", "16 to 4096"),
        ("deliver K7M2QRS 0x0", "16 to 4096"),
        ("deliver K7M2QRS huge", "`huge` is neither"),
        ("deliver K7M2QRS 100x100 --max tiny", "no file size"),
        ("deliver K7M2QRS 100x100 --max", "needs a value"),
        ("deliver K7M2QRS 100x100 --max 1kb", "No picture fits"),
        ("deliver K7M2QRS 100x100 --format gif", "jpg, png and webp"),
        ("deliver K7M2QRS 100x100 --smart", "I don't know the flag `--smart`"),
        ("deliver K7M2QRS " + " ".join(f"{n}x100" for n in range(100, 111)), "up to 10"),
        ("deliver K7M2QRS K7M2QRS/1 K7M2QRS/2 " + " ".join(f"{n}x100" for n in range(100, 109)), "27 files"),
    ],
)
def test_what_cannot_be_delivered_is_told_in_a_sentence(text, sentence):
    with pytest.raises(UserError) as told:
        parse_deliver(text)
    assert sentence in told.value.sentence


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_it(text):
    with contextlib.suppress(UserError):
        found = parse_deliver(f"deliver {text}")
        assert found is None or found.sizes


@pytest.mark.parametrize("format", ["jpg", "png", "webp"])
@pytest.mark.parametrize("size", [(1080, 1080), (1200, 628), (333, 77)])
def test_a_file_has_exactly_the_pixels_that_were_asked_for(format, size):
    file = cropping.cut(png(noise(256, 192)), width=size[0], height=size[1], format=format, cap=None)
    found = opened(file)
    assert (found.size, found.format) == (size, {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[format])
    assert "sRGB" in ImageCms.getProfileDescription(
        ImageCms.ImageCmsProfile(io.BytesIO(found.info["icc_profile"]))
    )


@pytest.mark.parametrize("place", [(40, 40), (420, 60), (60, 420), (430, 430)])
@pytest.mark.parametrize("size", [(1200, 400), (400, 1200)])
@pytest.mark.parametrize("ground", [(225, 226, 228), (2, 150, 145)])
def test_the_crop_keeps_the_subject(place, size, ground):
    # A soft light falls on the ground, which in a strong colour is no subject either.
    light = np.linspace(0, 24, 512)[:, np.newaxis, np.newaxis]
    lit = np.clip(np.full((512, 512, 3), ground) + light, 0, 255).astype(np.uint8)
    picture = Image.fromarray(lit)
    x, y = place
    ImageDraw.Draw(picture).ellipse((x - 30, y - 30, x + 30, y + 30), fill=(200, 30, 40))
    red = np.asarray(picture)[..., 1] < 50
    left, top, right, bottom = map(round, cropping.window(picture, *size))
    assert red[top:bottom, left:right].sum() == red.sum()


@pytest.mark.parametrize("size", [(1200, 400), (400, 1200)])
@pytest.mark.parametrize(("radius", "cuts"), [(60, False), (150, True)])
def test_a_crop_that_cuts_the_subject_says_how_much(size, radius, cuts):
    picture = Image.new("RGB", (512, 512), (2, 150, 145))
    ImageDraw.Draw(picture).ellipse(
        (256 - radius, 256 - radius, 256 + radius, 256 + radius), fill=(200, 30, 40)
    )
    file = cropping.cut(png(picture), width=size[0], height=size[1], format="jpg", cap=None)
    assert (file.lost_percent > 20) is cuts
    if not cuts:
        assert file.lost_percent == 0
    # Of a picture that fills its frame nobody can tell.
    full = cropping.cut(png(noise(256, 256)), width=size[0], height=size[1], format="jpg", cap=None)
    assert full.lost_percent == 0


def test_painting_more_around_it_is_proposed_before_a_file_that_cuts_the_subject():
    def made(lost):
        file = cropping.File(
            data=b"", width=1200, height=400, scale=1, cropped_percent=66, quality=90, lost_percent=lost
        )
        version = SimpleNamespace(kind="pro", number=1, seed=7)
        return deliver_messages.Delivered(
            file=file, sha256="a", filename="a.jpg", version=version, extended=False
        )

    brief = SimpleNamespace(prompt="a red apple")
    offer = deliver_messages.Offer(
        name="red-apple-1/pro1",
        command="deliver red-apple-1/pro1 1200x400 --format jpg --extend",
        cost="about 3\u00a0¢",
    )
    message = deliver_messages.delivered(brief, [made(30)], [], person="U1", offers=[offer])
    row = message.blocks[1]["elements"]
    assert row[0]["text"]["text"] == "Paint more around it · about 3\u00a0¢"
    assert parse_deliver(row[0]["value"]).extend
    assert "cuts off 30% of what it shows" in str(message.blocks[2])
    quiet = deliver_messages.delivered(brief, [made(0)], [], person="U1")
    assert "cuts off" not in str(quiet.blocks)


def test_a_file_stays_below_its_cap_with_the_best_quality_that_fits():
    loose = cropping.cut(png(noise(256, 256)), width=256, height=256, format="jpg", cap=None)
    tight = cropping.cut(png(noise(256, 256)), width=256, height=256, format="jpg", cap=40_000)
    assert len(loose.data) > 40_000 >= len(tight.data)
    assert tight.quality < loose.quality
    with pytest.raises(UserError, match="doesn't fit into 5 kB"):
        cropping.cut(png(noise(256, 256)), width=256, height=256, format="jpg", cap=5_000)
    with pytest.raises(UserError, match="Try `--format jpg`"):
        cropping.cut(png(noise(256, 256)), width=256, height=256, format="png", cap=20_000)


def test_another_colour_space_is_turned_into_srgb():
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # Red and blue change places: what this profile calls (120, 200, 40) looks like (40, 200, 120).
    swapped = plain.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    picture = png(Image.new("RGB", (32, 32), (120, 200, 40)), icc_profile=swapped)
    found = opened(cropping.cut(picture, width=32, height=32, format="png", cap=None))
    assert found.getpixel((5, 5)) == pytest.approx((40, 200, 120), abs=2)
    broken = png(Image.new("RGB", (32, 32)), icc_profile=b"not a profile")
    with pytest.raises(UserError, match="colour profile is broken"):
        cropping.cut(broken, width=32, height=32, format="png", cap=None)


def test_what_shows_through_is_white_in_a_jpeg_and_stays_open_in_a_png():
    clear = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    assert opened(cropping.cut(png(clear), width=64, height=64, format="jpg", cap=None)).getpixel((9, 9)) == (
        255,
        255,
        255,
    )
    kept = opened(cropping.cut(png(clear), width=64, height=64, format="png", cap=None))
    assert kept.getpixel((9, 9))[3] == 0


async def test_painting_more_around_a_picture_is_ordered_once_however_often_it_is_pressed(office):
    brief, whispers = await draft(office, "first"), []

    async def who_and_where(click):
        return (ADA if click.user == ADA.id else BEN), CHANNEL

    async def whisper(channel, user, said, thread_ts=None):
        whispers.append((user, said))

    context = SimpleNamespace(services=office.services, who_and_where=who_and_where, whisper=whisper)

    async def press(user, trigger, action="deliver_extend_1", ts="1700000000.000200"):
        await deliver_slack.extend(
            Click(
                action=action,
                value=f"deliver {brief.id}/1 96x64 --extend",
                channel=CHANNEL.id,
                user=user.id,
                ts=ts,
                thread_ts="1700000000.000100",
                trigger_id=trigger,
            ),
            context,
        )

    async def held():
        return len(
            await rows(office.database, "SELECT 1 FROM ledger WHERE kind = 'reserve' AND tier = 'fix'")
        )

    await press(ADA, "t1")
    await press(ADA, "t2")
    await press(BEN, "t3")
    assert await held() == 1
    assert [user for user, _ in whispers] == [ADA.id, ADA.id, BEN.id]
    assert "On it" in whispers[0][1]
    assert all("ordered already" in said for _, said in whispers[1:])
    # Another offer, and another delivery's.
    await press(ADA, "t4", action="deliver_extend_2")
    await press(ADA, "t5", ts="1700000000.000300")
    assert await held() == 3


async def test_a_delivery_of_all_that_is_approved_is_paid_once_though_more_is_approved_before_it_comes_again(
    office,
):
    # Slack was away when the order was to be confirmed: it comes again when Slack is back.
    earlier, later = await draft(office, "first"), await draft(office, "second")

    async def approved(brief):
        def work(tx):
            cell = briefs_table.cells(tx, brief.id)[0]
            job = worker_table.job(tx, cell.job)
            briefs_table.add_version(
                tx,
                job=replace(job, parent=cell.id),
                kind="pro",
                number=5,
                prompt=cell.prompt,
                seed=cell.seed,
                picture=cell.picture,
                seconds=1.0,
                at=clock.now(),
            )
            approve_table.add_approval(tx, version=cell.id, person=ADA.id, at=clock.now())

        await office.database.write(work)

    async def order():
        return await deliver_actions.hand_over(
            office.services,
            parse_deliver("deliver approved 96x64 --extend"),
            channel=CHANNEL,
            person=ADA,
            event_id="e9",
        )

    async def held():
        return await rows(office.database, "SELECT job FROM ledger WHERE kind = 'reserve' AND tier = 'fix'")

    await approved(earlier)
    assert "On it" in await order()
    paid = await held()
    assert len(paid) == 1
    await approved(later)
    again = await order()
    assert await held() == paid
    assert "ordered already" in again
