"""Pictures as people have them: read, right way up, in the right colours, or one sentence."""

import io
import itertools
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageDraw

from bot.briefs.model import UserError
from bot.draft.job import upright
from bot.pictures import cropping, cutouts, masks, opening, sheets


def encoded(picture, kind="PNG", **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def two_halves(size=(128, 96)):
    """Red on the left, green on the right."""
    picture = Image.new("RGB", size, (0, 120, 90))
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 2 - 1, size[1] - 1), fill=(200, 60, 40))
    return picture


def several(size=(128, 96), **options):
    """What cameras call .JPG: two pictures in one file."""
    picture = two_halves(size)
    return encoded(
        picture, "MPO", save_all=True, append_images=[Image.new("RGB", (64, 48), "blue")], **options
    )


def with_bad_notes():
    data = encoded(two_halves())
    notes = b"\0\x08\0\x02\x01\x12\0\x03"
    chunk = struct.pack(">I", len(notes)) + b"eXIf" + notes + struct.pack(">I", zlib.crc32(b"eXIf" + notes))
    return data[:33] + chunk + data[33:]


def turned(picture, kind="JPEG", **options):
    """Saved lying on its side, with a camera's note that says so."""
    notes = Image.Exif()
    notes[0x112] = 6
    return encoded(picture.rotate(90, expand=True), kind, exif=notes, **options)


def _fixed(value):
    return struct.pack(">i", round(value * 65536))


def _profile(space, kind, pcs, tags):
    start, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, data in tags:
        data += b"\0" * (-len(data) % 4)
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data
    head = struct.pack(">I", start + len(body)) + b"lcms" + b"\x02\x10\0\0" + kind + space + pcs
    head += struct.pack(">6H", 2026, 11, 26, 0, 0, 0) + b"acsp" + b"\0" * 28
    head += _fixed(0.9642) + _fixed(1) + _fixed(0.8249) + b"\0" * 48
    return head + struct.pack(">I", len(tags)) + table + body


def _xyz(*values):
    return b"XYZ \0\0\0\0" + b"".join(map(_fixed, values))


_NAMED = (b"desc", b"desc\0\0\0\0" + struct.pack(">I", 5) + b"made\0" + b"\0" * 78)
_WHITE = (b"wtpt", _xyz(0.9642, 1, 0.8249))


def wide():
    """An RGB space about as wide as Adobe's, with a gamma of 2.2."""
    gamma = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    primaries = [(0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7445)]
    tags = [_NAMED, _WHITE]
    for letter, values in zip(b"rgb", primaries, strict=True):
        tags += [(bytes([letter]) + b"XYZ", _xyz(*values)), (bytes([letter]) + b"TRC", gamma)]
    return _profile(b"RGB ", b"mntr", b"XYZ ", tags)


def press():
    """Inks whose corners are far from what Pillow takes them for."""
    clut = b""
    for c, m, y, k in itertools.product((0, 1), repeat=4):
        light = 95 - 30 * c - 35 * m - 8 * y
        clut += bytes(
            [round((light * (0.2 if k else 1)) * 2.55), 128 - 35 * c + 60 * m, 128 - 45 * c + 70 * y]
        )
    line = bytes(range(256))
    one = b"".join(map(_fixed, (1, 0, 0, 0, 1, 0, 0, 0, 1)))
    table = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + one + line * 4 + clut + line * 3
    return _profile(b"CMYK", b"prtr", b"Lab ", [_NAMED, _WHITE, (b"A2B0", table)])


def as_managed(picture, profile, mode="RGB"):
    """What Little CMS itself says of the colours."""
    own, srgb = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
    return np.asarray(ImageCms.profileToProfile(picture.convert(mode), own, srgb, outputMode="RGB"), int)


def same(picture, expected, most=2):
    return int(np.abs(np.asarray(picture.convert("RGB"), int) - np.asarray(expected, int)).max()) <= most


#: What a camera's note asks for, by its number, undone.
UNDONE = {
    1: (),
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_90,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_270,),
}
#: Left and top of each quarter, and its colour.
QUARTERS = {
    (0, 0): (200, 60, 40),
    (64, 0): (0, 120, 90),
    (0, 48): (30, 60, 200),
    (64, 48): (230, 220, 90),
}


