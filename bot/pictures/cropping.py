"""Pictures at exact sizes: the window that keeps the subject, sRGB, and a file below its cap. Pure; call it in a thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps
from smartcrop import SmartCrop

from bot.briefs.model import UserError
from bot.pictures import cutouts, opening
from bot.texts import say
from marks.writing import Marks, encode, renewed, shortest, size_of

#: Enlarged beyond this, a picture looks soft.
SHARP_SCALE = 2.0
#: Longer side at which the subject is looked for, in pixels.
_LOOK_AT = 320
#: What differs from the border by less than this, 0–255, is noise or a soft light.
_PLAIN = 40
_BEST, _WORST = 95, 35
#: How much two signatures of one picture may differ in length, in bytes.
_SIGNATURE_SLACK = 512
#: What the marks may take of a file below a cap; longer ones are cut down to what the picture is.
_MARKS_SHARE = 0.2

Box = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class File:
    """A picture ready to be handed over."""

    data: bytes
    width: int
    height: int
    #: How many times larger than the part of the picture that it shows.
    scale: float
    #: How many pixels of the picture lie outside, in percent of its area.
    cropped_percent: int
    #: Of lossy files, 1–100; None of others.
    quality: int | None
    #: How much of what stands before a plain ground lies outside, in percent; 0 where no ground is plain.
    lost_percent: int = 0


class _Eye(SmartCrop):  # type: ignore[misc]
    """Finds what stands out, and holds it against the whole window.

    Its own measure takes every strong colour for the subject, also that of a plain background; here it is what
    differs from the picture's border that counts. Its own weights would rather lose a subject than have it near
    the window's edge, and its edge filter takes the picture's border for an edge.
    """

    def detect_saturation(
        self, cie_array: NDArray[np.float32], source_image: NDArray[np.float32]
    ) -> Image.Image:
        """How far each pixel is from the colour of the border, 0–255; nothing where all is alike."""
        rim = np.concatenate([source_image[0], source_image[-1], source_image[:, 0], source_image[:, -1]])
        apart = np.abs(source_image - np.median(rim, axis=0)).max(axis=-1)
        most = float(apart.max())
        found = np.clip((apart - _PLAIN) / max(1.0, most - _PLAIN), 0, 1) if most > _PLAIN else apart * 0
        return Image.fromarray((found * 255).astype(np.uint8))

    def precompute_features(self, features_image: Image.Image) -> NDArray[np.float32]:
        """What differs counts most; skin and edges add to it."""
        skin, edges, differs = np.moveaxis(np.asarray(features_image, dtype=np.float32) / 255, -1, 0)
        found: NDArray[np.float32] = differs + skin * edges + 0.2 * edges
        return found

    def get_importance(self, height: int, width: int) -> NDArray[np.float32]:
        """All of the window counts, its middle a little more, so that the subject stands off the edge."""
        down, across = (np.square(np.linspace(-1, 1, count)) for count in (height, width))
        weights = 1 - 0.2 * (down[:, np.newaxis] + across)
        return weights.astype(np.float32)

    def detect_edge(self, cie_image: Image.Image) -> Image.Image:
        found: Image.Image = super().detect_edge(cie_image)
        inner = found.crop((1, 1, found.width - 1, found.height - 1))
        return ImageOps.expand(inner, 1, fill=0)


def window(picture: Image.Image, width: int, height: int) -> Box:
    """The largest part of that shape, where most of the interest lies: left, top, right, bottom in pixels."""
    across, down = picture.size
    wide = min(across, down * width / height)
    tall = min(down, across * height / width)
    free_x, free_y = across - wide, down - tall
    if max(free_x, free_y) < 1:
        left, top = free_x / 2, free_y / 2
    else:
        share_x, share_y = _where(picture, wide / across, tall / down)
        left, top = free_x * share_x, free_y * share_y
    return left, top, left + wide, top + tall


def lost(picture: Image.Image, box: Box) -> float:
    """The share, 0–1, of what stands before a plain ground that lies outside of a window; 0 where no ground is plain."""
    scale = _LOOK_AT / max(picture.size)
    size = max(8, round(picture.width * scale)), max(8, round(picture.height * scale))
    shown = cutouts.subject(flat(picture).resize(size, Image.Resampling.BOX))
    if shown is None or not shown.any():
        return 0.0
    left, top, right, bottom = (round(side * scale) for side in box)
    return 1 - float(shown[top:bottom, left:right].sum() / shown.sum())


def _where(picture: Image.Image, wide: float, tall: float) -> tuple[float, float]:
    """How much of the free room lies left of and above the best window of that share, 0–1 each."""
    scale = _LOOK_AT / max(picture.size)
    size = max(8, round(picture.width * scale)), max(8, round(picture.height * scale))
    seen = flat(picture).resize(size, Image.Resampling.LANCZOS)
    cropper = _Eye()
    found = cropper.analyse(
        seen,
        max(1, min(size[0], round(size[0] * wide))),
        max(1, min(size[1], round(size[1] * tall))),
        min_scale=1,
        num_scale_steps=1,
        step=4,
    )
    best = max(crop["score"] for crop in found["crops"])

    def off_centre(crop: dict[str, float]) -> float:
        return abs(crop["x"] + crop["width"] / 2 - size[0] / 2) + abs(
            crop["y"] + crop["height"] / 2 - size[1] / 2
        )

    # Where nothing stands out, all windows are as good as the one in the middle.
    near = [crop for crop in found["crops"] if crop["score"] >= best - abs(best) * 1e-6]
    crop = min(near, key=off_centre)
    free = size[0] - crop["width"], size[1] - crop["height"]
    # The last step may leave a few pixels that no window reaches.
    last = max(one["x"] for one in found["crops"]), max(one["y"] for one in found["crops"])
    return (crop["x"] / last[0] if free[0] and last[0] else 0.5), (
        crop["y"] / last[1] if free[1] and last[1] else 0.5
    )


def flat(picture: Image.Image) -> Image.Image:
    """Without transparency: what shows through is white."""
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


@dataclass(frozen=True, kw_only=True)
class Finish:
    """What is done to a file on its way out, beside its size."""

    #: The marks that it carries, for the picture as it is written.
    marks: Callable[[Image.Image], Marks]
    #: What is drawn into it.
    paint: Callable[[Image.Image], Image.Image] = lambda picture: picture
    #: What its bytes become; the picture's part that it shows is in shares of it, as a box.
    sign: Callable[[bytes, Box], bytes] = lambda data, box: data


def cut(
    data: bytes, *, width: int, height: int, format: str, cap: int | None, finish: Finish | None = None
) -> File:
    """A picture's bytes at exactly that size, in sRGB, as jpg, png or webp. Raises UserError where the cap is too low."""
    # What says that a model made the picture travels with it.
    step = f"delivered at {width}x{height}"
    finish = finish or Finish(marks=lambda shown: renewed(data, shown, step))
    picture = opening.srgb(opening.upright(opening.open_picture(data, "picture")))
    box = window(picture, width, height)
    shown = finish.paint(picture.resize((width, height), Image.Resampling.LANCZOS, box=box))
    part = box[0] / picture.width, box[1] / picture.height, box[2] / picture.width, box[3] / picture.height
    found, quality = _encoded(shown, format, cap, finish, part)
    wide, tall = box[2] - box[0], box[3] - box[1]
    return File(
        data=found,
        width=width,
        height=height,
        scale=width / wide,
        cropped_percent=round(100 * (1 - wide * tall / (picture.width * picture.height))),
        quality=quality,
        lost_percent=round(100 * lost(picture, box)),
    )


