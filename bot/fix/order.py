"""What a fix changes, as values: parts with a mask and an instruction each, on one picture. Knows no engine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from bot.briefs.model import FixTask, TaskPart, Version
from bot.draft.instructions import compose, recoloured
from bot.texts import say


@dataclass(frozen=True, kw_only=True)
class FixPart:
    """One region and what should be there."""

    instruction: str
    #: The region in words.
    region: str
    #: SHA-256 of the mask, at the picture's size.
    mask: str


@dataclass(frozen=True, kw_only=True)
class FixOrder:
    """One result that is asked for: all parts, one after the other, on one picture."""

    target: Version
    parts: tuple[FixPart, ...]
    #: SHA-256 of everything that may change: the parts' masks together.
    mask: str
    #: Size of the picture that is worked on, in pixels.
    width: int
    height: int
    #: First looks that are asked for.
    previews: int = 0
    #: SHA-256 of the picture with its canvas extended, where that is not the target's own.
    canvas: str | None = None
    #: Where the target's picture lies on that canvas, in pixels from the left and the top.
    offset: tuple[int, int] = (0, 0)

    def task(self, *, seed: int) -> FixTask:
        """What the job is to make."""
        # What the picture as a whole shows goes on: the next fix must not be told of this one's region only.
        prompt = whole = self.target.prompt
        parts = []
        for part in self.parts:
            words = compose(prompt, part.instruction)
            whole = recoloured(whole, part.instruction) or whole
            parts.append(TaskPart(prompt=words, instruction=part.instruction, mask=part.mask))
        regions = dict.fromkeys(part.region for part in self.parts)
        return FixTask(
            width=self.width,
            height=self.height,
            prompt=whole,
            instruction="; ".join(part.instruction for part in parts),
            region=reduce(lambda one, two: say("fixes-and", first=one, second=two), regions),
            mask=self.mask,
            seed=seed,
            parts=tuple(parts) if len(parts) > 1 or parts[0].prompt != whole else (),
            previews=self.previews,
            canvas=self.canvas,
            offset=self.offset,
        )