def four_quarters():
    picture = Image.new("RGB", (128, 96))
    for (left, top), colour in QUARTERS.items():
        picture.paste(colour, (left, top, left + 64, top + 48))
    return picture


def held(picture, number, kind, **options):
    """Saved as a camera does that was held so; people see the picture as it is."""
    for turn in UNDONE[number]:
        picture = picture.transpose(turn)
    notes = Image.Exif()
    notes[0x112] = number
    return encoded(picture, kind, exif=notes, **options)


def ways(data):
    """The picture as each of the bot's ways opens it."""
    yield opening.seen(data)
    yield opening.seen(data, side=64)
    yield upright(data)
    yield opening.seen(opening.kept(data))
    yield cutouts.whole(data)
    delivered = cropping.cut(opening.kept(data), width=256, height=192, format="png", cap=None)
    yield Image.open(io.BytesIO(delivered.data))


def shows(found, quarters=QUARTERS, most=12):
    """Whether all quarters are where they were."""
    seen, scale = found.convert("RGB"), found.width / 128
    assert found.height == round(96 * scale)
    for (left, top), colour in quarters.items():
        there = seen.getpixel((int((left + 32) * scale), int((top + 24) * scale)))
        assert there == pytest.approx(colour, abs=most), (left, top)


@pytest.mark.parametrize("number", UNDONE)
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"quality": 95}),
        ("PNG", {}),
        ("WEBP", {"quality": 95}),
        ("AVIF", {"quality": 95}),
        ("MPO", {"quality": 95, "save_all": True, "append_images": [Image.new("RGB", (64, 48))]}),
    ],
)
def test_however_a_camera_was_held_the_picture_and_a_mask_are_upright(kind, options, number):
    data = held(four_quarters(), number, kind, **options)
    for found in ways(data):
        shows(found)
    mask = Image.new("L", (128, 96))
    mask.paste(255, (0, 0, 64, 48))
    for size in ((128, 96), (256, 192)):
        upload = held(mask.resize(size), number, kind, **options)
        marked = np.asarray(masks.from_upload(upload, 128, 96, scaled=True))
        assert marked[4:44, 4:60].all()
        assert not marked[52:].any()
        assert not marked[:, 68:].any()
        assert masks.is_mask(upload)


def sixteen_bits(channels):
    """A PNG of 16 bits a channel, which Pillow does not write: grey, grey and alpha, RGB, RGBA."""
    mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[channels]
    values = np.asarray(four_quarters().convert(mode)).reshape(96, 128, channels).astype(np.uint16) * 257
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", 128, 96, 16, {1: 0, 2: 4, 3: 2, 4: 6}[channels], 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def grey(of=QUARTERS):
    return {
        place: (Image.new("RGB", (1, 1), colour).convert("L").getpixel((0, 0)),) * 3
        for place, colour in of.items()
    }


@pytest.mark.parametrize(
    ("data", "quarters"),
    [
        (encoded(four_quarters().convert("L")), grey()),
        (encoded(four_quarters().convert("LA")), grey()),
        (encoded(four_quarters().convert("L"), "JPEG", quality=95), grey()),
        (encoded(four_quarters().quantize(8)), QUARTERS),
        (encoded(four_quarters().quantize(8), transparency=7), QUARTERS),
        (encoded(four_quarters().convert("RGBA").quantize(8)), QUARTERS),
        (encoded(four_quarters().convert("RGBA")), QUARTERS),
        (encoded(four_quarters(), transparency=(1, 2, 3)), QUARTERS),
        (encoded(four_quarters().convert("CMYK"), "JPEG", quality=100), QUARTERS),
        (encoded(four_quarters(), "JPEG", quality=95, progressive=True), QUARTERS),
        (encoded(four_quarters(), "JPEG", quality=95) + b"and more", QUARTERS),
        (encoded(four_quarters().convert("L").point(lambda v: 255 * (v > 150)).convert("1")),
         {(0, 0): (0, 0, 0), (64, 48): (255, 255, 255)}),
        (sixteen_bits(1), grey()),
        (sixteen_bits(2), grey()),
        (sixteen_bits(3), QUARTERS),
        (sixteen_bits(4), QUARTERS),
    ],
    ids=[
        "grey", "grey and alpha", "grey JPEG", "palette", "palette with a clear colour", "palette with alpha", "alpha",
        "a clear colour", "inks without a profile", "progressive", "something behind", "black and white",
        "16-bit grey", "16-bit grey and alpha", "16-bit RGB", "16-bit RGBA",
    ],
)  # fmt: skip
def test_pictures_of_every_mode_are_what_people_see(data, quarters):
    for found in ways(data):
        shows(found, quarters)


