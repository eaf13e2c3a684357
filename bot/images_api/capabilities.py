"""What one server can do, as it was published or as its refusals taught it, field by field. Pure.

A server is asked for all that we have. What it refuses by name is left out, called otherwise, or made fit, and the
next request knows.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import product
from typing import Any, Self

#: What the API's own reference names; all else is ours, and goes first where a server won't say what it refuses.
STANDARD = frozenset({"model", "prompt", "n", "size", "quality", "output_format", "stream", "partial_images"})
#: What a request is nothing without.
NEEDED = frozenset({"prompt", "model", "image"})
#: What else servers call our fields, in the order in which it is tried.
OTHER_NAMES: Mapping[str, str] = {
    "seeds": "seed",
    "steps": "num_inference_steps",
    "guidance": "guidance_scale",
    "mask": "mask_image",
}
#: Least and most pixels of servers that don't say how many are too few or too many.
LEAST_PIXELS = (262_144, 655_360, 1_048_576)
MOST_PIXELS = (8_294_400, 4_194_304, 2_359_296, 1_572_864, 1_048_576)
#: The sizes that every model of the API knows.
USUAL_SIZES = ((1024, 1024), (1536, 1024), (1024, 1536))
#: Refusals of what a picture shows, which no other field cures.
_OF_CONTENT = re.compile(r"moderation|content_policy|safety", re.I)
_OF_SIZE = re.compile(r"(?<!file )\bsizes?\b|resolution|width|height|aspect|pixels", re.I)
_OF_NUMBER = re.compile(
    r"\bn\b *(?:=|<|>|must|should|can|has|is)|number of images|images per (?:request|prompt)", re.I
)
_OF_A_FIELD = re.compile(
    r"unknown|unrecogni[sz]ed|unsupported|not supported|extra[_ ]\w*|not permitted", re.I
)


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Which sizes can be asked for, in pixels."""

    multiple: int = 1
    shortest: int = 1
    longest: int = 16_384
    least_pixels: int = 1
    most_pixels: int = 2**28
    #: Longer side over shorter side.
    ratio: float = 64.0
    #: No others, where there are some.
    only: tuple[tuple[int, int], ...] = ()

    def has(self, size: tuple[int, int]) -> bool:
        """Whether a size can be asked for."""
        short, long = sorted(size)
        return (
            (not self.only or size in self.only)
            and not size[0] % self.multiple
            and not size[1] % self.multiple
            and self.shortest <= short
            and long <= self.longest
            and self.least_pixels <= short * long <= self.most_pixels
            and long <= self.ratio * short
        )

    def nearest(self, size: tuple[int, int]) -> tuple[int, int]:
        """The size to ask for: of the same shape as near as there is, then of as many pixels; not fewer, if it can be."""
        if self.has(size):
            return size
        shape = math.log(size[0] / size[1])
        wanted = min(max(size[0] * size[1], self.least_pixels), self.most_pixels)

        def distance(one: tuple[int, int]) -> float:
            of_shape = abs(math.log(one[0] / one[1]) - shape)
            pixels = one[0] * one[1]
            return of_shape * 4 + abs(math.log(pixels / wanted)) + (0.05 if pixels < wanted else 0)

        return min(self.only or self._around(size, wanted), key=distance, default=size)

    def _around(self, size: tuple[int, int], wanted: int) -> list[tuple[int, int]]:
        """Sizes that can be asked for, and are about of that shape and that many pixels."""
        limit = math.log(self.ratio)
        shape = math.exp(min(max(math.log(size[0] / size[1]), -limit), limit))
        longer = max(shape, 1 / shape)
        # With the shorter side at its least, and with the longer one at its most.
        wanted = min(max(wanted, math.ceil(self.shortest**2 * longer)), math.floor(self.longest**2 / longer))
        step = self.multiple if self.multiple > 1 else 8
        middle = round(math.sqrt(wanted * shape) / step), round(math.sqrt(wanted / shape) / step)
        near = product(*(range(max(1, one - 6), one + 7) for one in middle))
        return [one for one in ((w * step, h * step) for w, h in near) if self.has(one)]


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What a server can do. The plain value is a server that was never asked: it can all."""

    #: Fields that it does not take.
    refuses: frozenset[str] = frozenset()
    #: What it calls ours otherwise.
    names: Mapping[str, str] = field(default_factory=dict)
    #: Values that it wants besides.
    wants: Mapping[str, str] = field(default_factory=dict)
    sizes: Sizes = field(default_factory=Sizes)
    #: Pictures of one request.
    most_pictures: int = 10
    #: Previews of one picture.
    most_previews: int = 3
    #: Its previews say whose they are.
    numbers_previews: bool = True
    #: Its answers are known to be streams, which begin at once.
    streams: bool = False

    def takes(self, name: str) -> bool:
        """Whether one of our fields, under any name, means something to it."""
        return name not in self.refuses

    def to_json(self) -> dict[str, Any]:
        """What differs from the plain value."""
        plain = Capabilities()
        found = {
            one.name: value
            for one in fields(self)
            if (value := getattr(self, one.name)) != getattr(plain, one.name)
        }
        if "refuses" in found:
            found["refuses"] = sorted(self.refuses)
        if "sizes" in found:
            found["sizes"] = asdict(self.sizes)
        return found

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """As `to_json` wrote it. Raises TypeError, ValueError or AttributeError for anything else."""
        found = dict(body)
        if "refuses" in found:
            found["refuses"] = frozenset(map(str, found["refuses"]))
        if "sizes" in found:
            only = tuple((int(w), int(h)) for w, h in found["sizes"].get("only", ()))
            found["sizes"] = Sizes(**{**found["sizes"], "only": only})
        return cls(**found)


@dataclass(frozen=True)
class Refused:
    """A request that a server turned down, and its words."""

    #: Fields and files, by the names under which they were sent.
    sent: Mapping[str, Any]
    message: str
    param: str
    code: str
    #: Everything it said.
    whole: str


def refused(sent: Mapping[str, Any], status: int, body: Any) -> Refused | None:
    """What a refusal says, where it may be one of a field rather than of what is to be drawn; else None."""
    if status not in (400, 422):
        return None
    error = body.get("error") if isinstance(body, dict) else None
    error = error if isinstance(error, dict) else {}
    message, param, code = (str(error.get(name) or "") for name in ("message", "param", "code"))
    if _OF_CONTENT.search(code):
        return None
    # FastAPI lists what is wrong with where it stands: ["body", "tier"].
    listed = body.get("detail") if isinstance(body, dict) else None
    for problem in listed if isinstance(listed, list) else ():
        where = problem.get("loc") if isinstance(problem, dict) else None
        if isinstance(where, list) and where and not param:
            param, message = str(where[-1]), str(problem.get("msg", ""))
    whole = json.dumps(body, ensure_ascii=False)[:4_000]
    return Refused(sent, (message or whole)[:4_000], param, code, whole)


def learnt(can: Capabilities, refusal: Refused) -> Capabilities | None:
    """What a server can do after all, going by its refusal; None where it teaches nothing that could be tried."""
    for name in _named(refusal):
        after = _without(can, name, refusal)
        if after != can:
            return after
    if "response_format" in refusal.message and "response_format" not in can.wants:
        return replace(can, wants={**can.wants, "response_format": "b64_json"})
    if not _OF_A_FIELD.search(refusal.whole):
        return None
    # It won't say which: all of ours go, then what is in the reference but not in every server.
    ours = frozenset(refusal.sent) - STANDARD - NEEDED - {"mask"}
    for names in (ours, {"stream", "partial_images"}, {"quality", "output_format"}):
        if names & set(refusal.sent):
            return replace(can, refuses=can.refuses | _ours(can, names & set(refusal.sent)))
    return None


def _named(refusal: Refused) -> Iterable[str]:
    """The fields that it speaks of, of those that were sent."""
    last = re.split(r"[.\[\]]", refusal.param.removesuffix("[]"))[-1]
    if last in refusal.sent:
        return [last]
    words = re.findall(r"[A-Za-z_]\w*", refusal.message)
    in_quotes = re.findall(r"[‘’'\"`“”]([A-Za-z_]\w*)[‘’'\"`“”]", refusal.message)
    found = [*in_quotes, *(words if _OF_A_FIELD.search(refusal.message) else ())]
    if _OF_SIZE.search(refusal.message):
        found.append("size")
    if _OF_NUMBER.search(refusal.message):
        found.append("n")
    return dict.fromkeys(name for name in found if name in refusal.sent)


def _without(can: Capabilities, name: str, refusal: Refused) -> Capabilities:
    """The same without what was refused of one field."""
    if name in NEEDED:
        return can
    if name not in STANDARD and not _OF_A_FIELD.search(f"{refusal.code} {refusal.message}"):
        # It knows the field, and dislikes its value: that is about this request.
        return can
    if name == "size":
        width, height = (int(side) for side in str(refusal.sent["size"]).split("x"))
        return _other_sizes(can, (width, height), refusal.message)
    if name == "n":
        most = _number_below(refusal.message, int(refusal.sent["n"])) or 1
        return replace(can, most_pictures=min(most, can.most_pictures))
    if name == "partial_images" and not _OF_A_FIELD.search(f"{refusal.code} {refusal.message}"):
        asked = int(refusal.sent["partial_images"])
        return replace(can, most_previews=min(_number_below(refusal.message, asked) or 0, can.most_previews))
    (ours,) = _ours(can, {name})
    if name == ours and ours in OTHER_NAMES:
        return replace(can, names={**can.names, ours: OTHER_NAMES[ours]})
    gone = {ours, "partial_images"} if ours == "stream" else {ours}
    return replace(can, refuses=can.refuses | gone)


def _ours(can: Capabilities, names: Iterable[str]) -> frozenset[str]:
    """Our names of fields that were sent under the server's."""
    back = {theirs: ours for ours, theirs in can.names.items()}
    return frozenset(back.get(name, name) for name in names)


