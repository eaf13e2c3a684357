"""A mark in the pixels themselves, which no eye sees and which outlives screenshots: a number, as a repeated pattern.

The picture is covered with one small square of noise, again and again (Kutter, “Watermarking resisting to translation,
rotation, and scaling”, 1998: a repeated pattern finds its own place). Whoever reads lays all squares of the picture on
top of one another, so that the picture cancels out and the pattern adds up; one part of it is always the same and tells
scale and place, the rest carries 32 bits. Some come out wrong, so what is written is no number but a code of it: whoever
reads compares with the codes of the numbers that there are. docs/decisions/0007-watermark.md says why it is our own.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float64]
#: what is as large as a picture: half the memory
Singles = NDArray[np.float32]
Bits = NDArray[np.bool_]

BITS = 32
#: the size at which the pattern is written and looked for, in pixels: the square root of the picture's area
SIDE = 320
#: side of the square that is repeated, in pixels at that size
TILE = 64
#: the noise's frequencies, in cycles a pixel at that size: finer ones do not outlive JPEG, coarser ones are seen
BAND = (1 / 16, 1 / 5)
#: sizes at which it is looked for, as shares of `SIDE`: a part of a picture, its own size, one with something around it
SCALES = tuple(np.exp(np.arange(-75, 34) * 0.008).tolist())
#: how much a picture may be changed, in dB: the first is taken at which the number is read again from a poor copy
STRENGTHS = (50.0, 48.0, 46.0, 44.0, 42.5, 41.0)
#: rows that are worked on at once, and about how many places tell how strongly a picture is changed
ROWS, SAMPLE = 256, 1_000_000
#: bits that have to be right in that copy
SURE = 30
#: how far the pattern's place has to stand out, in standard deviations; by chance about 4 are reached
CLEAR = 6.0
#: bits that have to be right for a number to be worth a comparison of pictures
LIKELY = 25
#: places that are read
PLACES = 3


@dataclass(frozen=True, kw_only=True)
class Guess:
    """A number that may be written in a picture."""

    number: int
    #: of `BITS`
    right: int


def embedded(picture: Image.Image, number: int) -> Image.Image | None:
    """The picture with the number in it; None where it cannot hold one. Takes a second."""
    before = np.asarray(picture.convert("RGB"))
    change = _change(before, number)
    for wanted in STRENGTHS:
        marked = Image.fromarray(_changed(before, change, _strength(before, change, wanted)))
        if _agreement(read(_poor(marked), scales=(1.0,)), number) >= SURE:
            break
    else:
        # At the last strength it may be read from the file itself only: better than none.
        if _agreement(read(marked, scales=(1.0,)), number) < SURE:
            return None
    if picture.mode == "RGBA":
        marked.putalpha(picture.getchannel("A"))
    return marked


def read(picture: Image.Image, *, scales: Sequence[float] = SCALES) -> Bits:
    """The bits that a picture shows, places × `BITS`, its own size first, then the clearest; no place where there is no pattern."""
    grey, side = picture.convert("L"), (picture.width * picture.height) ** 0.5
    if side > SIDE * 2:
        grey, side = _sized(grey, SIDE * 2 / side), SIDE * 2
    sync = np.conj(np.fft.fft2(_fields()[0]))
    found: list[tuple[bool, float, Floats]] = []
    for scale in scales:
        folded = _folded(_flat(np.asarray(_sized(grey, SIDE * scale / side), dtype=np.float64)))
        match = np.fft.ifft2(np.fft.fft2(folded) * sync).real
        clear = float(match.max() / max(match.std(), 1e-9))
        if clear >= CLEAR:
            down, across = divmod(int(match.argmax()), TILE)
            # First its own size: most files keep it, and it was tried when the number was written.
            found.append((scale == 1, clear, np.roll(folded, (-down, -across), (0, 1))))
    found.sort(key=lambda one: one[:2], reverse=True)
    shown: Bits = np.zeros((min(len(found), PLACES), BITS), dtype=np.bool_)
    for place, (_, _, square) in enumerate(found[:PLACES]):
        shown[place] = (_fields()[1:] * square).sum(axis=(1, 2)) > 0
    return shown


def guesses(shown: Bits, numbers: Iterable[int], *, most: int = 12) -> list[Guess]:
    """Which of the numbers that there are may be written there, best first."""
    if not len(shown):
        return []
    found = [Guess(number=number, right=_agreement(shown, number)) for number in numbers]
    return sorted((one for one in found if one.right >= LIKELY), key=lambda one: -one.right)[:most]


def code(number: int) -> Bits:
    """The bits that stand for a number: any two differ in about half of them."""
    digest = hashlib.sha256(f"draftroom watermark {number}".encode()).digest()[: BITS // 8]
    return np.unpackbits(np.frombuffer(digest, np.uint8)).astype(np.bool_)


def psnr(before: NDArray[Any], after: NDArray[Any]) -> float:
    """How near two pictures are, in dB."""
    error = float(np.mean((before.astype(np.float64) - after.astype(np.float64)) ** 2))
    return float("inf") if error == 0 else 10 * float(np.log10(255**2 / error))


def _agreement(shown: Bits, number: int) -> int:
    return int((shown == code(number)).sum(axis=-1).max()) if len(shown) else 0


@lru_cache(maxsize=1)
def _fields() -> Floats:
    """The squares of noise, 1 + `BITS` of them: the one that tells the place, then one a bit.

    Each has length 1, and none shows in another. Their noise comes from a hash, so that it is the same for ever.
    """
    across, down = np.meshgrid(np.fft.fftfreq(TILE), np.fft.fftfreq(TILE))
    frequency = np.hypot(across, down)
    band = (frequency >= BAND[0]) & (frequency <= BAND[1])
    found = np.zeros((1 + BITS, TILE * TILE))
    for number in range(1 + BITS):
        noise = hashlib.shake_256(f"draftroom watermark field {number}".encode()).digest(TILE * TILE)
        values = np.frombuffer(noise, np.uint8).astype(np.float64).reshape(TILE, TILE)
        field = np.fft.ifft2(np.fft.fft2(values) * band).real.ravel()
        field -= found[:number].T @ (found[:number] @ field)
        found[number] = field / np.linalg.norm(field)
    return found.reshape(-1, TILE, TILE)


def _change(before: NDArray[np.uint8], number: int) -> Singles:
    """What is written, height × width: the pattern, as strong as each place bears."""
    signs = np.where(code(number), 1.0, -1.0) / BITS**0.5
    # As much for the place as for all bits together.
    square = _fields()[0] + np.tensordot(signs, _fields()[1:], 1)
    tall, wide = before.shape[:2]
    scale = SIDE / (wide * tall) ** 0.5
    times = [(round(side * scale + 0.5) + 2) // TILE + 1 for side in (tall, wide)]
    pattern = Image.fromarray(np.tile(square / square.std(), times).astype(np.float32))
    reach = max(1, round(4 / scale))
    change: Singles = np.empty((tall, wide), np.float32)
    for top in range(0, tall, ROWS):
        end = min(top + ROWS, tall)
        box = (0, top * scale, wide * scale, end * scale)
        drawn = pattern.resize((wide, end - top), Image.Resampling.BICUBIC, box=box)
        # With what their means reach to.
        first = max(0, top - 2 * reach)
        bearable = _bearable(before[first : end + 2 * reach].mean(axis=2), reach)
        change[top:end] = np.asarray(drawn) * bearable[top - first : end - first]
    return change


def _bearable(grey: Floats, reach: int) -> Floats:
    """How much each place bears, height × width: more where something is going on already."""
    spread = np.sqrt(_mean((grey - _mean(grey, reach)) ** 2, reach))
    bearable: Floats = np.clip(0.75 + spread / 16, 0.75, 2.0)
    return bearable


def _strength(before: NDArray[np.uint8], change: Singles, wanted: float) -> float:
    """How much of the change leaves the picture that near to what it was, told from places all over it."""
    step = max(1, round((change.size / SAMPLE) ** 0.5))
    before, change = before[::step, ::step], change[::step, ::step]
    least, most = 0.0, 16.0
    for _ in range(10):
        middle = (least + most) / 2
        if psnr(before, _changed(before, change, middle)) >= wanted:
            least = middle
        else:
            most = middle
    return least


def _changed(before: NDArray[np.uint8], change: Singles, strength: float) -> NDArray[np.uint8]:
    """The picture with that much of the change."""
    after = np.empty_like(before)
    for top in range(0, len(before), ROWS):
        rows = slice(top, top + ROWS)
        after[rows] = (before[rows] + change[rows, :, None] * np.float32(strength)).clip(0, 255).round()
    return after


def _flat(grey: Floats) -> Floats:
    """What is left of a picture without its shapes, and as strong in all places: there the pattern shows best."""
    fine = grey - _mean(grey, 6)
    flat: Floats = np.clip(fine / (np.sqrt(_mean(fine**2, 6)) + 1), -3, 3)
    return flat


def _folded(flat: Floats) -> Floats:
    """All squares of the picture on top of one another, `TILE` × `TILE`."""
    tall, wide = flat.shape
    size = -(-tall // TILE) * TILE, -(-wide // TILE) * TILE
    values, there = np.zeros(size), np.zeros(size)
    values[:tall, :wide], there[:tall, :wide] = flat, 1
    total, count = (
        one.reshape(size[0] // TILE, TILE, size[1] // TILE, TILE).sum(axis=(0, 2)) for one in (values, there)
    )
    folded = total / np.sqrt(np.maximum(count, 1))
    centred: Floats = folded - folded.mean()
    return centred


def _mean(values: Floats, reach: int) -> Floats:
    """Each place's mean over the square around it; never below 0 where the values are not."""
    reach = max(1, reach)
    side = 2 * reach + 1
    sums = np.pad(np.pad(values, reach, mode="edge").cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    around = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    mean: Floats = np.clip(around / side**2, values.min(), values.max())
    return mean


def _poor(picture: Image.Image) -> Image.Image:
    """As somebody shows it on: half as large, and JPEG 60."""
    target = io.BytesIO()
    picture.resize(_size(picture.size, 0.5), Image.Resampling.LANCZOS).save(target, "JPEG", quality=60)
    return Image.open(target)


def _sized(picture: Image.Image, scale: float) -> Image.Image:
    """At exactly that scale: what is left over of a pixel at its edges is cut off, for the pattern must not stretch."""
    size = tuple(max(TILE // 2, int(side * scale)) for side in picture.size)
    box = (0, 0, min(picture.width, size[0] / scale), min(picture.height, size[1] / scale))
    return picture.resize((size[0], size[1]), Image.Resampling.LANCZOS, box=box)


def _size(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(TILE // 2, round(size[0] * scale)), max(TILE // 2, round(size[1] * scale))
