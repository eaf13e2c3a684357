"""What is asked of an image engine and what it answers, as frozen values and errors. Knows no HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias


class EngineError(Exception):
    """Something went wrong with the engine; the message is a sentence for people."""


class EngineUnreachable(EngineError):
    """Nobody answers, or the connection broke: the same request may work in a while."""


class EngineBusy(EngineError):
    """The engine asks to come back later, after `retry_after_s` seconds where it says."""

    def __init__(self, sentence: str, retry_after_s: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after_s = retry_after_s


class EngineRefused(EngineError):
    """The engine will not do this; asking again with the same words is in vain."""


class EngineBlocked(EngineRefused):
    """A checker refused what was asked for, or what was drawn of it."""


class EngineLacks(EngineRefused):
    """The engine has nothing that could do this, whatever the words."""


class EngineFailed(EngineError):
    """The engine tried and failed, or answered with something that makes no sense."""


@dataclass(frozen=True, kw_only=True)
class EngineTimeouts:
    """How long to wait, in seconds."""

    #: for a connection
    connect_s: float = 5.0
    #: for the first byte of an answer; long, since some servers say nothing until they are done
    silence_s: float = 300.0
    #: for the next byte of an answer that has begun (our engine sends one every 10 s), or of a server that streams;
    #: after so long a silence, people hear of it
    begun_silence_s: float = 45.0
    #: for the rest of a stream whose pictures have all come
    rest_s: float = 1.0
    #: for a whole answer
    whole_s: float = 1800.0
    #: for health and the list of models
    question_s: float = 5.0
    #: for finding a thing in a picture
    find_s: float = 60.0


@dataclass(frozen=True, kw_only=True)
class Lora:
    """An adapter of the model's by its name; without a weight its profile decides."""

    name: str
    weight: float | None = None


@dataclass(frozen=True, kw_only=True)
class Options:
    """What both kinds of requests may say. None leaves it to the server."""

    #: what is served at once, and priced: draft, pro or fix
    tier: str | None = None
    model: str | None = None
    #: width and height in pixels
    size: tuple[int, int] | None = None
    #: one seed per picture; without them the server draws its own
    seeds: tuple[int, ...] = ()
    #: pictures, where no seeds say so
    n: int = 1
    steps: int | None = None
    guidance: float | None = None
    negative_prompt: str | None = None
    #: adapters that work on this one
    loras: tuple[Lora, ...] = ()
    #: previews per picture, 0–3
    partial_images: int = 1
    #: whose turn in the queue this uses up, usually the channel
    fairness_key: str | None = None
    priority: int | None = None
    #: repeating it returns the same result instead of a second render
    idempotency_key: str | None = None

    @property
    def count(self) -> int:
        """How many pictures are asked for."""
        return len(self.seeds) or self.n


@dataclass(frozen=True, kw_only=True)
class GenerateRequest(Options):
    """New pictures from words."""

    prompt: str


@dataclass(frozen=True, kw_only=True)
class EditRequest(Options):
    """A changed picture: with a mask only its transparent part may change, without one it is the start."""

    prompt: str
    #: PNG, JPEG or WebP
    image: bytes
    #: PNG of the same size; alpha 0 marks what may change
    mask: bytes | None = None
    #: the person's own words, where `prompt` was composed from more
    instruction: str | None = None
    #: how far from the given picture the result may go, 0–1
    strength: float | None = None


@dataclass(frozen=True, kw_only=True)
class Queued:
    """The engine accepted the request; `position` others are ahead."""

    position: int


@dataclass(frozen=True, kw_only=True)
class Silence:
    """Nothing came yet; the server is waited for `seconds_left` more."""

    sentence: str
    seconds_left: float


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """This server lacks something; the sentence says what that means."""

    sentence: str


@dataclass(frozen=True, kw_only=True)
class Preview:
    """An unfinished picture: `index` says which (from 0), `number` how often it was shown before."""

    index: int
    png: bytes
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A finished picture. `seed` and `seconds` (device time of its share) are None where the server is silent."""

    index: int
    png: bytes
    #: width and height in pixels
    size: tuple[int, int] = (0, 0)
    seed: int | None = None
    seconds: float | None = None
    joules: float | None = None
    #: this picture's share of what a hosted engine's `usage` counts
    input_tokens: int = 0
    output_tokens: int = 0
    #: words that were asked for and cannot be read in the picture, where the engine looks
    missing_words: tuple[str, ...] = ()
    #: the rest of what our engine measured: queue_seconds, steps, model, tier
    details: Mapping[str, Any] = field(default_factory=dict)


EngineEvent: TypeAlias = Queued | Silence | Lacking | Preview | Picture


@dataclass(frozen=True, kw_only=True)
class Health:
    """Whether the engine serves, and if not, why."""

    ready: bool
    reason: str | None = None
    queue: int | None = None
    profile: str | None = None
