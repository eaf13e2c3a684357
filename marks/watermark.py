"""A mark in the pixels themselves, which no eye sees and which outlives screenshots: a number, by RivaGAN's networks.

The networks are those of invisible-watermark, whose package brings their weights; onnxruntime runs them, so that
neither torch nor OpenCV is loaded. They hold 32 bits with errors here and there, so what is written is no number but
a code of it: whoever reads compares with the codes of the numbers that there are.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]

BITS = 32
#: the size at which the mark is written and looked for, in pixels: the square root of the picture's area
SIDE = 320
#: sizes at which it is looked for: a picture that lost its edges shows the mark larger
SCALES = (1.0, 0.9, 0.8)
#: how strongly it is written; the first that is read again is taken
STRENGTHS = (1.2, 1.6)
#: no mark is written that changes a picture more than this, in dB
LEAST_PSNR = 40.5
#: bits that have to be right when the mark is read back from a JPEG at once
SURE = 29
#: bits that have to be right for a number to be worth a comparison of pictures
LIKELY = 25
#: the networks' threshold between 0 and 1
_MIDDLE = 0.52


class CannotWatermark(Exception):
    """The extra is not installed; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Guess:
    """A number that may be written in a picture."""

    number: int
    #: of `BITS`
    right: int


def embedded(picture: Image.Image, number: int) -> Image.Image | None:
    """The picture with the number in it; None where it is too plain to hold one. Raises CannotWatermark."""
    colours = picture.convert("RGB")
    before = np.asarray(colours, dtype=np.float32)
    change = _change(colours, code(number))
    for strength in STRENGTHS:
        after = np.clip(before + change * strength, 0, 255).round()
        if psnr(before, after) < LEAST_PSNR:
            break
        marked = Image.fromarray(after.astype(np.uint8))
        if _agreement(read(_as_jpeg(marked), scales=(1.0,)), number) >= SURE:
            if picture.mode == "RGBA":
                marked.putalpha(picture.getchannel("A"))
            return marked
    return None


def read(picture: Image.Image, *, scales: Sequence[float] = SCALES) -> NDArray[np.bool_]:
    """The bits that a picture shows, at each scale. Raises CannotWatermark."""
    colours = picture.convert("RGB")
    _, decoder = _networks()
    found = [decoder.run(None, {"frame": _frame(_sized(colours, SIDE * scale))})[0][0] for scale in scales]
    shown: NDArray[np.bool_] = np.stack(found) > _MIDDLE
    return shown


def guesses(shown: NDArray[np.bool_], numbers: Iterable[int], *, most: int = 12) -> list[Guess]:
    """Which of the numbers that there are may be written there, best first."""
    found = [Guess(number=number, right=_agreement(shown, number)) for number in numbers]
    return sorted((one for one in found if one.right >= LIKELY), key=lambda one: -one.right)[:most]


def code(number: int) -> NDArray[np.bool_]:
    """The bits that stand for a number: any two differ in about half of them."""
    digest = hashlib.sha256(f"draftroom watermark {number}".encode()).digest()[: BITS // 8]
    return np.unpackbits(np.frombuffer(digest, np.uint8)).astype(np.bool_)


def psnr(before: NDArray[Any], after: NDArray[Any]) -> float:
    """How near two pictures are, in dB."""
    error = float(np.mean((before.astype(np.float64) - after.astype(np.float64)) ** 2))
    return float("inf") if error == 0 else 10 * float(np.log10(255**2 / error))


def check() -> None:
    """Raise CannotWatermark where the extra is missing."""
    _networks()


def _agreement(shown: NDArray[np.bool_], number: int) -> int:
    return int((shown == code(number)).sum(axis=-1).max())


def _change(picture: Image.Image, bits: NDArray[np.bool_]) -> Floats:
    """What is added to each pixel: found on a small copy, so that it is as coarse as what survives shrinking."""
    encoder, _ = _networks()
    frame = _frame(_sized(picture, SIDE))
    written = encoder.run(None, {"frame": frame, "data": bits[None].astype(np.float32)})[0]
    small = ((written - frame) * 127.5)[0, :, 0]
    return np.stack(
        [
            np.asarray(Image.fromarray(band).resize(picture.size, Image.Resampling.BICUBIC), np.float32)
            for band in small
        ],
        axis=-1,
    )


def _sized(picture: Image.Image, side: float) -> Image.Image:
    scale = side / (picture.width * picture.height) ** 0.5
    size = max(16, round(picture.width * scale)), max(16, round(picture.height * scale))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _frame(picture: Image.Image) -> Floats:
    values: Floats = np.asarray(picture, dtype=np.float32) / np.float32(127.5) - np.float32(1)
    return values.transpose(2, 0, 1)[None, :, None]


def _as_jpeg(picture: Image.Image) -> Image.Image:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=75)
    return Image.open(target)


@lru_cache(maxsize=1)
def _networks() -> tuple[Any, Any]:
    """Encoder and decoder. Raises CannotWatermark."""
    # The package itself is not imported: it would load torch.
    package = importlib.util.find_spec("imwatermark")
    if package is None or not package.submodule_search_locations:
        raise CannotWatermark("invisible-watermark is not installed: pip install 'draftroom[watermark]'.")
    try:
        import onnxruntime
    except ImportError as error:
        raise CannotWatermark("onnxruntime is not installed: pip install 'draftroom[watermark]'.") from error
    folder = Path(package.submodule_search_locations[0])
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    encoder, decoder = (
        onnxruntime.InferenceSession(
            str(folder / f"rivagan_{name}.onnx"), options, providers=["CPUExecutionProvider"]
        )
        for name in ("encoder", "decoder")
    )
    return encoder, decoder
