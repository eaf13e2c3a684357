"""Shapes of regions in plain numpy: joined parts, enclosed holes, growing within bounds. Knows no pictures."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Region: TypeAlias = NDArray[np.bool_]
Labels: TypeAlias = NDArray[np.int64]


def labels(region: Region) -> Labels:
    """A number for each joined part (also over corners), 0 outside of the region."""
    ids = np.where(region, np.arange(1, region.size + 1, dtype=np.int64).reshape(region.shape), 0)
    while True:
        before = ids
        ids = _spread(_spread(ids).T).T
        ids = _corners(ids, region)
        if np.array_equal(ids, before):
            return ids


def _spread(ids: Labels) -> Labels:
    """Give each run of a row the largest number in it."""
    flat = ids.ravel()
    inside = flat > 0
    starts = np.empty(flat.size, dtype=np.bool_)
    starts[0] = True
    starts[1:] = inside[1:] != inside[:-1]
    # A run ends with its row.
    starts[:: ids.shape[1]] = True
    begin = np.flatnonzero(starts)
    largest = np.maximum.reduceat(flat, begin)
    return np.repeat(largest, np.diff(np.append(begin, flat.size))).reshape(ids.shape)


def _corners(ids: Labels, region: Region) -> Labels:
    padded = np.pad(ids, 1)
    height, width = ids.shape
    best = ids
    for dy, dx in ((0, 0), (0, 2), (2, 0), (2, 2)):
        best = np.maximum(best, padded[dy : dy + height, dx : dx + width])
    return np.where(region, best, 0)


def without_specks(region: Region, least: int) -> Region:
    """Only the parts of at least so many pixels."""
    if not region.any():
        return region
    ids = labels(region)
    _, index, counts = np.unique(ids, return_inverse=True, return_counts=True)
    return region & (counts[index.reshape(ids.shape)] >= least)


def touching(region: Region, seeds: Region) -> Region:
    """Only the parts of the region that hold a seed."""
    if not (region & seeds).any():
        return np.zeros_like(region)
    ids = labels(region)
    held = np.unique(ids[region & seeds])
    return np.isin(ids, held) & region


def filled(region: Region) -> Region:
    """The region with everything that it encloses."""
    outside = np.pad(~region, 1, constant_values=True)
    ids = _four_joined(outside)
    found: Region = (ids != ids[0, 0])[1:-1, 1:-1] | region
    return found


def _four_joined(region: Region) -> Labels:
    """As `labels`, but corners do not join: a line that is closed over corners encloses."""
    ids = np.where(region, np.arange(1, region.size + 1, dtype=np.int64).reshape(region.shape), 0)
    while True:
        before = ids
        ids = _spread(_spread(ids).T).T
        if np.array_equal(ids, before):
            return ids


def grown(region: Region, by: int) -> Region:
    """The region and everything within so many pixels of it, in a square."""
    return _window(region, by, any_of=True)


def worn(region: Region, by: int) -> Region:
    """The region without what is within so many pixels of its border; the picture's edge is no border."""
    return _window(region, by, any_of=False)


def _window(region: Region, by: int, *, any_of: bool) -> Region:
    if by <= 0:
        return region
    result = region
    for axis in (0, 1):
        pad = [(by + 1, by) if index == axis else (0, 0) for index in (0, 1)]
        padded = np.pad(result, pad, constant_values=not any_of) if not any_of else np.pad(result, pad)
        sums = np.cumsum(padded, axis=axis, dtype=np.int32)
        span = 2 * by + 1
        length = result.shape[axis]
        late = np.take(sums, range(span, span + length), axis=axis)
        early = np.take(sums, range(length), axis=axis)
        counts = late - early
        result = counts > 0 if any_of else counts == span
    return result
