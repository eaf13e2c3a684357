"""Measures an exported model behind the engine: what is right in its drafts, Pro renders and fixes, and sheets."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from diffusers import AutoencoderTiny
from PIL import Image

from engine.starter import judge as judging
from engine.starter import truth
from engine.starter.captions import Scene, Thing, caption
from engine.starter.data import compose
from engine.starter.likenesses import measure, pro_row
from engine.starter.scenes import fixed_scenes, unseen_scenes
from engine.starter.seeing import border, fine_detail, nearest, place, seam
from engine.starter.served import Served, serving
from engine.starter.subjects import BACKGROUNDS, SUBJECTS
from engine.starter.tables import Score, Table, sheet

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
    codec, plain = truth.codec_of(model), []
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
            if name == "fixed":
                plain = truth.compare(scenes, pictures, codec)
        measure(engine, table, codec, out, seed, plain)
        demos = [engine.draft(prompt, seed=seed + i)[0][0] for i, prompt in enumerate(DEMOS)]
        sheet(demos, DEMOS).save(out / "demos.png")
        _grids(engine, table, seed)
        _pros(engine, table, judge, codec, out, seed)
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


def _pros(
    engine: Served,
    table: Table,
    judge: judging.Judge,
    codec: AutoencoderTiny,
    out: Path,
    seed: int,
    count: int = 48,
) -> None:
    """Pro renders beside plain enlargements of their drafts."""
    rng = random.Random(seed + 1)  # noqa: S311
    names = rng.sample(list(SUBJECTS), count)
    scores = {f"same {what}": Score(0.97) for what in ("subject", "position", "background")}
    seconds, gains, pairs, labels, renders, scenes = [], [], [], [], [], []
    for index, name in enumerate(names):
        ground = rng.choice(list(BACKGROUNDS))
        scenes.append(Scene(things=(Thing(name=name),), background=ground))
        prompt = f"a {name} on a {ground} background"
        draft = engine.draft(prompt, seed=seed + index)[0][0]
        made, taken = engine.pro(prompt, draft, seed=seed + index, side=512)
        seconds.append(taken)
        renders.append(made[0])
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
    pro_row(table, truth.compare(scenes, renders, codec))
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