def _encoded(
    picture: Image.Image, format: str, cap: int | None, finish: Finish, part: Box
) -> tuple[bytes, int | None]:
    """The file, and its quality where that was a choice."""
    kind = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[format]
    shown = flat(picture) if kind == "JPEG" else picture

    def written(image: Image.Image, **options: object) -> bytes:
        marks = finish.marks(image)
        if cap and size_of(marks) > cap * _MARKS_SHARE:
            marks = shortest(marks)
        return _saved(image, kind, marks, **options)

    plain = written(shown) if kind == "PNG" else written(shown, quality=_BEST)
    found = finish.sign(plain, part)
    if not cap or len(found) <= cap:
        return found, None if kind == "PNG" else _BEST
    # A signature is of nearly the same size, whatever it signs.
    room = cap - (len(found) - len(plain) + (_SIGNATURE_SLACK if found != plain else 0))
    if kind == "PNG":
        found = finish.sign(written(shown.quantize(256)), part)
        if len(found) > cap:
            raise _too_low("cropping-too-low-png", shown, cap, len(found))
        return found, None
    low, high, best = _WORST, _BEST - 1, None
    while low <= high:
        middle = (low + high) // 2
        tried = written(shown, quality=middle)
        if len(tried) <= room:
            best, low = (tried, middle), middle + 1
        else:
            high = middle - 1
    if best is None:
        raise _too_low("cropping-too-low", shown, cap, len(tried) + cap - room)
    return finish.sign(best[0], part), best[1]


def _too_low(text: str, picture: Image.Image, cap: int, reached: int) -> UserError:
    sentence = say(
        text, width=picture.width, height=picture.height, cap=cap // 1000, reached=-(-reached // 1000)
    )
    return UserError(sentence)


def _saved(picture: Image.Image, kind: str, marks: Marks, **options: object) -> bytes:
    usual: dict[str, object] = {"JPEG": {"optimize": True}, "PNG": {"optimize": True}, "WEBP": {"method": 4}}[
        kind
    ]  # type: ignore[assignment]
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return encode(picture, kind, marks, icc_profile=profile, **{**usual, **options})
