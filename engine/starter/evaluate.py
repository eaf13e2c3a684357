"""Measures an exported model behind the engine: what is right in its drafts, Pro renders and fixes, and sheets."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from engine.starter import judge as judging
from engine.starter.captions import Scene, Thing, caption, held_out
from engine.starter.data import compose
from engine.starter.seeing import border, fine_detail, nearest, place, seam
from engine.starter.served import Served, serving
from engine.starter.subjects import BACKGROUNDS, POSITIONS, SUBJECT_COLOURS, SUBJECTS

DEMOS = (
    "a red sneaker on a teal background",
    "a red apple on a yellow background",
    "a blue teapot on a pink background",
    "two lemons on pink",
    "a green cactus on a white background",
    "a cat on a purple background",
    "a cup of coffee on a beige background",
    "a burger on a navy background",
    "a small car in the top left corner on mint",
    "a large gift on a lavender background",
    "a guitar and a camera on an orange background",
    "on black: a yellow umbrella, right",
)
#: the part of a 256 px draft that a fix repaints
FIXED = (32, 32, 224, 224)


@dataclass
class Score:
    """Right answers out of all, and what is wanted of them."""

    aim: float = 0.0
    right: int = 0
    total: int = 0

    def add(self, correct: bool) -> None:
        """Count one more."""
        self.right, self.total = self.right + int(correct), self.total + 1

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.right / max(1, self.total)

    def __str__(self) -> str:
        return f"{self.right}/{self.total} ({self.share:.0%})"


@dataclass
class Table:
    """The rows of an evaluation, as Markdown and as JSON."""

    rows: list[tuple[str, str, str, str]] = field(default_factory=list)

    def add(self, measure: str, value: object, truth: object = "", aim: str = "") -> None:
        """One more measure: the model's, the same on real composites, and what is wanted."""
        self.rows.append((measure, str(value), str(truth), aim))

    def scores(self, model: dict[str, Score], real: dict[str, Score] | None = None) -> None:
        """Several shares at once."""
        for name, score in model.items():
            if not score.total:
                continue
            truth = real[name] if real else ""
            self.add(name, score, truth, f"≥ {score.aim:.0%}" if score.aim else "")

    def __str__(self) -> str:
        head = "| measure | model | real composites | aim |\n| --- | --- | --- | --- |\n"
        return head + "".join(f"| {' | '.join(row)} |\n" for row in self.rows)


def fixed_scenes() -> list[Scene]:
    """Every subject once, in the middle of a backdrop; always the same."""
    grounds = list(BACKGROUNDS)
    return [
        Scene(things=(Thing(name=name),), background=grounds[(7 * index) % len(grounds)])
        for index, name in enumerate(SUBJECTS)
    ]


def unseen_scenes(count: int, seed: int) -> list[Scene]:
    """Scenes from pairs never seen in training: a third centred, a third placed, a third coloured."""
    rng = random.Random(seed)  # noqa: S311
    scenes: list[Scene] = []
    while len(scenes) < count:
        kind = len(scenes) % 3
        name = rng.choice(list(SUBJECTS))
        ground = rng.choice([b for b in BACKGROUNDS if held_out("background", name, b)] or ["white"])
        if kind == 2:
            colours = [c for c in SUBJECT_COLOURS if held_out("colour", name, c) and c != ground]
            if not SUBJECTS[name][2] or not colours:
                continue
            ground = rng.choice(["white", "gray", "beige"])
            scenes.append(Scene(things=(Thing(name=name, colour=rng.choice(colours)),), background=ground))
        else:
            position = rng.choice([p for p in POSITIONS if p != "center"]) if kind == 1 else None
            scenes.append(Scene(things=(Thing(name=name),), background=ground, position=position))
    return scenes


def judge_scenes(
    scenes: Sequence[Scene], pictures: Sequence[Image.Image], judge: judging.Judge
) -> dict[str, Score]:
    """How many pictures show what their scene says."""
    aims = {
        "background": 0.97,
        "position": 0.95,
        "subject top-1": 0.85,
        "subject top-5": 0.95,
        "subject colour": 0.85,
    }
    scores = {name: Score(aim) for name, aim in aims.items()}
    likeliest, colours = judge.subjects(list(pictures)), judge.colours(list(pictures))
    for scene, picture, order, colour in zip(scenes, pictures, likeliest, colours, strict=True):
        thing = scene.things[0]
        scores["background"].add(nearest(border(picture), BACKGROUNDS) == scene.background)
        scores["position"].add(place(picture) == (scene.position or "center"))
        scores["subject top-1"].add(order[0] == thing.name)
        scores["subject top-5"].add(thing.name in order[:5])
        if thing.colour is not None:
            scores["subject colour"].add(colour == thing.colour)
    return scores


def run(model: Path, out: Path, *, count: int = 150, seed: int = 11) -> str:
    """Evaluate the model in a folder; writes sheets and tables into `out` and returns the table."""
    out.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)  # noqa: S311
    judge = judging.train(out.parent / "judge.pt")
    table = Table()
    table.add("the judge on new real composites", "", f"{judging.accuracy(judge):.1%}", "≥ 97%")
    with serving(model) as engine:
        for name, scenes in (("fixed", fixed_scenes()), ("unseen", unseen_scenes(count, seed))):
            prompts = [caption(scene, rng) for scene in scenes]
            pictures = [engine.draft(p, seed=seed + i)[0][0] for i, p in enumerate(prompts)]
            real = [compose(scene, 256, rng) for scene in scenes]
            table.add(f"**{name} list of {len(scenes)} prompts**", "")
            table.scores(judge_scenes(scenes, pictures, judge), judge_scenes(scenes, real, judge))
            sheet(pictures, prompts, columns=12, side=128).save(out / f"{name}.png")
        demos = [engine.draft(prompt, seed=seed + i)[0][0] for i, prompt in enumerate(DEMOS)]
        sheet(demos, DEMOS).save(out / "demos.png")
        _grids(engine, table, seed)
        _pros(engine, table, judge, out, seed)
        _fixes(engine, table, judge, out, seed)
    (out / "table.md").write_text(str(table), encoding="utf-8")
    (out / "table.json").write_text(json.dumps(table.rows, indent=1, ensure_ascii=False), encoding="utf-8")
    return str(table)


