"""What comes after `/draft budget`, as a value. Pure functions; amounts are still text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.briefs.typed import clean


@dataclass(frozen=True, kw_only=True)
class ShowBudget:
    """`/draft budget`."""


@dataclass(frozen=True, kw_only=True)
class SetBudget:
    """`/draft budget set 50 monthly`."""

    amount: str


@dataclass(frozen=True, kw_only=True)
class SetCap:
    """`/draft budget person 5 daily`; `off` lifts it."""

    kind: Literal["workspace", "person", "pro"]
    amount: str


@dataclass(frozen=True, kw_only=True)
class SetTerms:
    """`/draft budget soft`, `hard`, `rollover on`, `rollover off`; None leaves it as it is."""

    soft: bool | None = None
    roll_over: bool | None = None


@dataclass(frozen=True, kw_only=True)
class AskForMore:
    """`/draft budget more 5 for the launch`; without an amount, what the last refused request needs."""

    amount: str
    reason: str


BudgetCommand = ShowBudget | SetBudget | SetCap | SetTerms | AskForMore


def parse_budget_command(text: str) -> BudgetCommand | None:
    """Understand the text of a `/draft` that begins with `budget`; None where it is a prompt."""
    words = clean(text).split()[1:]
    match [word.lower() for word in words]:
        case []:
            return ShowBudget()
        case ["set", *_]:
            return SetBudget(amount=" ".join(words[1:]))
        case [("workspace" | "person" | "pro") as kind, *rest] if _is_amount(rest):
            return SetCap(kind=kind, amount=" ".join(words[1:]))
        case ["soft"] | ["hard"]:
            return SetTerms(soft=words[0].lower() == "soft")
        case ["rollover", ("on" | "off") as state]:
            return SetTerms(roll_over=state == "on")
        case ["more"]:
            return AskForMore(amount="", reason="")
        case ["more", *_]:
            return AskForMore(amount=words[1], reason=" ".join(words[2:]))
    return None


def _is_amount(rest: Sequence[str]) -> bool:
    """Whether these words set a cap: an amount and a period, or off. A prompt such as `person in a park` is neither."""
    periods = ("daily", "weekly", "monthly", "pot", "day", "week", "month")
    return list(rest) == ["off"] or not rest or (len(rest) <= 4 and rest[-1] in periods)
