"""The nouns of the product, as values: briefs, versions, jobs, people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class UserError(Exception):
    """Something that the person who asked can put right."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        #: What to do, in words for that person.
        self.sentence = sentence
        #: The field of a form that it is about; empty where it is about none.
        self.field = field


class Tier(StrEnum):
    """What a job runs as and is priced at."""

    DRAFT = "draft"
    PRO = "pro"
    FIX = "fix"


class BriefKind(StrEnum):
    """What a brief's pictures are."""

    #: A grid that was drawn from words.
    DRAFT = "draft"
    #: A picture of the channel's, taken in to be fixed or varied.
    IMPORT = "import"
    #: A product on which somebody paints where it is; no message shows it.
    PAINT = "paint"
    #: Many pictures on a contact sheet, each with a prompt of its own.
    SERIES = "series"
    #: One product before many backgrounds.
    BACKGROUNDS = "backgrounds"


class JobState(StrEnum):
    """Where a job stands. The moves between states are `bot.worker.states.MOVES`."""

    #: Waits for the runner; can still be cancelled for free.
    QUEUED = "queued"
    #: The runner holds a lease on it and the engine works.
    RUNNING = "running"
    #: Its pictures are stored and its reservation is settled.
    DONE = "done"
    #: Given up; its reservation is void.
    FAILED = "failed"
    #: Withdrawn by a person before it started; its reservation is void.
    CANCELLED = "cancelled"


class Use(StrEnum):
    """What a picture is to the drafts that are drawn from it."""

    #: Something to be like.
    LIKE = "like"
    #: A picture of ours that is varied a little.
    SUBTLE = "subtle"
    #: A picture of ours that is varied a lot.
    STRONG = "strong"
    #: Nothing is drawn: the picture itself is the brief's first version.
    IMPORT = "import"


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A kept picture that drafts start from."""

    #: SHA-256 of the picture as it came.
    sha256: str
    #: What people call it: red-apple-2/2, or a file's name.
    name: str
    use: Use = Use.LIKE
    #: How far from it the drafts may go, 1 to 100; 0 for an import.
    strength_percent: int


@dataclass(frozen=True, kw_only=True)
class BriefRequest:
    """What a person typed after `/draft`, understood."""

    prompt: str
    negative_prompt: str = ""
    #: Pictures in the grid, 1 to 9.
    cells: int = 4
    #: Aspect ratio as two small integers.
    aspect: tuple[int, int] = (1, 1)
    #: None: the studio picks one.
    seed: int | None = None
    #: The name of a style, whose words are added to the prompt.
    style: str = ""
    #: What the drafts are to be like, as it was typed: a brief's name or a link.
    like: str = ""
    #: How far from that they may go, 1 to 100; None: as usual.
    strength_percent: int | None = None
    #: Whether somebody chose the aspect ratio; a reference picture gives its own otherwise.
    shaped: bool = field(default=False, compare=False)
    #: What `like` turned out to be.
    reference: Reference | None = None


@dataclass(frozen=True, kw_only=True)
class Brief:
    """One request to draft; owns one thread."""

    id: str
    channel: str
    author: str
    prompt: str
    negative_prompt: str
    cells: int
    aspect_width: int
    aspect_height: int
    #: Seed of cell 1; cell k draws from seed + k - 1.
    seed: int
    created_at: datetime
    kind: BriefKind = BriefKind.DRAFT
    #: The brief that this one draws again or changes, and which of both: again, prompt, or nothing.
    follows: str | None = None
    change: str = ""
    #: What the channel's brand kit adds to the prompt.
    brand_words: str = ""
    #: What a person changed against that one, in words.
    changes: str = ""
    style: str = ""
    #: What the style adds to the prompt.
    style_words: str = ""
    reference: Reference | None = None

    @property
    def whole_prompt(self) -> str:
        """What the engine is asked for: what was typed, and what was added to it."""
        return ", ".join(filter(None, [self.prompt, self.style_words, self.brand_words]))

    @property
    def aspect(self) -> tuple[int, int]:
        """Width to height."""
        return self.aspect_width, self.aspect_height


@dataclass(frozen=True, kw_only=True)
class Found:
    """A brief with what became of it."""

    brief: Brief
    #: The state of its draft.
    state: JobState
    #: Pro renders and fixes that were finished.
    renders: int


@dataclass(frozen=True, kw_only=True)
class DraftTask:
    """A brief's whole grid."""

    kind: ClassVar = "draft"
    tier: ClassVar = Tier.DRAFT
    #: Of each picture, in pixels.
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class ProTask:
    """One cell of a grid in full."""

    kind: ClassVar = "pro"
    tier: ClassVar = Tier.PRO
    #: In pixels.
    width: int
    height: int
    #: The cell's number.
    cell: int


@dataclass(frozen=True, kw_only=True)
class TaskPart:
    """One of a fix's regions."""

    prompt: str
    instruction: str
    #: SHA-256 of the mask.
    mask: str
    #: Red, green, blue, 0–255, where the bot itself gives what the mask marks another colour.
    colour: tuple[int, int, int] | None = None
    #: Whether the mask lies on plain ground, whose own light goes on around what is drawn there.
    on_ground: bool = False


