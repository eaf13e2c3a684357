"""What the watermark of deliveries survives, how much it changes, and how long it takes."""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from marks import watermark


def jpeg(picture: Image.Image, quality: int) -> Image.Image:
    """As that quality leaves it."""
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=quality)
    return Image.open(target)


def smaller(picture: Image.Image, by: float) -> Image.Image:
    """Scaled down."""
    return picture.resize((round(picture.width * by), round(picture.height * by)), Image.Resampling.LANCZOS)


def cropped(picture: Image.Image, side: float) -> Image.Image:
    """Its middle, that share of each side."""
    wide, tall = picture.width * (1 - side) / 2, picture.height * (1 - side) / 2
    return picture.crop((round(wide), round(tall), round(picture.width - wide), round(picture.height - tall)))


#: What happens to a picture on its way, by the words of the table.
WAYS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as delivered": lambda picture: picture,
    "JPEG 60": lambda picture: jpeg(picture, 60),
    "half size": lambda picture: smaller(picture, 0.5),
    "80 % of each side": lambda picture: cropped(picture, 0.8),
    "80 % of the area": lambda picture: cropped(picture, 0.8**0.5),
    "half size, then JPEG 60": lambda picture: jpeg(smaller(picture, 0.5), 60),
    "60 % of each side, then JPEG 60": lambda picture: jpeg(cropped(picture, 0.6), 60),
    "80 % of each side, then JPEG 60": lambda picture: jpeg(cropped(picture, 0.8), 60),
}


def main(folder: str, others: int = 1_000) -> None:
    """Print the table for the pictures in a folder; each is looked for among that many others."""
    found: dict[str, list[bool]] = {name: [] for name in WAYS}
    nearness, written_s, read_s, plain, strays = [], [], [], [], 0
    paths = sorted(one for one in Path(folder).iterdir() if one.suffix in (".png", ".jpg", ".webp"))
    for number, path in enumerate(paths, 1):
        picture = Image.open(path).convert("RGB")
        strays += bool(watermark.guesses(watermark.read(picture), range(1, others + 1)))
        start = time.perf_counter()
        marked = watermark.embedded(picture, number)
        written_s.append(time.perf_counter() - start)
        if marked is None:
            plain.append(path.name)
            continue
        nearness.append(watermark.psnr(np.asarray(picture), np.asarray(marked)))
        for name, way in WAYS.items():
            start = time.perf_counter()
            shown = watermark.read(way(marked))
            read_s.append(time.perf_counter() - start)
            guesses = watermark.guesses(shown, range(1, others + 1))
            found[name].append(any(guess.number == number for guess in guesses))
    print(
        f"{len(paths)} pictures; too plain: {len(plain)} ({', '.join(plain)}); strays without one: {strays}"
    )
    print(f"PSNR: least {min(nearness):.1f}, median {statistics.median(nearness):.1f} dB")
    print(f"seconds: write {statistics.median(written_s):.2f}, read {statistics.median(read_s):.2f}")
    for name, told in found.items():
        print(f"{name}: {sum(told)} of {len(told)}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m bench.rows.watermark FOLDER")
    main(sys.argv[1])
