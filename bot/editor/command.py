"""`/draft signout` and `/draft signout @ben`, as a value. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

from bot.briefs.typed import clean


@dataclass(frozen=True, kw_only=True)
class SignOut:
    """Links that are to be void."""

    #: Whose, as typed; empty: those of who typed it.
    person: str


def parse_sign_out(text: str) -> SignOut | None:
    """Understand the text of a `/draft` that begins with `signout`; None where it is a prompt."""
    words = clean(text).split()[1:]
    return SignOut(person="".join(words)) if len(words) <= 1 else None
