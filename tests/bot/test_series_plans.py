"""What a series asks for: a stress test's spread, and a table's rows."""

import pytest

from bot.batch.csv_table import read_table, slug
from bot.batch.spread import spread
from bot.batch.table import portions
from bot.briefs.typed import SEED_LIMIT


def test_no_two_pictures_of_the_largest_spread_are_the_same():
    items = spread("a cup", 200, seed=5, aspect=(1, 1))
    assert len({item.prompt for item in items}) == len({item.name for item in items}) == len(items) == 200
    assert items[0].prompt == "a cup"
    assert items == spread("a cup", 200, seed=5, aspect=(1, 1))
    assert items != spread("a cup", 200, seed=6, aspect=(1, 1))


def test_the_first_pictures_vary_every_axis():
    labels = " ".join(item.label for item in spread("a cup", 9, seed=1, aspect=(1, 1))[1:])
    assert labels.count("·") == 8
    assert len(set(labels.split())) > 8


def test_seeds_stay_what_a_draft_takes():
    seeds = [item.seed for item in spread("a cup", 6, seed=SEED_LIMIT, aspect=(1, 1))]
    assert all(0 <= seed <= SEED_LIMIT for seed in seeds)
    assert len(set(seeds)) == 6


def test_portions_are_small_and_of_one_shape():
    table = b"prompt,size\n" + b"a,1:1\n" * 5 + b"b,3:2\n" + b"c,1:1\n"
    assert portions(read_table(table, most=100, seed=1)) == [[0, 1, 2, 3], [4], [5], [6]]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hero cup", "hero-cup"),
        ("../../etc/passwd", "etc-passwd"),
        ("=cmd|' /C calc'!A0", "cmd-c-calc-a0"),
        ("CON", "con-picture"),
        ("lpt1", "lpt1-picture"),
        ("春", "picture"),
        ("Café", "cafe"),
        ("x" * 500, "x" * 60),
    ],
)
def test_a_name_is_safe_on_any_disk(text, name):
    assert slug(text) == name
