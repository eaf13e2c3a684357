"""How an evaluation is told: shares of right answers, a table, and contact sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PIL import Image, ImageDraw


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
            aim = aim_of(f"≥ {score.aim:.0%}", score.share >= score.aim) if score.aim else ""
            self.add(name, score, truth, aim)

    def __str__(self) -> str:
        head = "| measure | model | real composites | aim |\n| --- | --- | --- | --- |\n"
        return head + "".join(f"| {' | '.join(row)} |\n" for row in self.rows)


def aim_of(aim: str, met: bool) -> str:
    """An aim, and whether it is missed."""
    return aim if met else f"{aim} (missed)"


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
