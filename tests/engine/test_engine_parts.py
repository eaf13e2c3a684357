"""The pure parts: fair turns, crops and pastes, preview steps."""

from __future__ import annotations

import json
from typing import Any, cast

import numpy as np
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.api.server import _json_object
from engine.pipelines.preview import preview_steps
from engine.pixels.stitch import (
    OutsideChanged,
    assert_only_inside_changed,
    crop_for_model,
    feather_weights,
    paste,
    plan_crop,
)
from engine.serving.errors import Refused
from engine.serving.fields import lora_list, seed_list
from engine.serving.queueing import Entry, FairQueue

entries = st.builds(
    lambda level, key, cost, batch: Entry(item=object(), level=level, key=key, cost=cost, batch_key=batch),
    st.integers(0, 2),
    st.sampled_from("abc"),
    st.integers(1, 4),
    st.sampled_from([None, "x", "y"]),
)


@given(st.lists(entries, max_size=30), st.integers(1, 8))
def test_everything_is_served_once_urgent_first_and_in_order_per_key(waiting: list, most: int) -> None:
    queue: FairQueue[object] = FairQueue()
    for entry in waiting:
        queue.push(entry)
    served = []
    while batch := queue.take(most=most):
        assert len({entry.batch_key for entry in batch}) == 1
        assert len(batch) == 1 or (batch[0].batch_key is not None and sum(e.cost for e in batch) <= most)
        served += batch
    assert len(queue) == 0
    assert {id(e) for e in served} == {id(e) for e in waiting}
    assert len(served) == len(waiting)
    assert [e.level for e in served] == sorted(e.level for e in served)
    for level in range(3):
        for key in "abc":
            lane = [e for e in waiting if e.level == level and e.key == key]
            assert [id(e) for e in served if e.level == level and e.key == key] == [id(e) for e in lane]


def take_keys(queue: FairQueue[None], count: int) -> str:
    return "".join(queue.take()[0].key for _ in range(count))


def test_a_flood_from_one_key_does_not_hold_up_another() -> None:
    queue: FairQueue[None] = FairQueue()
    for _ in range(100):
        queue.push(Entry(item=None, level=0, key="flood", cost=4))
    queue.push(Entry(item=None, level=0, key="quiet", cost=4))
    assert "quiet" in [queue.take()[0].key for _ in range(2)]


def test_turns_are_shared_by_cost_not_by_requests() -> None:
    queue: FairQueue[None] = FairQueue()
    for _ in range(12):
        queue.push(Entry(item=None, level=0, key="s", cost=1))
        queue.push(Entry(item=None, level=0, key="b", cost=4))
    first = take_keys(queue, 10)
    assert first.count("s") == 8
    assert first.count("b") == 2


def test_idle_time_earns_no_credit() -> None:
    queue: FairQueue[None] = FairQueue()
    for _ in range(10):
        queue.push(Entry(item=None, level=0, key="a", cost=1))
        take_keys(queue, 1)
    for _ in range(4):
        queue.push(Entry(item=None, level=0, key="a", cost=1))
        queue.push(Entry(item=None, level=0, key="b", cost=1))
    assert take_keys(queue, 4).count("b") <= 3


def test_only_more_urgent_work_is_taken_when_asked_so() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.push(Entry(item="pro", level=2, key="", cost=1))
    assert not queue.has_more_urgent_than(2)
    assert queue.take(more_urgent_than=2) == []
    queue.push(Entry(item="draft", level=0, key="", cost=1))
    assert queue.has_more_urgent_than(2)
    assert [entry.item for entry in queue.take(more_urgent_than=2)] == ["draft"]


regions = arrays.arrays(bool, arrays.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=70)).filter(
    np.any
)


@given(regions, st.integers(0, 6), st.floats(0, 3), st.sampled_from([3, 4]), st.integers(0, 2**32 - 1))
def test_a_paste_never_touches_the_outside(
    region: np.ndarray, feather: int, context: float, channels: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    original = random.integers(0, 256, (*region.shape, channels), dtype=np.uint8)
    crop = plan_crop(region, side=64, context=context, multiple=16)
    assert region[crop.rows, crop.columns].sum() == region.sum()
    assert crop.render_width % 16 == crop.render_height % 16 == 0
    picture, mask = crop_for_model(original, region, crop, cell=8)
    assert picture.size == mask.size == (crop.render_width, crop.render_height)
    assert np.array(mask).any()
    painted = random.integers(0, 256, (crop.render_height, crop.render_width, 3), dtype=np.uint8)
    after = paste(original, region, crop, painted, feather=feather)
    assert np.array_equal(after[~region], original[~region])


@given(regions, st.integers(0, 6))
def test_the_blend_lies_inside_the_region_only(region: np.ndarray, width: int) -> None:
    weights = feather_weights(region, width)
    assert (weights[~region] == 0).all()
    assert (weights[region] > 0).all()
    assert weights.max() <= 1


def test_the_blend_rises_to_the_full_picture_and_ignores_the_pictures_border() -> None:
    region = np.zeros((20, 20), bool)
    region[:, :10] = True
    weights = feather_weights(region, 3)
    assert weights[0, 0] == 1
    assert list(weights[10, 6:11]) == [1.0, 0.75, 0.5, 0.25, 0.0]


def test_painted_transparency_becomes_opaque_and_bleeds_no_hidden_colour() -> None:
    original = np.zeros((32, 32, 4), np.uint8)
    original[..., 0] = 255  # invisible red
    region = np.zeros((32, 32), bool)
    region[8:24, 8:24] = True
    crop = plan_crop(region, side=32, context=0.0, multiple=8)
    painted = np.full((crop.render_height, crop.render_width, 3), (0, 0, 200), np.uint8)
    after = paste(original, region, crop, painted, feather=2)
    assert tuple(after[16, 16]) == (0, 0, 200, 255)
    assert (after[region][:, 0] == 0).all()


def test_a_change_outside_is_never_let_through() -> None:
    before = np.zeros((4, 4, 3), np.uint8)
    after = before.copy()
    after[0, 0, 0] = 1
    with pytest.raises(OutsideChanged):
        assert_only_inside_changed(before, after, np.zeros((4, 4), bool))


@pytest.mark.parametrize(
    ("steps", "previews", "expected"),
    [(8, 0, []), (8, 1, [2]), (8, 2, [2, 5]), (8, 3, [2, 4, 6]), (4, 3, [2, 3]), (2, 1, [1]), (1, 3, [])],
)
def test_the_first_preview_comes_early_and_none_at_the_end(
    steps: int, previews: int, expected: list[int]
) -> None:
    assert preview_steps(steps, previews, first=2) == expected


def test_lists_that_are_nested_without_end_are_refused() -> None:
    with pytest.raises(Refused, match="seeds"):
        seed_list("[" * 100_000)
    with pytest.raises(Refused, match="“loras” must"):
        lora_list("[" * 100_000, {})


async def test_a_body_that_is_nested_without_end_is_refused() -> None:
    class Nested:
        async def json(self) -> Any:
            return json.loads("[" * 100_000)

    with pytest.raises(Refused, match="not valid JSON"):
        await _json_object(cast(web.Request, Nested()))
