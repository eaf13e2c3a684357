"""What a fix changes, as values: parts with a mask and an instruction each, on one picture. Knows no engine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from bot.briefs.model import FixTask, TaskPart, Version
from bot.draft import colours
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
    #: Red, green, blue, 0–255, where the bot itself gives what the mask marks another colour.
    colour: tuple[int, int, int] | None = None
    #: Whether a colour that is asked for becomes that of what the picture's prompt names.
    retold: bool = True
    #: Whether the mask lies on plain ground, whose own light goes on around what is drawn there.
    on_ground: bool = False


def painted_part(instruction: str, *, region: str, mask: str) -> FixPart:
    """A part whose mask somebody painted: a colour goes to those pixels alone, so the picture's words stay."""
    wanted = colours.read(instruction)
    return FixPart(
        instruction=instruction,
        region=region,
        mask=mask,
        colour=wanted.colour if wanted else None,
        retold=wanted is None,
    )


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
    #: Whether the result waits in the editor until somebody uses it.
    staged: bool = False

    @property
    def drawn(self) -> int:
        """How many of the parts the engine draws; the others are free."""
        return sum(part.colour is None for part in self.parts)

    def task(self, *, seed: int) -> FixTask:
        """What the job is to make."""
        # What the picture as a whole shows goes on: the next fix must not be told of this one's region only.
        prompt = whole = self.target.prompt
        parts = []
        for part in self.parts:
            words = compose(prompt, part.instruction)
            whole = (recoloured(whole, part.instruction) if part.retold else None) or whole
            parts.append(
                TaskPart(
                    prompt=words,
                    instruction=part.instruction,
                    mask=part.mask,
                    colour=part.colour,
                    on_ground=part.on_ground,
                )
            )
        alone = TaskPart(prompt=whole, instruction=parts[0].instruction, mask=self.mask)
        regions = dict.fromkeys(part.region for part in self.parts)
        return FixTask(
            width=self.width,
            height=self.height,
            prompt=whole,
            instruction="; ".join(part.instruction for part in parts),
            region=reduce(lambda one, two: say("fixes-and", first=one, second=two), regions),
            mask=self.mask,
            seed=seed,
            parts=tuple(parts) if len(parts) > 1 or parts[0] != alone else (),
            previews=self.previews,
            canvas=self.canvas,
            offset=self.offset,
            staged=self.staged,
        )
