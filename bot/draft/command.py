"""What a person typed after `/draft`, as a value. Pure functions; what is wrong comes back as a sentence."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from bot.briefs.model import BriefRequest, UserError
from bot.briefs.typed import CELLS_LIMIT, PROMPT_LIMIT, SEED_LIMIT, clean, read_aspect, with_emoji
from bot.channel.settings import Defaults
from bot.draft.like import parse_strength
from bot.texts import say

FLAGS = ("--n", "--ar", "--seed", "--no", "--style", "--like", "--strength")
#: Any dash that a keyboard makes of `--`, before the name of a flag; other dashes belong to the prompt.
_DASHES = re.compile(
    r"(?<!\S)[-—–―－﹣‒−]{1,3}(?<!(?<!-)-)(?=(?:ar|aspect|n|seed|no|style|like|strength)(?:\b|[0-9]))", re.I
)
_ASPECT = re.compile(r"(?<!\S)--aspect(?:-ratio)?(?=\W|[0-9])", re.I)
#: A value that is written without a space: `--ar16:9`, `--ar:16:9`, `--n4`.
_GLUED = re.compile(r"(?<!\S)--(ar|n|seed|strength)[:=]?(?=[0-9.])", re.I)
#: What other programs read as weights of words.
_WEIGHTS = re.compile(r"\([^()]+:[0-9]*\.?[0-9]+\)|::\s*-?[0-9.]+")
_PREFIX = re.compile(r"(?:prompt|imagine)\s*:\s*(?=\S)", re.I)
_URL = re.compile(r"https?://\S+(?:\s|$)", re.I)
_FLAG = re.compile(r"(?<!\S)--([A-Za-z][\w-]*)(?:=|\s+|$)")


#: What a brief means where neither it nor its channel says.
PLAIN = Defaults()


@dataclass(frozen=True, kw_only=True)
class ListStyles:
    """`/draft style list`."""


@dataclass(frozen=True, kw_only=True)
class SaveStyle:
    """`/draft style save spring soft light, pale green`."""

    name: str
    words: str


@dataclass(frozen=True, kw_only=True)
class DropStyle:
    """`/draft style drop spring`."""

    name: str


StyleCommand = ListStyles | SaveStyle | DropStyle


def parse_style(text: str) -> StyleCommand | None:
    """Understand the text of a `/draft` that begins with `style`; None where it is a prompt."""
    words = clean(text).split()[1:]
    match [word.lower() for word in words]:
        case [] | ["list"]:
            return ListStyles()
        case ["save", *_]:
            return SaveStyle(name=" ".join(words[1:2]), words=" ".join(words[2:]).strip("\"'"))
        case ["drop" | "remove" | "delete", *_] if len(words) <= 2:
            return DropStyle(name=" ".join(words[1:]))
    return None


def parse_brief(text: str, defaults: Defaults = PLAIN, *, has_picture: bool = False) -> BriefRequest:
    """Understand a prompt with its flags, which may stand anywhere. Raises UserError.

    `has_picture`: a reference picture came along.
    """
    text = with_emoji(clean(text))
    text = _PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text
    text = _GLUED.sub(r"--\1 ", _ASPECT.sub("--ar", _DASHES.sub("--", text)))
    if _URL.match(text):
        raise UserError(say("commands-link-first"), "prompt")
    if _WEIGHTS.search(text):
        raise UserError(say("commands-weights"), "prompt")
    prompt, values = _split_flags(text)
    return brief_request(
        prompt=prompt,
        negative_prompt=values.get("no", ""),
        cells=values.get("n", ""),
        aspect=values.get("ar", ""),
        seed=values.get("seed", ""),
        defaults=defaults,
        style=values.get("style", ""),
        like=values.get("like", ""),
        strength=values.get("strength", ""),
        has_picture=has_picture,
    )


def brief_request(
    *,
    prompt: str,
    negative_prompt: str,
    cells: str,
    aspect: str,
    seed: str,
    defaults: Defaults = PLAIN,
    style: str = "",
    like: str = "",
    strength: str = "",
    has_picture: bool = False,
) -> BriefRequest:
    """Check each part of a brief as it was typed in a command or in the form; empty means the default.

    Raises UserError, whose `field` names the part: prompt, negative_prompt, cells, aspect, seed or strength.
    """
    prompt, negative_prompt = clean(prompt), clean(negative_prompt)
    if not prompt:
        raise UserError(say("commands-no-prompt"), "prompt")
    for part, value, too_long in (
        ("prompt", prompt, "commands-long-prompt"),
        ("negative_prompt", negative_prompt, "commands-long-negative-prompt"),
    ):
        if len(value) > PROMPT_LIMIT:
            raise UserError(say(too_long, count=f"{len(value):,}", most=f"{PROMPT_LIMIT:,}"), part)
    percent = parse_strength(strength)
    if percent is not None and not like and not has_picture:
        raise UserError(say("commands-strength-alone"), "strength")
    if like and has_picture:
        raise UserError(say("commands-two-references"), "like")
    return BriefRequest(
        prompt=prompt,
        negative_prompt=negative_prompt,
        cells=_cells(cells.strip()) if cells.strip() else defaults.cells,
        aspect=read_aspect(aspect.strip()) if aspect.strip() else defaults.aspect,
        seed=_seed(seed.strip()),
        style=style.strip(),
        like=like.strip(),
        strength_percent=percent,
        shaped=bool(aspect.strip()),
    )


def _split_flags(text: str) -> tuple[str, dict[str, str]]:
    """The prompt without its flags, and the flags' values."""
    found = list(_FLAG.finditer(text))
    prompt = text[: found[0].start()] if found else text
    values: dict[str, str] = {}
    for index, match in enumerate(found):
        name = match.group(1).lower()
        if f"--{name}" not in FLAGS:
            near = difflib.get_close_matches(f"--{name}", FLAGS, 1, 0.5)
            flags = ", ".join(f"`{flag}`" for flag in FLAGS)
            raise UserError(
                say("commands-unknown-flag-near", flag=f"--{name}", near=near[0], flags=flags)
                if near
                else say("commands-unknown-flag", flag=f"--{name}", flags=flags),
                "prompt",
            )
        if name in values:
            raise UserError(say("commands-flag-twice", flag=f"--{name}"), "prompt")
        end = found[index + 1].start() if index + 1 < len(found) else len(text)
        value = text[match.end() : end].strip()
        if name == "no":
            values[name] = value.strip("\"'")
        else:
            # A one-word value; what follows it belongs to the prompt again.
            word, _, rest = value.partition(" ")
            values[name] = word
            prompt = f"{prompt} {rest}"
        if not values[name]:
            raise UserError(say("commands-flag-empty", flag=f"--{name}", example=_EXAMPLES[name]), "prompt")
    return prompt.strip(), values


_EXAMPLES = {
    "n": "--n 4",
    "ar": "--ar 3:2",
    "seed": "--seed 7",
    "no": "--no text",
    "style": "--style studio",
    "like": "--like red-apple-2/2",
    "strength": "--strength 0.6",
}


def _cells(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= CELLS_LIMIT:
        raise UserError(say("commands-no-cells", most=CELLS_LIMIT, typed=text), "cells")
    return int(text)


def _seed(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > SEED_LIMIT:
        raise UserError(say("commands-no-seed", most=SEED_LIMIT, typed=text), "seed")
    return int(text)