_SHORT = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12"


@pytest.mark.filterwarnings("ignore:Corrupt EXIF", "ignore:Metadata Warning")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    "notes",
    [
        b"zzzz",
        b"Exif\0\0MM\0*",
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff",
        _SHORT + b"\0\x02\0\0\0\x02x\0\0\0\0\0\0\0",
        _SHORT + b"\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0",
        _SHORT + b"\0\x03\0\0\0\x01\0\x09\0\0\0\0\0\0",
        _SHORT + b"\0\x03\0\0\0\x02\0\x01\0\x01\0\0\0\0",
    ],
    ids=["rubbish", "cut off", "entries that are not there", "letters", "0", "9", "two numbers"],
)
def test_broken_notes_of_a_camera_are_left_behind(kind, notes):
    for found in ways(encoded(four_quarters(), kind, exif=notes)):
        shows(found)


@pytest.mark.parametrize(
    "data",
    [
        several(),
        with_bad_notes(),
        encoded(two_halves(), "WEBP", lossless=True),
        encoded(two_halves(), "WEBP", lossless=True, exif=b"Exif\0\0zzzz"),
        turned(two_halves(), quality=95),
        turned(two_halves(), "PNG"),
        encoded(two_halves().quantize(16), "GIF"),
        encoded(two_halves(), "GIF", save_all=True, append_images=[Image.new("RGB", (128, 96), "blue")]),
        encoded(
            two_halves(),
            "WEBP",
            save_all=True,
            append_images=[Image.new("RGB", (128, 96), "blue")],
            lossless=True,
        ),
        encoded(
            two_halves(),
            "PNG",
            save_all=True,
            append_images=[Image.new("RGB", (128, 96), "blue")],
            duration=50,
        ),
        encoded(two_halves(), "AVIF", quality=95),
        encoded(two_halves(), "HEIF", quality=95),
    ],
    ids=[
        "several in one JPEG",
        "broken notes",
        "WebP",
        "WebP with broken notes",
        "turned JPEG",
        "turned PNG",
        "GIF",
        "animated GIF",
        "animated WebP",
        "animated PNG",
        "AVIF",
        "HEIC",
    ],
)
def test_people_see_what_they_sent(data):
    for found in (opening.seen(data), upright(data), Image.open(io.BytesIO(opening.kept(data)))):
        assert found.size == (128, 96)
        assert found.convert("RGB").getpixel((20, 48)) == pytest.approx((200, 60, 40), abs=12)
        assert found.convert("RGB").getpixel((110, 48)) == pytest.approx((0, 120, 90), abs=12)
    # Slack shows these two only, and engines know no animations.
    kept = Image.open(io.BytesIO(opening.kept(data)))
    assert kept.format in ("PNG", "JPEG")
    assert getattr(kept, "n_frames", 1) == 1
    assert sheets.contact_sheet([data])


def test_what_can_be_kept_is_kept_byte_for_byte():
    for data in (encoded(two_halves()), encoded(two_halves(), "JPEG"), encoded(two_halves().convert("RGBA"))):
        assert opening.kept(data) == data
    assert np.array_equal(
        np.asarray(Image.open(io.BytesIO(opening.kept(several())))),
        np.asarray(Image.open(io.BytesIO(several()))),
    )


def test_sixteen_bits_of_grey_are_scaled_and_not_cut_off():
    ramp = np.linspace(0, 65535, 128)[None].repeat(96, 0).astype(np.uint16)
    data = encoded(Image.fromarray(ramp))
    for found in (opening.seen(data), Image.open(io.BytesIO(opening.kept(data)))):
        assert np.asarray(found.convert("L"), float).mean() == pytest.approx(127.5, abs=1)
    dark = np.full((96, 128), 300, np.uint16)
    dark[:, :64] = 65535
    marked = np.asarray(masks.from_upload(encoded(Image.fromarray(dark)), 128, 96))
    assert marked[:, :64].all()
    assert not marked[:, 64:].any()


