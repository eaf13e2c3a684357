"""Texts after `/draft` that are nearly a command: read as the one that was meant, or asked back. Pure functions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection

from bot.briefs import names
from bot.briefs.model import UserError
from bot.briefs.typed import clean
from bot.texts import numbers, say

_PERIOD = r"(?:(?:this|last)\s+)?(?:week|month|year|quarter)|today|yesterday"
#: Things that people draw, and whose names are near a command's.
_THINGS = frozenset(
    "actress aspect band bandage braid bran brandy bread bridget castles coast coats grand heap heel helm insect insects inspector kelp line liver mane"
    " margarine martini mice mile mime mind mine miner miners mines mini mint minute nine pine rift seamstress shadow"
    " shoe shop shot shower snow stiles strings stylus summer tresses wine".split()
)
_COST = re.compile(rf"costs?(\s+(?:{_PERIOD}))?(\s+by\s+\w+)?", re.I)
_SUMMARY = re.compile(r"(?:summary|summaries|report)\s+(?:(today|now)|((?:this\s+)?week))", re.I)
_SHOW = re.compile(rf"show\s+(?:me\s+)?`?({names.PATTERN})`?", re.I)
_HELP = re.compile(r"--help|help(?:\s+(?:me|with))?\s+[\w-]+", re.I)
_SIGN_OUT = re.compile(r"sign out", re.I)
_BACKGROUND = re.compile(r"\s*background\b", re.I)
_AMOUNT = r"(?:[$€£]|US\$)?\s?[0-9][0-9.,]*\s?(?:[$€£]|usd|eur|dollars?|euros?)?"
_BUDGET = re.compile(rf"budget\s+(?:to\s+)?({_AMOUNT}(?:\s+\w+)?)", re.I)
_GROUPED = re.compile(r"budget\s+.*?\b([1-9][0-9]{0,2}(?:\.[0-9]{3})+)\b(?![.,])", re.I)
#: Said in a thread, by a button or an emoji; no prompts.
_IN_THREAD = re.compile(
    r"(?:stop|cancel|undo|again|redo|retry|remove|delete|edit|vary|upscale|lgtm|approved?)"
    r"(?:\s+(?:it|that|this|all|please|#?[1-9]))?[.!]*|u[1-9]|v[1-9]|fix\s+[^:]{1,60}:.*",
    re.I,
)


def meant(text: str) -> str:
    """The text as it is to be understood. Raises UserError where it may mean something that nobody asked for."""
    said = clean(text)
    if match := _COST.fullmatch(said):
        return "costs" + (match[1] or "") + (match[2] or "")
    if match := _SUMMARY.fullmatch(said):
        return "summary week" if match[2] else "summary"
    if (match := _SHOW.fullmatch(said)) and (name := names.read_name(match[1])):
        return f"show {name}"
    if _HELP.fullmatch(said) and len(said.split()) <= 3:
        return "help"
    if _SIGN_OUT.fullmatch(said):
        return "signout"
    if match := _BACKGROUND.match(text):
        return f"backgrounds{text[match.end() :]}"
    if numbers.symbols()[0] == "." and (match := _GROUPED.match(said)):
        whole = match[1].replace(".", "")
        raise UserError(say("commands-which-amount", typed=match[1], thousands=whole))
    if match := _BUDGET.fullmatch(said):
        raise UserError(say("commands-did-you-mean", typed=said[:80], near=f"budget set {match[1]}"))
    if _IN_THREAD.fullmatch(said):
        raise UserError(say("commands-in-thread", typed=said[:80]))
    return text


def check_slip(text: str, words: Collection[str]) -> None:
    """Raise UserError for a text of one word that is nearly one of these, and no thing that people draw."""
    word = text.lower()
    near = difflib.get_close_matches(word, words, 1, 0.75) if " " not in word else []
    if near and word not in words and word not in _THINGS:
        raise UserError(say("commands-no-command", typed=word, near=near[0]), "prompt")