def _number_below(text: str, value: int) -> int | None:
    """The largest number in a sentence that is smaller than what was asked for, and not 0."""
    return max((one for one in _numbers(text) if 0 < one < value), default=None)


def _numbers(text: str) -> list[int]:
    return [int(one.replace(",", "")) for one in re.findall(r"(?<![\w.])\d[\d,]{0,11}(?![\w.]*\w)", text)]


def _other_sizes(can: Capabilities, size: tuple[int, int], message: str) -> Capabilities:
    """What a refusal of a size says of those that there are; the same as before where nothing is left to be tried."""
    old, words = can.sizes, message.lower()
    pixels = size[0] * size[1]
    listed = [(int(w), int(h)) for w, h in re.findall(r"(\d{2,5})\s*[x×]\s*(\d{2,5})", message)]
    others = tuple(dict.fromkeys(one for one in listed if one != size))
    numbers = [one for one in _numbers(message) if one not in size or words.count(str(one)) > 1]
    found: list[Sizes] = []
    if len(others) > 1:
        found.append(replace(old, only=others))
    if re.search(r"divisible|multiple", words):
        found += [replace(old, multiple=one) for one in numbers if 1 < one <= 256]
    if re.search(r"ratio", words):
        ratios = [
            float(max(a, b))
            for a, b in ((int(a), int(b)) for a, b in re.findall(r"(\d+):(\d+)", words))
            if min(a, b) == 1
        ]
        found.append(replace(old, ratio=max(ratios, default=3.0)))
    small = re.search(r"below|minimum|too small|at least|>=|greater", words)
    large = re.search(r"above|exceed|maximum|too large|at most|<=|less than|up to", words)
    large_pixels, sides = (
        [one for one in numbers if one > 20_000],
        [one for one in numbers if 64 <= one <= 20_000],
    )
    if small:
        found += [replace(old, least_pixels=one) for one in large_pixels if one > pixels]
        found += [replace(old, shortest=one) for one in sides if one > min(size)]
        found += [replace(old, least_pixels=one) for one in LEAST_PIXELS if one > pixels]
    if large:
        found += [replace(old, most_pixels=one) for one in large_pixels if one < pixels]
        found += [replace(old, longest=one) for one in sides if one < max(size)]
        found += [replace(old, most_pixels=one) for one in MOST_PIXELS if one < pixels]
    if between := re.search(r"between (\d+) and (\d+)", words):
        least, most = int(between[1]), int(between[2])
        found.insert(0, replace(old, shortest=least, longest=most))
    found.append(replace(old, only=USUAL_SIZES))
    # It has to lead to another size, else the same request would be refused again.
    fresh = (one for one in found if one != old and one.nearest(size) != size and one.has(one.nearest(size)))
    sizes = next(fresh, old)
    return replace(can, sizes=sizes)
