"""Contact sheets, before and after, and masks: looked at pixel by pixel."""

from __future__ import annotations

import io
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, UnidentifiedImageError

from bot.pictures.sheets import LONGEST_SHEET_SIDE, before_after, contact_sheet, layout, mask_overlay

COLOURS = [
    (200, 30, 30),
    (30, 160, 60),
    (40, 60, 200),
    (230, 200, 40),
    (150, 60, 180),
    (40, 180, 190),
    (250, 130, 20),
    (255, 255, 255),
    (0, 0, 0),
]


def _png(image: Image.Image, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


def _plain(colour: tuple[int, ...], size: tuple[int, int] = (256, 256)) -> bytes:
    return _png(Image.new("RGB", size, colour))


def _open(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert image.format == "PNG"
    return image.convert("RGBA")


def _pixels(data: bytes) -> NDArray[np.uint8]:
    return np.asarray(_open(data))


@pytest.mark.parametrize("cells", range(1, 10))
def test_every_picture_stands_in_its_numbers_place(cells: int) -> None:
    sheet = _open(contact_sheet([_plain(colour) for colour in COLOURS[:cells]]))
    plan = layout(cells, 256, 256)
    assert sheet.size == (plan.width, plan.height)
    for colour, (left, top, right, bottom) in zip(COLOURS, plan.boxes, strict=False):
        for x, y in (
            ((left + right) // 2, (top + bottom) // 2),
            (right - 2, bottom - 2),
            (right - 2, top + 1),
        ):
            assert sheet.getpixel((x, y)) == (*colour, 255)
    # Read like text: left to right, then down.
    assert list(plan.boxes) == sorted(plan.boxes, key=lambda box: (box[1], box[0]))


def test_numbers_stand_in_the_top_left_corner_and_leave_the_subject_free() -> None:
    for cells in range(1, 10):
        plan = layout(cells, 256, 256)
        for number, (left, top, right, bottom) in enumerate(plan.boxes, start=1):
            x, y = plan.badge_centre(number)
            reach = plan.badge / 2
            assert left < x - reach
            assert top < y - reach
            assert x + reach < left + (right - left) * 0.35
            assert y + reach < top + (bottom - top) * 0.35


@pytest.mark.parametrize("background", [(255, 255, 255), (0, 0, 0), (128, 128, 128), (200, 30, 30)])
def test_numbers_are_seen_on_any_picture_and_on_a_phone(background: tuple[int, int, int]) -> None:
    data = contact_sheet([_plain(background)] * 9)
    plan = layout(9, 256, 256)
    scale = 360 / plan.width
    phone = np.asarray(
        _open(data).resize((360, round(plan.height * scale)), Image.Resampling.LANCZOS).convert("L")
    )
    seen = []
    for number in range(1, 10):
        x, y = (round(value * scale) for value in plan.badge_centre(number))
        reach = round(plan.badge * scale / 2)
        assert reach * 2 >= 22
        badge = phone[y - reach : y + reach, x - reach : x + reach].astype(int)
        # Both the dark disc and the light number on it survive the shrinking.
        assert badge.min() < 60
        assert badge[reach // 2 : -reach // 2, reach // 2 : -reach // 2].max() > 200
        seen.append(badge)
    for n, one in enumerate(seen):
        for other in seen[n + 1 :]:
            assert np.abs(one - other).max() > 60


def test_a_picture_keeps_its_pixels_but_for_its_number() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (1024, 1024, 3), dtype=np.uint8)
    sheet = _pixels(contact_sheet([_png(Image.fromarray(noise))]))
    plan = layout(1, 1024, 1024)
    left, top, right, bottom = plan.boxes[0]
    shown = sheet[top:bottom, left:right, :3]
    different = (shown != noise).any(axis=-1)
    ys, xs = np.nonzero(different)
    assert 0 < different.mean() < 0.02
    assert max(xs.max(), ys.max()) < plan.badge * 1.4


def test_gutters_are_transparent_and_white_pictures_stay_apart() -> None:
    sheet = _pixels(contact_sheet([_plain((255, 255, 255))] * 4))
    plan = layout(4, 256, 256)
    (_, _, right, _), (left, top, _, _) = plan.boxes[:2]
    assert sheet[top + 50, (right + left) // 2, 3] == 0
    assert sheet[0, 0, 3] == 0
    between = sheet[top + 50, right:left]
    assert (between[0, :3] < 160).all()
    assert between[0, 3] == 255


def test_a_picture_that_is_missing_leaves_a_quiet_place_with_its_number() -> None:
    sheet = _pixels(contact_sheet([_plain((200, 30, 30)), None, None, None]))
    plan = layout(4, 256, 256)
    left, top, right, bottom = plan.boxes[1]
    panel = sheet[top + 2 : bottom - 2, left + 2 : right - 2]
    assert panel[..., :3].min() > 120  # nothing dark: quiet
    assert (panel[..., 3] == 255).all()
    x, y = plan.badge_centre(2)
    badge = sheet[y - 15 : y + 15, x - 15 : x + 15]
    assert len(np.unique(badge.reshape(-1, 4), axis=0)) > 2


def test_previews_of_any_size_keep_the_layout_of_the_final_sheet() -> None:
    final = _open(contact_sheet([_plain(colour) for colour in COLOURS[:4]]))
    small = [_plain(colour, (32, 32)) for colour in COLOURS[:2]]
    preview = _open(contact_sheet([*small, None, None], cell_size=(256, 256)))
    assert preview.size == final.size
    middle = tuple(value // 4 for value in final.size)
    assert preview.getpixel(middle) == final.getpixel(middle)  # type: ignore[arg-type]
    assert _open(contact_sheet([None] * 4, cell_size=(256, 256))).size == final.size
    assert _open(contact_sheet([None] * 4)).size == final.size


def test_jpeg_webp_and_transparent_pictures_are_welcome() -> None:
    clear = Image.new("RGBA", (64, 64), (200, 30, 30, 0))
    cells = [_png(Image.new("RGB", (64, 64), "navy"), form) for form in ("JPEG", "WEBP")]
    sheet = _pixels(contact_sheet([*cells, _png(clear), _png(Image.new("L", (64, 64), 9))]))
    plan = layout(4, 64, 64)
    for left, top, right, bottom in plan.boxes:
        assert (sheet[top:bottom, left:right, 3] == 255).all()


@pytest.mark.parametrize(
    ("cells", "size", "columns"),
    [
        (4, (256, 256), 2),
        (4, (448, 256), 2),
        (2, (256, 256), 2),
        (2, (896, 256), 1),
        (3, (256, 768), 3),
        (6, (256, 256), 3),
        (9, (256, 256), 3),
    ],
)
def test_columns_follow_the_pictures_shape(cells: int, size: tuple[int, int], columns: int) -> None:
    assert len({box[0] for box in layout(cells, *size).boxes}) == columns


def test_columns_can_be_chosen_and_a_short_last_row_is_centred() -> None:
    plan = layout(5, 256, 256, columns=3)
    assert len({box[1] for box in plan.boxes}) == 2
    assert plan.boxes[3][0] + plan.boxes[4][2] == pytest.approx(plan.width, abs=2)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 9), st.integers(16, 3000), st.integers(16, 3000), st.data())
def test_cells_never_overlap_nor_leave_the_sheet(
    cells: int, width: int, height: int, data: st.DataObject
) -> None:
    columns = data.draw(st.none() | st.integers(1, cells))
    plan = layout(cells, width, height, columns)
    assert max(plan.width, plan.height) < LONGEST_SHEET_SIDE * 1.2
    for left, top, right, bottom in plan.boxes:
        assert plan.gutter <= left < right <= plan.width - plan.gutter
        assert plan.gutter <= top < bottom <= plan.height - plan.gutter
    for (_, _, right, bottom), (other_left, other_top, _, _) in pairwise(plan.boxes):
        assert other_left >= right + plan.gutter or other_top >= bottom + plan.gutter


@pytest.mark.parametrize(("cells", "columns"), [(0, None), (26, None), (4, 0), (4, 5), (4, -1)])
def test_impossible_sheets_are_refused(cells: int, columns: int | None) -> None:
    with pytest.raises(ValueError, match="cells"):
        contact_sheet([_plain((0, 0, 0))] * cells, columns=columns)


def test_bytes_that_are_no_picture_are_refused() -> None:
    with pytest.raises(UnidentifiedImageError):
        contact_sheet([b"no picture"])


def _mask(style: str, size: tuple[int, int] = (512, 512)) -> bytes:
    """The left half, as white on black or as transparent in opaque."""
    left = (0, 0, size[0] // 2 - 1, size[1] - 1)
    if style == "white":
        image = Image.new("L", size, 0)
        ImageDraw.Draw(image).rectangle(left, fill=255)
    else:
        image = Image.new("RGBA", size, (0, 0, 0, 255))
        image.paste((0, 0, 0, 0), (0, 0, size[0] // 2, size[1]))
    return _png(image)


@pytest.mark.parametrize("style", ["white", "transparent"])
def test_before_and_after_stand_side_by_side_with_the_region_outlined(style: str) -> None:
    red, blue = _plain((200, 30, 30), (512, 512)), _plain((30, 30, 200), (512, 512))
    sheet = _pixels(before_after(red, blue, _mask(style)))
    plan = layout(2, 512, 512)
    (left, top, right, bottom), (after_left, _, after_right, _) = plan.boxes
    assert plan.boxes[0][1] == plan.boxes[1][1]
    row = sheet[top + 300, :, :3].astype(int)
    # Outside the region the picture is untouched; the region's border shows light and dark.
    assert (row[(left + right) // 2 + 2 : right] == (200, 30, 30)).all()
    edge = row[(left + right) // 2 - 10 : (left + right) // 2]
    assert edge.min() < 30
    assert edge.max() > 240
    # The border is closed on the picture's own edge, too.
    assert sheet[bottom - 8 : bottom, left + 100, :3].max() > 240
    # What came out is shown without any drawing over it, but for its name.
    assert (row[after_left:after_right] == (30, 30, 200)).all()


def test_both_pictures_carry_their_names() -> None:
    grey = _plain((128, 128, 128), (512, 512))
    sheet = _pixels(before_after(grey, grey))
    plan = layout(2, 512, 512)
    corners = [sheet[top : top + 80, left : left + 180, :3] for left, top, _, _ in plan.boxes]
    for corner in corners:
        assert corner.min() < 40
        assert corner.max() > 230
    assert (corners[0] != corners[1]).any()
    for left, top, right, bottom in plan.boxes:
        assert (sheet[top + 90 : bottom, left:right, :3] == 128).all()


def test_wide_pictures_stand_one_above_the_other() -> None:
    sheet = _open(before_after(_plain((9, 9, 9), (900, 400)), _plain((9, 9, 9), (900, 400))))
    assert sheet.height > sheet.width * 0.8


def test_a_mask_that_marks_nothing_draws_nothing() -> None:
    grey = _plain((128, 128, 128), (512, 512))
    nothing = _png(Image.new("L", (512, 512), 0))
    assert before_after(grey, grey, nothing) == before_after(grey, grey)


def test_a_mask_overlay_dims_what_stays() -> None:
    shown = _pixels(mask_overlay(_plain((200, 200, 200), (512, 512)), _mask("white")))
    assert shown.shape == (512, 512, 4)
    assert tuple(shown[256, 100]) == (200, 200, 200, 255)
    assert shown[256, 400, :3].max() < 120
    assert shown[256, 250:256].max() > 240


def test_another_shape_is_shown_whole_and_not_cut() -> None:
    tall = Image.new("RGB", (256, 512), (30, 30, 200))
    ImageDraw.Draw(tall).rectangle((0, 0, 255, 40), fill=(200, 30, 30))
    sheet = _pixels(contact_sheet([_plain((9, 9, 9), (512, 512)), _png(tall)]))
    left, top, right, bottom = layout(2, 512, 512).boxes[1]
    middle = sheet[top:bottom, (left + right) // 2]
    assert tuple(middle[4, :3]) == (200, 30, 30)
    assert tuple(middle[-4, :3]) == (30, 30, 200)
    assert sheet[(top + bottom) // 2, right - 20, :3].min() > 200


@pytest.mark.parametrize(
    "sizes",
    [
        ((512, 288), (288, 512)),
        ((288, 512), (512, 288)),
        ((1920, 1080), (216, 384)),
        ((256, 144), (512, 512)),
    ],
)
def test_pictures_of_any_shape_are_neither_cut_nor_stretched(sizes: tuple[tuple[int, int], ...]) -> None:
    pictures = []
    for width, height in sizes:
        # A frame at the very edge, and a circle in the middle.
        picture = Image.new("RGB", (width, height), (30, 30, 200))
        draw, rim, radius = ImageDraw.Draw(picture), min(width, height) // 20, min(width, height) // 4
        draw.rectangle((0, 0, width - 1, height - 1), outline=(200, 30, 30), width=rim)
        draw.circle((width / 2, height / 2), radius, fill=(30, 200, 30))
        pictures.append(_png(picture))
    sheet = _pixels(contact_sheet(pictures))[..., :3].astype(int)
    largest = max(sizes, key=lambda size: size[0] * size[1])
    for (width, height), (left, top, right, bottom) in zip(sizes, layout(2, *largest).boxes, strict=True):
        cell = sheet[top:bottom, left:right]
        down, across = np.nonzero(cell[..., 1] - cell[..., 0] > 100)
        assert (across.max() - across.min()) == pytest.approx(down.max() - down.min(), abs=3)
        framed = np.argwhere(cell[..., 0] - cell[..., 1] > 100)
        (upper, first), (lower, last) = framed.min(axis=0), framed.max(axis=0)
        shown = (last - first + 1) / (lower - upper + 1)
        assert shown == pytest.approx(width / height, rel=0.02)
        # As large as its cell lets it be, in its middle.
        assert max((last - first + 1) / cell.shape[1], (lower - upper + 1) / cell.shape[0]) > 0.98
        assert abs(first - (cell.shape[1] - 1 - last)) <= 2
        assert abs(upper - (cell.shape[0] - 1 - lower)) <= 2
