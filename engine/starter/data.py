"""Pictures to learn from: fetches the sprites (npm package, integrity checked) and composites scenes.

Knows pixels and scenes, but no torch.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import random
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from engine.starter.captions import Scene
from engine.starter.subjects import (
    BACKGROUNDS,
    CELLS,
    PLACED,
    SIZES,
    SIZES_FOUR,
    SIZES_SIX,
    SUBJECT_COLOURS,
    SUBJECTS,
)

PACKAGE = "@lobehub/fluent-emoji-3d@1.1.0"
INTEGRITY = "sha512-Wlq2lVStTnr8BDpIJ0pEnTKO4LuDxxqTEhTvRtD1DLRF0me7ogeRQjKoehDHXuVJ2Qaecgl5wRBv60lUAG3h7g=="
SPRITES = Path(os.environ.get("STARTER_SPRITES", Path.home() / ".cache" / "draftroom-starter" / "sprites"))
Pixels = NDArray[np.float32]
#: columns and rows of a picture in cells; what is less than a square is the middle of one
Shape = tuple[int, int]
SQUARE: Shape = (CELLS, CELLS)
#: the backdrops of scenes that name none
GROUNDS_LEFT_OPEN = ("white", "beige", "lavender", "mint", "pink", "yellow")


def fetch(folder: Path = SPRITES) -> Path:
    """Put the sprites of all subjects into `folder`, by npm; raises ValueError on a wrong checksum."""
    wanted = {code for code, _, _ in SUBJECTS.values()}
    if all((folder / f"{code}.webp").is_file() for code in wanted):
        return folder
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=scratch, check=True)
        archive = next(Path(scratch).glob("*.tgz")).read_bytes()
    digest = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if digest != INTEGRITY:
        raise ValueError(f"{PACKAGE} is not what it was: {digest}, expected {INTEGRITY}.")
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar.getmembers():
            if Path(member.name).stem in wanted and member.name.endswith(".webp"):
                file = tar.extractfile(member)
                assert file is not None
                (folder / Path(member.name).name).write_bytes(file.read())
    return folder


TO_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
TO_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip


def to_oklab(rgb: Pixels) -> Pixels:
    """sRGB 0–1 to OKLab, a space where distances look like what they are."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    lab: Pixels = (np.cbrt(linear @ TO_LMS.T) @ TO_LAB.T).astype(np.float32)
    return lab


def to_rgb(lab: Pixels) -> Pixels:
    """OKLab to sRGB 0–1."""
    linear = ((lab @ np.linalg.inv(TO_LAB).T) ** 3) @ np.linalg.inv(TO_LMS).T
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055).astype(
        np.float32
    )


def hex_rgb(code: str) -> Pixels:
    """`#rrggbb` as three numbers 0–1."""
    return np.array([int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)], np.float32)


@lru_cache(maxsize=1024)
def sprite(name: str, colour: str | None, folder: Path = SPRITES) -> Image.Image:
    """A subject's picture, cut to its outline, in its own colour or in the one asked for."""
    picture = Image.open(folder / f"{SUBJECTS[name][0]}.webp").convert("RGBA")
    box = picture.getchannel("A").getbbox()
    picture = picture.crop(box)
    return recolour(picture, SUBJECT_COLOURS[colour]) if colour else picture


def recolour(picture: Image.Image, target: str) -> Image.Image:
    """Give the main colour of a sprite another hue, keeping its shading and its other colours."""
    values = np.asarray(picture, np.float32) / np.float32(255)
    lab, alpha = to_oklab(values[..., :3]), values[..., 3]
    chroma, hue = np.hypot(lab[..., 1], lab[..., 2]), np.arctan2(lab[..., 2], lab[..., 1])
    solid = alpha > 0.5
    colourful = solid & (chroma > 0.06)
    if colourful.sum() > 0.35 * solid.sum():
        counts, edges = np.histogram(hue[colourful], 36, (-np.pi, np.pi), weights=chroma[colourful])
        around = np.roll(counts, 1) + counts + np.roll(counts, -1)
        peak = edges[int(around.argmax())] + np.pi / 36
        distance = np.abs((hue - peak + np.pi) % (2 * np.pi) - np.pi)
        weight = np.clip((1.15 - distance) / 0.3, 0, 1) * np.clip((chroma - 0.025) / 0.03, 0, 1)
    else:
        weight = np.clip((0.11 - chroma) / 0.03, 0, 1) * np.clip((lab[..., 0] - 0.3) / 0.1, 0, 1)
    main = weight * solid
    lightness = float((lab[..., 0] * main).sum() / max(main.sum(), 1))
    goal = to_oklab(hex_rgb(target)[None])[0]
    spread = 0.75 if goal[0] > 0.85 or goal[0] < 0.4 else 0.9
    new_l = np.clip(goal[0] + (lab[..., 0] - lightness) * spread, 0.12, 0.98)
    fade = np.clip(1.6 - np.abs(new_l - goal[0]) * 2.2, 0.4, 1)[..., None]
    new = np.concatenate([new_l[..., None], goal[1:] * fade], -1)
    mixed = lab + weight[..., None] * (new - lab)
    rgba = np.concatenate([to_rgb(mixed.astype(np.float32)), alpha[..., None]], -1)
    return Image.fromarray((rgba * 255 + 0.5).astype(np.uint8), "RGBA")


