"""Measures an exported model: background, position, subject and subject colour right, and contact sheets."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import AutoPipelineForImage2Image, AutoPipelineForText2Image
from PIL import Image, ImageDraw

from engine.starter.captions import Scene, Thing, caption, held_out, random_scene
from engine.starter.data import Pixels, compose, hex_rgb, to_oklab
from engine.starter.export import CALL, SETTINGS
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


def lab_of(picture: Image.Image, side: int = 64) -> Pixels:
    """A picture in OKLab at a small size."""
    small = picture.convert("RGB").resize((side, side), Image.Resampling.BOX)
    return to_oklab(np.asarray(small, np.float32) / np.float32(255))


def border(picture: Image.Image) -> Pixels:
    """The median colour of a frame one sixteenth wide, in OKLab."""
    lab = lab_of(picture)
    frame = np.ones(lab.shape[:2], bool)
    frame[4:-4, 4:-4] = False
    middle: Pixels = np.median(lab[frame], axis=0)
    return middle


def nearest(colour: Pixels, names: dict[str, str]) -> str:
    """The named colour that looks most like this one."""
    return min(names, key=lambda n: float(np.linalg.norm(to_oklab(hex_rgb(names[n])[None])[0] - colour)))


def foreground(picture: Image.Image) -> Pixels:
    """How much each point differs from the backdrop, 0 or more."""
    lab = lab_of(picture)
    difference = np.abs(lab - border(picture)) * np.array([0.6, 1, 1], np.float32)
    weight: Pixels = np.clip(difference.sum(-1) - 0.09, 0, 0.25)
    return weight


def place(picture: Image.Image) -> str:
    """Which of the nine positions the centre of the thing is nearest to."""
    weight = foreground(picture)
    if weight.sum() < 0.5:
        return "nowhere"
    rows, columns = np.nonzero(weight > 0.05)
    if not len(rows):
        return "nowhere"
    x = (np.percentile(columns, 3) + np.percentile(columns, 97)) / 2 / weight.shape[1]
    y = (np.percentile(rows, 3) + np.percentile(rows, 97)) / 2 / weight.shape[0]
    return min(POSITIONS, key=lambda n: (POSITIONS[n][0] - x) ** 2 + (POSITIONS[n][1] - y) ** 2)


@lru_cache(maxsize=16)
def _references(background: str) -> tuple[list[str], Pixels]:
    """Every subject, centred on this backdrop, a few times; as flat small OKLab pictures."""
    names, rows = [], []
    for name in SUBJECTS:
        for seed in range(3):
            rng = random.Random(f"{name}{seed}")  # noqa: S311
            scene = Scene(things=(Thing(name=name),), background=background)
            names.append(name)
            rows.append(lab_of(compose(scene, 128, rng), 32).ravel())
    return names, np.stack(rows)


def recognise(picture: Image.Image, background: str) -> list[str]:
    """Subjects by likeness, best first; for one centred thing of ordinary size in its own colour."""
    names, rows = _references(background)
    distance = np.linalg.norm(rows - lab_of(picture, 32).ravel(), axis=1)
    return list(dict.fromkeys(names[i] for i in distance.argsort()))


def thing_colour(picture: Image.Image, thing: Thing, background: str) -> str:
    """The colour in which the reference of this subject is most like the picture."""
    best, found = np.inf, ""
    target = lab_of(picture, 32)
    for colour in SUBJECT_COLOURS:
        for seed in range(3):
            rng = random.Random(f"{thing.name}{seed}")  # noqa: S311
            scene = Scene(things=(Thing(name=thing.name, colour=colour),), background=background)
            distance = float(np.linalg.norm(lab_of(compose(scene, 128, rng), 32) - target))
            if distance < best:
                best, found = distance, colour
    return found


@dataclass
class Score:
    """Right answers out of all."""

    right: int = 0
    total: int = 0

    def add(self, correct: bool) -> None:
        """Count one more."""
        self.right, self.total = self.right + int(correct), self.total + 1

    def __str__(self) -> str:
        return f"{self.right}/{self.total} ({self.right / max(1, self.total):.0%})"


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


def judge(scenes: Sequence[Scene], pictures: Sequence[Image.Image]) -> dict[str, Score]:
    """How many pictures show what their scene says."""
    scores = {
        k: Score() for k in ("background", "position", "subject top-1", "subject top-5", "subject colour")
    }
    for scene, picture in zip(scenes, pictures, strict=True):
        assert scene.background is not None
        thing = scene.things[0]
        scores["background"].add(nearest(border(picture), BACKGROUNDS) == scene.background)
        scores["position"].add(place(picture) == (scene.position or "center"))
        if scene.position is None and thing.colour is None:
            order = recognise(picture, scene.background)
            scores["subject top-1"].add(order[0] == thing.name)
            scores["subject top-5"].add(thing.name in order[:5])
        if thing.colour is not None:
            scores["subject colour"].add(thing_colour(picture, thing, scene.background) == thing.colour)
    return scores


def draw(pipe: Any, prompts: Sequence[str], seed: int, **settings: Any) -> list[Image.Image]:
    """One draft for each prompt, twelve at a time."""
    draft = SETTINGS["tiers"]["draft"] | settings  # type: ignore[index]
    pictures: list[Image.Image] = []
    for start in range(0, len(prompts), 12):
        part = list(prompts[start : start + 12])
        seeds = [torch.Generator().manual_seed(seed + start + i) for i in range(len(part))]
        pictures += pipe(
            part,
            height=draft["size"],
            width=draft["size"],
            num_inference_steps=draft["steps"],
            guidance_scale=draft["guidance"],
            generator=seeds,
            **CALL,
        ).images
    return pictures


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


def sharpness(picture: Image.Image) -> float:
    """Mean absolute difference between neighbours, in grey levels."""
    grey = np.asarray(picture.convert("L"), np.float32)
    return float(np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean())


def run(model: Path, out: Path, *, count: int = 90, seed: int = 11) -> str:
    """Evaluate the model in a folder; writes sheets and a table into `out` and returns the table."""
    out.mkdir(parents=True, exist_ok=True)
    pipe = AutoPipelineForText2Image.from_pretrained(str(model))
    pipe.set_progress_bar_config(disable=True)
    rng = random.Random(seed)  # noqa: S311
    scenes = unseen_scenes(count, seed)
    prompts = [caption(scene, rng) for scene in scenes]
    pictures = draw(pipe, prompts, seed)
    real = [compose(scene, 256, rng) for scene in scenes]
    lines = ["| measure | model, unseen pairs | real composites |", "| --- | --- | --- |"]
    for (name, score), truth in zip(
        judge(scenes, pictures).items(), judge(scenes, real).values(), strict=True
    ):
        lines.append(f"| {name} | {score} | {truth} |")
    sheet(pictures[:36], prompts[:36]).save(out / "unseen.png")
    demos = draw(pipe, DEMOS, seed)
    sheet(demos, DEMOS).save(out / "demos.png")
    started = time.perf_counter()
    grid = draw(pipe, [DEMOS[0]] * 4, seed)
    lines.append(f"| four drafts, seconds | {time.perf_counter() - started:.1f} | |")
    flat = np.stack([np.asarray(p, np.float32) for p in grid])
    spread = np.mean([np.abs(flat[i] - flat[j]).mean() for i in range(4) for j in range(i)])
    lines.append(f"| mean difference within a grid, grey levels | {spread:.1f} | |")
    lines += pro_lines(pipe, demos, out, seed)
    table = "\n".join(lines) + "\n"
    (out / "table.md").write_text(table, encoding="utf-8")
    return table


def pro_lines(pipe: Any, drafts: Sequence[Image.Image], out: Path, seed: int) -> list[str]:
    """Pro pictures beside plain enlargements of their drafts: time and sharpness."""
    maker = AutoPipelineForImage2Image.from_pipe(pipe)
    maker.set_progress_bar_config(disable=True)
    tier = SETTINGS["tiers"]["pro"]  # type: ignore[index]
    seconds, pairs, labels = [], [], []
    for index, draft in enumerate(drafts[:6]):
        large = draft.resize((tier["size"],) * 2, Image.Resampling.LANCZOS)
        started = time.perf_counter()
        made = maker(
            DEMOS[index],
            image=large,
            strength=tier["strength"],
            num_inference_steps=tier["steps"],
            guidance_scale=tier["guidance"],
            generator=torch.Generator().manual_seed(seed + index),
            height=tier["size"],
            width=tier["size"],
            **CALL,
        ).images[0]
        seconds.append(time.perf_counter() - started)
        pairs += [large, made]
        labels += ["enlarged draft", "Pro"]
    sheet(pairs, labels, columns=4, side=384).save(out / "pro.png")
    gain = np.mean([sharpness(b) / sharpness(a) for a, b in zip(pairs[::2], pairs[1::2], strict=True)])
    return [
        f"| Pro, seconds | {np.median(seconds):.1f} | |",
        f"| sharpness, Pro ÷ enlarged draft | {gain:.2f} | |",
    ]


def random_prompts(count: int, seed: int) -> list[str]:
    """Captions of random training scenes, for a look in between."""
    rng = random.Random(seed)  # noqa: S311
    return [caption(random_scene(rng), rng) for _ in range(count)]
