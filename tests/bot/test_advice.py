"""Which prompts are warned of, measured on prompts labelled by hand.

`seen` and `held` were written together with the rules, `fresh` and `second` each after them and measured before
anything was mended: 0.79 precision and 0.61 recall at first sight of `fresh`; 0.96 and 0.89, after that was mended,
at first sight of `second`. What each sight taught is in the rules now.

`advice_held_out.csv` is never tuned on: another hand, labelled before anything was measured on it. At first sight the
four kinds had 0.955 precision and 0.831 recall there. Languages and unknown words are told by rules that were written
after it, without a look at what went wrong on it. Nobody mends a rule for one of its prompts: write others that stand
for the same kind into `advice_prompts.csv`, and mend for those.
"""

import csv
import json
from pathlib import Path

import pytest

from bot.draft import vocabulary
from bot.draft.advice import RULES, kinds, warning
from bot.draft.foreign import english

HERE = Path(__file__).parent
with (HERE / "advice_prompts.csv").open(newline="") as file:
    ROWS = [(row["set"], set(row["labels"].split()), row["prompt"]) for row in csv.DictReader(file)]
with (HERE / "advice_held_out.csv").open(newline="") as file:
    HELD_OUT = list(csv.DictReader(file))
STARTER = json.loads((HERE.parents[1] / "engine/starter/model/vocabulary.json").read_text())
#: (precision, recall) that each kind of warning keeps at least on prompts that it was not tuned on.
FLOORS = {
    "text": (0.85, 0.75),
    "count": (0.9, 0.9),
    "detail": (0.9, 0.7),
    "symmetry": (0.9, 0.75),
    "language": (0.9, 0.8),
    "unknown": (0.9, 0.9),
}


def measured(rows, kind=None):
    """(precision, recall, what went wrong) over pairs of prompt and kind."""
    hits = wrong = missed = 0
    errors = []
    for _, labels, prompt in rows:
        found = set(kinds(prompt))
        if kind:
            found, labels = found & {kind}, labels & {kind}
        hits += len(found & labels)
        wrong += len(found - labels)
        missed += len(labels - found)
        if found != labels:
            errors.append(f"{prompt!r}: said {sorted(found)}, is {sorted(labels)}")
    return hits / max(1, hits + wrong), hits / max(1, hits + missed), errors


def test_the_list_is_long_and_half_of_it_needs_no_warning():
    assert len(ROWS) >= 60
    assert len({prompt for _, _, prompt in ROWS}) == len(ROWS)
    quiet = sum(not labels for _, labels, _ in ROWS)
    assert 0.3 < quiet / len(ROWS) < 0.7
    assert set().union(*(labels for _, labels, _ in ROWS)) == {rule.kind for rule in RULES}


@pytest.mark.parametrize("which", ["all", "held", "fresh", "second", "emptied"])
def test_precision_and_recall_on_labelled_prompts(which):
    rows = [row for row in ROWS if which in ("all", row[0])]
    precision, recall, errors = measured(rows)
    print(f"\n{which}: {len(rows)} prompts, precision {precision:.3f}, recall {recall:.3f}")
    for rule in RULES:
        one = measured(rows, rule.kind)
        print(f"  {rule.kind}: precision {one[0]:.3f}, recall {one[1]:.3f}")
    print("\n".join(errors))
    assert precision >= 0.9
    assert recall >= 0.9


def said(row):
    """What is told of a prompt, by kind: with the starter model where only that one lists its words."""
    foreign = not english(row["prompt"])
    unknown = not foreign and vocabulary.unknown_words(row["prompt"], STARTER)
    return {*kinds(row["prompt"]), *(["language"] if foreign else []), *(["unknown"] if unknown else [])}


def labelled(row):
    return {
        *row["labels"].split(),
        *(["language"] if row["language"] else []),
        *(["unknown"] if row["unknown"] else []),
    }


@pytest.mark.parametrize("kind", FLOORS)
def test_precision_and_recall_on_prompts_that_no_rule_was_tuned_on(kind):
    assert len(HELD_OUT) >= 120
    rows = HELD_OUT
    if kind == "unknown":
        # What asks for text, counts or hands is told of by those warnings; another language by one sentence.
        rows = [row for row in rows if not row["labels"] and not row["language"]]
    pairs = [(kind in said(row), kind in labelled(row)) for row in rows]
    hits = pairs.count((True, True))
    precision = hits / max(1, hits + pairs.count((True, False)))
    recall = hits / max(1, hits + pairs.count((False, True)))
    print(f"\nheld out, {kind}: {len(rows)} prompts, precision {precision:.3f}, recall {recall:.3f}")
    assert precision >= FLOORS[kind][0]
    assert recall >= FLOORS[kind][1]


def test_the_words_that_a_person_would_miss_are_among_those_that_are_told():
    wanted = [(row, word) for row in HELD_OUT if not row["language"] for word in row["unknown"].split()]
    told = [word in vocabulary.unknown_words(row["prompt"], STARTER) for row, word in wanted]
    print(f"\nheld out, words: {sum(told)} of {len(told)} told")
    assert sum(told) >= 0.9 * len(told)


def test_a_warning_is_one_line_and_names_all_that_applies():
    for _, _, prompt in ROWS:
        told = warning(prompt)
        assert bool(told) == bool(kinds(prompt))
        assert "\n" not in told
        assert len(told) < 200
    assert "The same goes for exact counts" in warning("seven books, each with a title on its spine")


def test_of_a_small_model_nobody_claims_that_its_pro_can_spell():
    told = warning('a mug that says "hello"', small=True)
    assert "in Pro neither" in told
    assert "Quick drafts" not in told


@pytest.mark.parametrize(
    "prompt",
    [
        "an apple on teal, space for the headline",
        "a car with copy space",
        "a cat, room for a caption at the top",
        "leave the upper third free for our tagline, a rocket below",
        "a rocket, text will be added later",
        "a lemon with an empty area for our slogan on the left",
    ],
)
def test_room_for_words_is_not_words_in_the_picture(prompt):
    assert kinds(prompt) == []
    assert vocabulary.unknown_words(prompt, STARTER) in ([], ["upper", "third"], ["third"])


def test_room_for_words_hides_no_words_that_are_asked_for():
    assert kinds("a poster that says space for rent") == ["text"]
    assert kinds('a sign reading "OPEN", space for a logo') == ["text"]