@lru_cache(maxsize=8)
def _grid(size: int) -> tuple[Pixels, Pixels]:
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) / size - 0.5
    return x, y


def background(name: str, size: int, rng: random.Random) -> Image.Image:
    """A plain backdrop in the named colour with a soft gradient."""
    small = 32
    x, y = _grid(small)
    kind = rng.random()
    if kind < 0.4:
        wave = y * 1.0
    elif kind < 0.7:
        angle = rng.uniform(0, 6.28)
        wave = x * np.cos(angle) + y * np.sin(angle)
    else:
        wave = np.hypot(x, y) * 1.3 - 0.45
    lab = to_oklab(hex_rgb(BACKGROUNDS[name])[None])[0]
    lab = lab + np.array([rng.gauss(0, 0.008), rng.gauss(0, 0.004), rng.gauss(0, 0.004)], np.float32)
    strength = rng.uniform(0.02, 0.1)
    field = np.stack([lab[0] - wave * strength, np.full_like(x, lab[1]), np.full_like(x, lab[2])], -1)
    pixels = (to_rgb(field.astype(np.float32)) * 255).round().astype(np.uint8)
    return Image.fromarray(pixels, "RGB").resize((size, size), Image.Resampling.BICUBIC)


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """Where the things of a scene stand: what `layout` gives, and whether they look the other way."""

    cells: int
    share: float
    corners: tuple[tuple[int, int], ...]
    mirrored: bool


def compose(
    scene: Scene,
    size: int,
    rng: random.Random,
    folder: Path = SPRITES,
    mirrored: float = 0.5,
    shape: Shape = SQUARE,
) -> Image.Image:
    """The picture of a scene; what the scene leaves open (gradient, side, exact place) is drawn from `rng`.

    `size` is the side of the square of which the picture is the middle, and `mirrored` the share of pictures whose
    things look the other way.
    """
    ground = scene.background or rng.choice(GROUNDS_LEFT_OPEN)
    canvas = background(ground, size, rng)
    cells, share, corners = layout(things_in(scene), scene.position, scene.size, rng, shape)
    turned = rng.random() < mirrored
    arrangement = Arrangement(cells=cells, share=share, corners=tuple(corners), mirrored=turned)
    return furnish(canvas, scene, arrangement, folder).crop(middle(size, shape))


