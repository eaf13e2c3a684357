"""What the page says of a picture, as plain HTML that needs no script. What `page/inspect.html` shows is worked out here."""

from __future__ import annotations

import base64
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from PIL import Image

from bot.inspect.access import Answer
from bot.inspect.actions import OwnWords, Verdict
from bot.pictures import opening
from bot.texts import say
from bot.web.pages import Pages
from marks.source import IPTC, SourceType
from marks.writing import Marks, encode

#: Longer side of the picture that is shown again, in pixels; twice what the page shows, for fine screens.
SHOWN_PX: Final = 480
PAGES: Final = Pages(
    Path(__file__).with_name("page"), "/inspect", "style-src 'self'; img-src 'self' data:; form-action 'self'"
)
#: The texts that say how a picture was known again.
_BY: Final = {
    "file": "inspect-page-by-file",
    "pixels": "inspect-page-by-pixels",
    "recipe": "inspect-page-by-recipe",
    "watermark": "inspect-page-by-watermark",
}
#: A fact: what, and what is so.
Fact = tuple[str, str]


def question_page(problem: str = "") -> str:
    """The form, with what was wrong with the last file."""
    return _filled(title=say("inspect-page-title"), problem=problem)


def refusal_page(sentence: str) -> str:
    """What whoever has no link sees."""
    return _filled(title=say("inspect-page-title"), refusal=sentence)


def answer_page(data: bytes, answer: Answer) -> str:
    """What is known of a file. Takes a moment: call it in a thread. Raises UserError for no picture."""
    verdict = answer.verdict
    sentence = say("inspect-page-unknown") if verdict is None else say(_BY[verdict.by])
    return _filled(
        title=say("inspect-page-known" if verdict else "inspect-page-not-known"),
        picture=_shown(data),
        is_ours=verdict is not None,
        sentence=sentence,
        facts=_facts(verdict),
        marks=_marks(answer.own, verdict),
        recipe=_recipe(verdict) if verdict and answer.is_member else [],
        hidden=verdict is not None and not answer.is_member,
    )


def _facts(verdict: Verdict | None) -> list[Fact]:
    """What everybody may read of a picture of ours: no words of whoever asked for it."""
    if verdict is None:
        return []
    version = verdict.version
    facts = [
        (say("inspect-page-when"), f"{version.created_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"),
        (say("inspect-page-what"), say("inspect-page-kind", kind=str(version.kind))),
        (say("inspect-page-changed"), say("inspect-page-changed-state", state=str(verdict.by))),
    ]
    if model := str(verdict.recipe.get("model", "")):
        facts.insert(1, (say("inspect-page-model"), model))
    return facts


def _recipe(verdict: Verdict) -> list[Fact]:
    """What members of its channel may read beside that."""
    version = verdict.version
    return [
        (say("inspect-page-name"), verdict.name),
        (say("inspect-page-prompt"), version.prompt),
        *([(say("inspect-page-instruction"), version.instruction)] if version.instruction else []),
        (say("inspect-page-seed"), str(version.seed)),
    ]


def _marks(own: OwnWords, verdict: Verdict | None) -> list[Fact]:
    """What the file says of itself, and the mark in its pixels."""
    kind = {IPTC + SourceType.MADE: "made", IPTC + SourceType.COMPOSITE: "composite", "": "none"}
    told = say("inspect-page-source", kind=kind.get(own.source_type, "other"))
    found = [(say("inspect-page-label"), told)]
    if own.credentials is None:
        signed = say("inspect-page-unsigned")
    else:
        signed = say(
            "inspect-page-signed",
            state=str(own.credentials["state"]),
            issuer=str(own.credentials["issuer"]) or "–",
        )
    found.append((say("inspect-page-signature"), signed))
    if verdict is not None and verdict.by == "watermark":
        found.append((say("inspect-page-watermark"), say("inspect-page-watermark-found")))
    return found


def _shown(data: bytes) -> str:
    """The file itself, small, as an address of its own."""
    picture = opening.seen(data, side=opening.LOOKED_AT_SIDE)
    picture.thumbnail((SHOWN_PX, SHOWN_PX), Image.Resampling.LANCZOS)
    return "data:image/webp;base64," + base64.b64encode(encode(picture, "WEBP", Marks(), quality=82)).decode()


def _filled(**values: Any) -> str:
    shown: dict[str, Any] = {
        **dict.fromkeys(("refusal", "problem", "picture", "sentence"), ""),
        **dict.fromkeys(("facts", "marks", "recipe"), ()),
        **dict.fromkeys(("is_ours", "hidden"), False),
        **values,
    }
    return PAGES.filled("inspect.html", **shown)