def test_a_turned_mask_marks_what_people_see_white():
    mask = Image.new("L", (96, 64))
    mask.paste(255, (0, 0, 96, 32))
    found = np.asarray(masks.from_upload(turned(mask, quality=95), 96, 64))
    assert found[:30].all()
    assert not found[34:].any()
    assert masks.is_mask(turned(mask, quality=95))


def test_inks_look_as_their_profile_says():
    inks = Image.new("CMYK", (64, 64), (20, 215, 215, 10))
    inks.paste((215, 60, 160, 20), (32, 0, 64, 64))
    data = encoded(inks, "JPEG", quality=100, icc_profile=press())
    expected = as_managed(Image.open(io.BytesIO(data)), press(), "CMYK")
    for found in (upright(data), Image.open(io.BytesIO(opening.kept(data))), cutouts.whole(data)):
        assert same(found, expected)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_a_wide_space_looks_the_same_and_stays_clear_where_it_was(mode):
    picture = two_halves().convert("RGBA")
    if mode == "RGBA":
        picture.paste((0, 0, 0, 0), (0, 0, 8, 8))
    picture = picture if mode == "RGBA" else two_halves() if mode == "RGB" else two_halves().quantize(16)
    expected = as_managed(picture, wide())
    for data in (
        encoded(picture, icc_profile=wide()),
        encoded(picture.convert("RGBA"), "WEBP", lossless=True, exact=True, icc_profile=wide()),
    ):
        found = opening.seen(data)
        assert same(found.crop((8, 8, 128, 96)), expected[8:, 8:])
        assert same(opening.seen(opening.kept(data)).crop((8, 8, 128, 96)), expected[8:, 8:])
        assert same(upright(data).crop((8, 8, 128, 96)), expected[8:, 8:])
        if mode == "RGBA":
            assert found.getpixel((2, 2))[3] == 0
            assert opening.seen(opening.kept(data)).getpixel((2, 2))[3] == 0


def test_a_profile_that_cannot_be_read_or_is_of_other_numbers_is_ignored():
    for profile in (b"no profile", press()):
        data = encoded(two_halves(), icc_profile=profile)
        assert same(opening.seen(data), two_halves(), 0)


@pytest.mark.slow
def test_a_phones_photo_is_scaled_where_it_is_only_looked_at():
    for data in (
        encoded(Image.new("L", (5_712, 4_284), 90), "JPEG", quality=10),
        several((8_064, 6_048)),
        encoded(Image.new("RGB", (12_000, 2_600), "teal"), compress_level=1),
        encoded(Image.new("RGB", (12_000, 2_600), "teal").quantize(2), compress_level=1),
        turned(Image.new("RGB", (16_000, 3_600), "teal"), quality=10),
    ):
        found = opening.seen(data, side=2_048)
        assert max(found.size) == 2_048
        assert found.width > found.height
        kept = Image.open(io.BytesIO(opening.kept(data, side=2_048)))
        assert kept.size == found.size
        assert max(cutouts.whole(data).size) == 2_048
        mask = Image.new("L", (found.width * 3 // 2, found.height * 3 // 2))
        mask.paste(255, (mask.width // 4, mask.height // 4, mask.width // 2, mask.height // 2))
        assert cutouts.cut_out(data, encoded(mask)).size == found.size
        with pytest.raises(UserError, match=r"16 megapixels\. Scale it to \d+×\d+ or less"):
            opening.kept(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        encoded(two_halves())[:150],
        encoded(two_halves(), "JPEG")[:300],
        encoded(two_halves(), "WEBP")[:60],
        encoded(two_halves(), "HEIF")[:200],
        encoded(two_halves(), "AVIF")[:200],
        several()[:200],
        encoded(two_halves(), "TIFF"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(data):
    for read in (opening.seen, opening.kept, upright, cutouts.whole, masks.is_mask):
        with pytest.raises(UserError, match="no picture that I can open"):
            read(data)


def test_one_pixel_is_a_picture():
    assert opening.seen(encoded(Image.new("RGB", (1, 1)))).size == (1, 1)
