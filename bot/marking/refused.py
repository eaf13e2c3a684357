"""Terms that are not drawn here: looked for before anything is written, so that a refusal costs nothing. It is logged,
and so is what a checker of the engine's refused."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot import clock
from bot.briefs import table as briefs_table
from bot.briefs.model import Job, UserError
from bot.briefs.services import Services
from bot.marking import table as marking_table
from bot.store import Transaction
from bot.texts import say


def found(texts: Iterable[str], terms: Iterable[str]) -> str | None:
    """The first of the terms that stands in one of the texts as words of its own, in any case and spacing."""
    whole = [_words(text) for text in texts]
    for term in terms:
        wanted = _words(term)
        if wanted and any(f" {wanted} " in f" {text} " for text in whole):
            return term
    return None


def _words(text: str) -> str:
    """Its words with a space between; a file's name has underscores there."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


async def remember(services: Services, job: Job, sentence: str) -> None:
    """Log what a checker of the engine's refused; nobody pays for it."""
    at = clock.now()

    def work(tx: Transaction) -> None:
        brief = briefs_table.brief(tx, job.brief)
        marking_table.add_refusal(
            tx, channel=brief.channel, person=job.person, term="", reason=f"{brief.id}: {sentence}", at=at
        )

    await services.database.write(work)


async def check(services: Services, texts: Iterable[str], *, channel: str, person: str) -> None:
    """Raise UserError with the operator's reason for a refused term, and remember that."""
    refused = services.settings.refused
    term = found(texts, refused)
    if term is None:
        return
    reason, at = refused[term], clock.now()
    await services.database.write(
        lambda tx: marking_table.add_refusal(
            tx, channel=channel, person=person, term=term, reason=reason, at=at
        )
    )
    raise UserError(say("marking-refused", term=term, reason=reason))
