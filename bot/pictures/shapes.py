"""Shapes of regions: joined parts, enclosed holes, growing within bounds. Knows no pictures."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import scipy  # it loads `ndimage` when that is first used: 20 MB
from numpy.typing import NDArray

Region: TypeAlias = NDArray[np.bool_]
Labels: TypeAlias = NDArray[np.int32]


def labels(region: Region) -> Labels:
    """A number from 1 for each joined part (also over corners), 0 outside of the region."""
    found: Labels = scipy.ndimage.label(region, structure=np.ones((3, 3)))[0]
    return found


def without_specks(region: Region, least: float) -> Region:
    """Only the parts of at least so many pixels."""
    ids = labels(region)
    return region & (np.bincount(ids.ravel()) >= least)[ids]


def touching(region: Region, seeds: Region) -> Region:
    """Only the parts of the region that hold a seed."""
    ids = labels(region)
    return region & np.isin(ids, ids[seeds])


def rim(plane: NDArray[Any]) -> NDArray[Any]:
    """The pixels along the four sides, those in corners twice."""
    return np.concatenate([plane[0], plane[-1], plane[:, 0], plane[:, -1]])


def from_rim(region: Region) -> Region:
    """All of the region that is reached from the four sides, going across and down."""
    ids, _ = scipy.ndimage.label(region)
    return region & np.isin(ids, rim(ids))


def filled(region: Region) -> Region:
    """The region with everything that it encloses; a line that is closed over corners encloses."""
    return ~from_rim(~region)


def grown(region: Region, by: int) -> Region:
    """The region and everything within so many pixels of it, in a square."""
    found: Region = scipy.ndimage.maximum_filter(region, 2 * by + 1, mode="constant", cval=False)
    return found


def worn(region: Region, by: int) -> Region:
    """The region without what is within so many pixels of its border; the picture's edge is no border."""
    found: Region = scipy.ndimage.minimum_filter(region, 2 * by + 1, mode="constant", cval=True)
    return found