def _grids(engine: Served, table: Table, seed: int) -> None:
    """How long a grid takes, and how much its cells differ."""
    table.add("**grids of four**", "")
    seconds, spreads = [], []
    for index, prompt in enumerate(DEMOS[:6]):
        grid, taken = engine.draft(prompt, seed=seed + 100 * index, n=4)
        seconds.append(taken)
        flat = np.stack([np.asarray(p, np.float32) for p in grid])
        spreads.append(np.mean([np.abs(flat[i] - flat[j]).mean() for i in range(4) for j in range(i)]))
    table.add("seconds, median", f"{np.median(seconds):.1f}", "", "≤ 3")
    table.add("mean difference between two cells, grey levels", f"{np.mean(spreads):.1f}")


def _pros(engine: Served, table: Table, judge: judging.Judge, out: Path, seed: int, count: int = 48) -> None:
    """Pro renders beside plain enlargements of their drafts."""
    rng = random.Random(seed + 1)  # noqa: S311
    names = rng.sample(list(SUBJECTS), count)
    scores = {f"same {what}": Score(0.97) for what in ("subject", "position", "background")}
    seconds, gains, pairs, labels = [], [], [], []
    for index, name in enumerate(names):
        ground = rng.choice(list(BACKGROUNDS))
        prompt = f"a {name} on a {ground} background"
        draft = engine.draft(prompt, seed=seed + index)[0][0]
        made, taken = engine.pro(prompt, draft, seed=seed + index, side=512)
        seconds.append(taken)
        first, second = judge.subjects([draft, made[0]])
        scores["same subject"].add(first[0] == second[0])
        scores["same position"].add(place(draft) == place(made[0]))
        seen = [nearest(border(picture), BACKGROUNDS) for picture in (draft, made[0])]
        scores["same background"].add(seen[0] == seen[1])
        large = draft.resize(made[0].size, Image.Resampling.LANCZOS)
        gains.append(fine_detail(made[0]) / max(1e-6, fine_detail(large)))
        if index < 8:
            pairs += [large, made[0]]
            labels += [prompt, "Pro"]
    table.add(f"**Pro, {count} renders against their drafts**", "")
    table.scores(scores)
    table.add("seconds, median", f"{np.median(seconds):.1f}", "", "≤ 8")
    table.add(
        "detail finer than a draft can hold, Pro ÷ enlarged draft", f"{np.median(gains):.1f}", "", "> 1"
    )
    sheet(pairs, labels, columns=4, side=320).save(out / "pro.png")


def _fixes(engine: Served, table: Table, judge: judging.Judge, out: Path, seed: int, count: int = 48) -> None:
    """A thing in a draft replaced by another one, and things removed."""
    rng = random.Random(seed + 2)  # noqa: S311
    recognised, plain = Score(0.85), Score()
    seconds, seams, exact, pictures, labels = [], [], Score(1.0), [], []
    for index in range(count):
        old, new = rng.sample(list(SUBJECTS), 2)
        ground = rng.choice(list(BACKGROUNDS))
        draft = engine.draft(f"a {old} on a {ground} background", seed=seed + index)[0][0]
        remove = index % 4 == 3
        prompt = f"plain {ground} background" if remove else f"a {new} on a {ground} background"
        made, taken = engine.fix(prompt, draft, FIXED, seed=seed + index)
        seconds.append(taken)
        if remove:
            plain.add(place(made[0]) == "nowhere")
        else:
            recognised.add(judge.subjects(made)[0][0] == new)
        seams.append(seam(made[0], FIXED))
        exact.add(_same_outside(draft, made[0]))
        if index < 12:
            pictures += [draft, made[0]]
            labels += [f"a {old}", "removed" if remove else f"a {new}"]
    table.add(f"**{count} fixes, a quarter of them removals**", "")
    table.scores({"new thing recognised": recognised, "removed, plain backdrop left": plain})
    table.add("seam: step across the mask's border ÷ steps inside", f"{np.median(seams):.2f}", "", "≤ 1")
    table.scores({"no pixel changed outside the mask": exact})
    table.add("seconds, median", f"{np.median(seconds):.1f}", "", "≤ 5")
    sheet(pictures, labels, columns=6, side=192).save(out / "fixes.png")


def _same_outside(before: Image.Image, after: Image.Image) -> bool:
    left, top, right, bottom = FIXED
    changed = (np.asarray(before) != np.asarray(after)).any(-1)
    changed[top:bottom, left:right] = False
    return not changed.any()


def sheet(
    pictures: Sequence[Image.Image], labels: Sequence[str], columns: int = 6, side: int = 192
) -> Image.Image:
    """A contact sheet with a line of text under each picture."""
    rows = -(-len(pictures) // columns)
    page = Image.new("RGB", (columns * side, rows * (side + 16)), "white")
    pen = ImageDraw.Draw(page)
    for index, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        x, y = index % columns * side, index // columns * (side + 16)
        page.paste(picture.resize((side, side), Image.Resampling.LANCZOS), (x, y))
        pen.text((x + 3, y + side + 2), label[: side // 6], fill="black")
    return page