def middle(size: int, shape: Shape) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a picture of that shape in the square of which it is the middle."""
    left, top = ((CELLS - cells) * size // CELLS // 2 for cells in shape)
    return left, top, size - left, size - top


def things_in(scene: Scene) -> int:
    """How many things stand in a scene."""
    return sum(thing.count for thing in scene.things)


def arrangements(scene: Scene) -> list[Arrangement]:
    """Every way in which the things of a scene may stand."""
    count, made = things_in(scene), []
    for share in shares(count, scene.position, scene.size)[1]:
        cells, _, corners = layout(count, scene.position, scene.size, random.Random(0))  # noqa: S311
        for mirrored in (False, True):
            made.append(Arrangement(cells=cells, share=share, corners=tuple(corners), mirrored=mirrored))
    return made


def furnish(
    canvas: Image.Image, scene: Scene, arrangement: Arrangement, folder: Path = SPRITES
) -> Image.Image:
    """Put the things of a scene with their shadows on a backdrop; returns the backdrop, changed."""
    for picture, corner in _standing(canvas.width, scene, arrangement, folder):
        paste(canvas, picture, corner)
    return canvas


def own_pixels(
    size: int, scene: Scene, arrangement: Arrangement, folder: Path = SPRITES
) -> NDArray[np.bool_]:
    """Which pixels of the picture (rows, columns) the things of a scene cover by more than half."""
    cover = Image.new("L", (size, size))
    for picture, corner in _standing(size, scene, arrangement, folder):
        cover.paste(255, corner, picture.getchannel("A"))
    return np.asarray(cover) > 127


def _standing(
    size: int, scene: Scene, arrangement: Arrangement, folder: Path
) -> Iterator[tuple[Image.Image, tuple[int, int]]]:
    """Each thing at its size in the picture, and its left and top."""
    things = [t for t in scene.things for _ in range(t.count)]
    for thing, (x, y) in zip(things, arrangement.corners, strict=True):
        picture = sprite(thing.name, thing.colour, folder)
        if arrangement.mirrored:
            picture = ImageOps.mirror(picture)
        small = resized(picture, arrangement.share * size)
        centre = [(corner + arrangement.cells / 2) * size / CELLS for corner in (x, y)]
        yield small, (round(centre[0] - small.width / 2), round(centre[1] - small.height / 2))


def resized(picture: Image.Image, longest: float) -> Image.Image:
    """A sprite whose longer side is `longest` pixels."""
    scale = longest / max(picture.size)
    shape = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(shape, Image.Resampling.LANCZOS if scale < 1 else Image.Resampling.BICUBIC)


def shares(
    count: int, position: str | None, size: str | None, shape: Shape = SQUARE
) -> tuple[int, tuple[float, ...]]:
    """The side of a thing's square in cells, and the shares of the (square) picture's side that a thing may have."""
    centred, few = position in (None, "center"), min(shape)
    if few > 6:
        placed = count > 1 or (size is None and not centred)
        return PLACED if placed else SIZES[size or "normal"]
    if few > 4 and count > 1:
        return PLACED
    if not centred:  # small, so that it is whole where the engine cuts half a cell
        return SIZES["small"]
    known = SIZES | (SIZES_SIX if few > 4 else SIZES_FOUR)
    return known["normal" if count > 1 else size or "normal"]


def layout(
    count: int, position: str | None, size: str | None, rng: random.Random, shape: Shape = SQUARE
) -> tuple[int, float, list[tuple[int, int]]]:
    """The side of the squares that hold the things, in cells; a thing's share of the square picture's side; where
    the squares begin (left and top, in cells of the square picture).

    Two things stand above each other where there is no room for them side by side. In a picture of an odd number of
    cells they stand as in one of a cell more, so that every thing is on whole cells of the square.
    """
    cells, may = shares(count, position, size, shape)
    share = rng.choice(may)
    columns, rows = (extent + extent % 2 for extent in shape)
    left, top = (CELLS - columns) // 2, (CELLS - rows) // 2
    right, bottom = left + columns - cells, top + rows - cells
    x, y = (left + right) // 2, (top + bottom) // 2
    if count == 2:
        beside = columns >= rows
        return cells, share, [(left, y), (right, y)] if beside else [(x, top), (x, bottom)]
    if count == 3:
        return cells, share, [(x, top), (left, bottom), (right, bottom)]
    for word in (position or "").split():
        x = {"left": left, "right": right}.get(word, x)
        y = {"top": top, "bottom": bottom}.get(word, y)
    return cells, share, [(x, y)] * count


def paste(canvas: Image.Image, small: Image.Image, corner: tuple[int, int]) -> None:
    """Put a sprite at its size on a canvas, its shadow first."""
    left, top = corner
    longest = max(small.size)
    blur = max(1.0, 0.035 * longest)
    margin = round(3 * blur)
    factor = 4  # the shadow is soft, so it is drawn at a quarter of the size
    room = ((small.width + 2 * margin) // factor + 1, (small.height + 2 * margin) // factor + 1)
    shadow = Image.new("L", room)
    inner = small.getchannel("A").resize((max(1, small.width // factor), max(1, small.height // factor)))
    shadow.paste(inner.point(lambda a: a * 0.42), (margin // factor, margin // factor))
    shadow = shadow.filter(ImageFilter.GaussianBlur(blur / factor)).resize(
        (room[0] * factor, room[1] * factor), Image.Resampling.BICUBIC
    )
    offset = round(0.045 * longest)
    canvas.paste((18, 18, 30), (left - margin, top - margin + offset), shadow)
    canvas.paste(small, (left, top), small)
