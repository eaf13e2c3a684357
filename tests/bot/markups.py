"""Pictures and drawn-over copies of them, made from numbers, with the truth beside them. No tests here."""

import io
import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

COLOURS = [
    (230, 30, 40),
    (20, 20, 20),
    (255, 255, 255),
    (30, 90, 240),
    (40, 200, 70),
    (255, 220, 0),
    (255, 0, 200),
    (0, 220, 230),
]


def picture(rng, size):
    """Something like a product shot: a shaded backdrop, a few bodies with light and texture, some grain."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width] / max(size)
    one, two = rng.uniform(40, 230, 3), rng.uniform(40, 230, 3)
    angle = rng.uniform(0, math.tau)
    ramp = np.clip(0.5 + (x - 0.5) * math.cos(angle) + (y - 0.5) * math.sin(angle), 0, 1)[..., None]
    base = one * ramp + two * (1 - ramp)
    if rng.random() < 0.5:
        base = base + 14 * np.sin(x * rng.uniform(20, 90) + y * rng.uniform(20, 90))[..., None]
    image = Image.fromarray(np.clip(base, 0, 255).astype(np.uint8))
    for _ in range(rng.integers(3, 8)):
        layer = Image.new("L", size, 0)
        draw = ImageDraw.Draw(layer)
        cx, cy = rng.uniform(0.15, 0.85) * width, rng.uniform(0.15, 0.85) * height
        rx, ry = rng.uniform(0.06, 0.28, 2) * max(size)
        if rng.random() < 0.6:
            draw.ellipse((cx - rx, cy - ry, cx + rx, cy + ry), fill=255)
        else:
            corners = [
                (cx + rx * math.cos(t), cy + ry * math.sin(t)) for t in sorted(rng.uniform(0, math.tau, 5))
            ]
            draw.polygon(corners, fill=255)
        colour = rng.uniform(10, 245, 3)
        shade = np.clip(colour * (0.6 + 0.8 * ((x * width - cx + rx) / (2 * rx + 1)))[..., None], 0, 255)
        image.paste(
            Image.fromarray(shade.astype(np.uint8)), (0, 0), layer.filter(ImageFilter.GaussianBlur(0.7))
        )
    grain = rng.normal(0, rng.uniform(0, 4), (height, width, 1))
    return Image.fromarray(np.clip(np.asarray(image, dtype=float) + grain, 0, 255).astype(np.uint8))


def marked(rng, image):
    """A copy with something drawn on it, and what that means: what is drawn and what it goes around."""
    width, height = image.size
    scale = 4
    layer = Image.new("L", (width * scale, height * scale), 0)
    draw = ImageDraw.Draw(layer)
    wide = rng.uniform(0.012, 0.05) * max(image.size) * scale
    for _ in range(rng.integers(1, 4)):
        points = _line(rng, width * scale, height * scale)
        draw.line(points, fill=255, width=round(wide), joint="curve")
        for x, y in (points[0], points[-1]):
            draw.ellipse((x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2), fill=255)
    cover = np.asarray(layer.resize(image.size, Image.Resampling.BOX), dtype=float) / 255
    colour = np.array(COLOURS[rng.integers(len(COLOURS))])
    strength = rng.choice([1.0, 1.0, 0.85, 0.65])
    before = np.asarray(image, dtype=float)
    after = before + (colour - before) * (cover * strength)[..., None]
    # A stroke in the very colour of what lies under it cannot be seen by anyone.
    seen = np.abs(after - before).mean(axis=-1)[cover > 0.5]
    return Image.fromarray(np.rint(after).astype(np.uint8)), enclosed(cover > 0.5), float((seen > 12).mean())


def _line(rng, width, height):
    cx, cy = rng.uniform(0.3, 0.7) * width, rng.uniform(0.3, 0.7) * height
    rx, ry = rng.uniform(0.08, 0.24) * width, rng.uniform(0.08, 0.24) * height
    kind = rng.choice(["circle", "scribble", "stroke"])
    if kind == "circle":
        wobble, turns = rng.uniform(0, 0.1), np.linspace(0, math.tau * 1.02, 60)
        phase = rng.uniform(0, math.tau)
        return [
            (
                cx + rx * math.cos(t) * (1 + wobble * math.sin(3 * t + phase)),
                cy + ry * math.sin(t) * (1 + wobble * math.sin(2 * t)),
            )
            for t in turns
        ]
    if kind == "scribble":
        rows = rng.integers(4, 9)
        return [
            (cx + rx * (1 if k % 2 else -1) * rng.uniform(0.8, 1), cy + ry * (2 * k / rows - 1))
            for k in range(rows + 1)
        ]
    bend = rng.uniform(-0.5, 0.5)
    return [(cx + rx * s, cy + ry * (bend * s * s + s * 0.4)) for s in np.linspace(-1, 1, 24)]


def enclosed(region):
    """The region with its holes, by Pillow's flood fill, so that the measure does not share our own code."""
    padded = Image.fromarray(np.pad(region, 1).astype(np.uint8) * 255).copy()
    ImageDraw.floodfill(padded, (0, 0), 128)
    return (np.asarray(padded) != 128)[1:-1, 1:-1]


def sent(rng, image, truth):
    """The copy as it arrives: cropped, scaled, compressed; the truth without what was cropped away."""
    width, height = image.size
    shown_x, shown_y = rng.uniform(0.8, 1.0, 2) if rng.random() < 0.6 else (1.0, 1.0)
    left, top = round(rng.uniform(0, 1 - shown_x) * width), round(rng.uniform(0, 1 - shown_y) * height)
    right, bottom = left + round(shown_x * width), top + round(shown_y * height)
    kept = np.zeros_like(truth)
    kept[top:bottom, left:right] = truth[top:bottom, left:right]
    factor = rng.uniform(0.5, 2.0)
    size = max(16, round((right - left) * factor)), max(16, round((bottom - top) * factor))
    way = [Image.Resampling.LANCZOS, Image.Resampling.BICUBIC, Image.Resampling.BILINEAR][rng.integers(3)]
    copy = image.crop((left, top, right, bottom)).resize(size, way)
    out = io.BytesIO()
    if rng.random() < 0.12:
        copy.save(out, "PNG")
    else:
        copy.save(out, "JPEG", quality=int(rng.integers(40, 96)))
    return out.getvalue(), kept


def iou(mask, truth):
    found = np.asarray(mask) > 127
    either = (found | truth).sum()
    return float((found & truth).sum() / either) if either else 1.0