@dataclass(frozen=True, kw_only=True)
class FixTask:
    """Regions of one version, drawn one after the other."""

    kind: ClassVar = "fix"
    tier: ClassVar = Tier.FIX
    #: Of the picture that is worked on, in pixels.
    width: int
    height: int
    #: What the new version is said to show.
    prompt: str
    instruction: str
    #: The regions in words.
    region: str
    #: SHA-256 of everything that may change.
    mask: str
    seed: int
    #: Where there are several; one region is the fix itself.
    parts: tuple[TaskPart, ...] = ()
    #: First looks that are asked for.
    previews: int = 0
    #: SHA-256 of the picture with its canvas extended, where that is not the parent's own.
    canvas: str | None = None
    #: Where the parent's picture lies on that canvas, in pixels from the left and the top.
    offset: tuple[int, int] = (0, 0)
    #: Whether the result waits in the editor for a word of who asked; until then no message tells of it.
    staged: bool = False

    @property
    def drawn(self) -> int:
        """How many pictures the engine draws for it; a colour is free."""
        return sum(part.colour is None for part in self.parts) if self.parts else 1


@dataclass(frozen=True, kw_only=True)
class AdjustTask:
    """Pixels that were adjusted by the bot itself."""

    kind: ClassVar = "adjust"
    tier: ClassVar = Tier.FIX
    instruction: str
    region: str


@dataclass(frozen=True, kw_only=True)
class ImportTask:
    """A picture that was brought in; nothing is drawn."""

    kind: ClassVar = "import"
    tier: ClassVar = Tier.DRAFT
    #: The file's name.
    imported: str


@dataclass(frozen=True, kw_only=True)
class BatchTask:
    """A portion of a series."""

    kind: ClassVar = "batch"
    tier: ClassVar = Tier.DRAFT
    #: Of each picture, in pixels.
    width: int
    height: int
    series: int
    #: Which of its items.
    positions: tuple[int, ...]

    @property
    def key(self) -> str:
        """Of its series."""
        return f"series:{self.series}"


@dataclass(frozen=True, kw_only=True)
class ProductTask:
    """A series of backgrounds around a product, all of it."""

    kind: ClassVar = "product"
    tier: ClassVar = Tier.DRAFT
    #: Of each picture, in pixels.
    width: int
    height: int
    #: The series' number.
    backgrounds: int

    @property
    def key(self) -> str:
        """Of its series."""
        return f"backgrounds:{self.backgrounds}"


#: What a job can be; its `kind` says which.
Task = DraftTask | ProTask | FixTask | AdjustTask | ImportTask | BatchTask | ProductTask


@dataclass(frozen=True, kw_only=True)
class Job:
    """A durable unit of work for the engine."""

    id: str
    brief: str
    state: JobState
    #: Who asked for it, and so whom it is charged to.
    person: str
    #: The version it starts from; None for drafts.
    parent: int | None
    #: What is to be made, beyond what the brief says.
    task: Task
    attempts: int
    created_at: datetime
    failure: str | None

    @property
    def tier(self) -> Tier:
        """What it runs as and is priced at."""
        return self.task.tier

    @property
    def is_staged(self) -> bool:
        """Whether it is awaited in the editor alone, which sees its end itself."""
        return isinstance(self.task, FixTask) and self.task.staged


@dataclass(frozen=True, kw_only=True)
class Version:
    """An immutable picture with its parent, so that a brief is a tree: cell → Pro → fix → fix."""

    id: int
    brief: str
    job: str
    parent: int | None
    #: cell, pro or fix.
    kind: str
    #: The cell's number in its grid; for Pro renders and fixes their count within the brief.
    number: int
    prompt: str
    seed: int
    #: SHA-256 of the picture.
    picture: str
    #: SHA-256 of the mask, for fixes.
    mask: str | None
    instruction: str | None
    #: Measured device time, in seconds.
    seconds: float
    created_at: datetime
    #: SHA-256 of the picture it was drawn from, where that is no version of the same brief.
    reference: str | None = None


@dataclass(frozen=True, kw_only=True)
class Person:
    """What the policies need to know of somebody."""

    id: str
    #: IANA name of their time zone.
    timezone: str
    is_admin: bool
    #: Restricted accounts can look, not act.
    is_guest: bool
    is_bot: bool
    #: As people of the workspace know them; empty where Slack does not say.
    name: str = ""
    #: Of another organisation (Slack Connect): they see a shared channel, and nothing here is theirs to order.
    is_stranger: bool = False
    #: Their account was deactivated.
    is_deactivated: bool = False


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A place that the bot is a member of."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """A user group of the workspace."""

    id: str
    #: What people mention it by, without @.
    handle: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Named:
    """A picture by its name: `red-apple-2`, `red-apple-2/2`, `red-apple-2/pro`, `red-apple-2/fix3`."""

    brief: str
    #: draft, pro, fix; empty: whatever that number, or the brief, has come to.
    kind: str = ""
    #: 0: the newest of its kind.
    number: int = 0

    def __str__(self) -> str:
        rest = f"{self.kind}{self.number or ''}"
        return f"{self.brief}/{rest}" if rest else self.brief
