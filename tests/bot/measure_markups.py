"""Measures how well drawn-over copies are read: `python -m tests.bot.measure_markups 200`. Slow, so it is no test."""

import sys
import time

import numpy as np

from bot.briefs.model import UserError
from bot.pictures import markup
from tests.bot import markups

SIZES = ((512, 512), (512, 384), (384, 512), (640, 360))


def measure(count, first=1_000):
    """Overlap of each mark-up with the truth, those refused, and the seconds of processor time."""
    overlaps, refused = [], []
    began = time.process_time()
    for number in range(count):
        rng = np.random.default_rng(first + number)
        original = markups.picture(rng, SIZES[number % len(SIZES)])
        copy, truth, _ = markups.marked(rng, original)
        data, kept = markups.sent(rng, copy, truth)
        try:
            overlaps.append(markups.iou(markup.read(original, data).mask, kept))
        except UserError as error:
            refused.append((number, str(error)))
            overlaps.append(0.0)
    return np.array(overlaps), refused, time.process_time() - began


if __name__ == "__main__":
    found, turned_down, seconds = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
    print(f"{len(found)} mark-ups: mean IoU {found.mean():.3f}, median {np.median(found):.3f}")
    print(
        f"5th percentile {np.quantile(found, 0.05):.3f}, below 0.5: {(found < 0.5).sum()}, refused {len(turned_down)}"
    )
    print(f"{seconds / len(found):.2f} s of processor time each")
    for number, sentence in turned_down:
        print(f"  {number}: {sentence}")
