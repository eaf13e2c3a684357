"""What is told of a delivery's making: its steps as C2PA's actions, and in which role people approved it. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.briefs.model import BriefKind
from bot.channel.settings import ApprovalRule, Label
from marks.credentials import PARENT
from marks.source import IPTC, SourceType

#: What the steps after the Pro render are called.
_ACTIONS = {"adjust": "c2pa.color_adjustments", "fix": "c2pa.edited", "extend": "c2pa.edited"}
_WORDS = {"fix": "region redrawn", "extend": "canvas extended"}

#: A part of a picture in shares of it: left, top, right, bottom.
Part = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class History:
    """How a version came to be."""

    #: SHA-256 of the picture that is named as its ingredient: the Pro render, or what comes nearest.
    opened: str
    #: What it is called.
    title: str
    #: What was done since, first things first: fix, adjust, extend.
    steps: tuple[str, ...]
    #: Of who approved it; no names.
    roles: tuple[str, ...]
    #: Nothing but a person's own picture: no mark says that a model made it.
    untouched: bool
    #: What it is, where no file says so.
    source: SourceType


def source_of(kind: BriefKind) -> SourceType:
    """What pictures of such a brief are, where no file says so."""
    own = kind in (BriefKind.IMPORT, BriefKind.PAINT, BriefKind.BACKGROUNDS)
    return SourceType.COMPOSITE if own else SourceType.MADE


def roles_of(rule: ApprovalRule, people: Sequence[str], *, author: str) -> tuple[str, ...]:
    """In which role each of these people approved."""
    role = {
        "anyone": "channel member",
        "people": "named approver",
        "group": f"member of @{rule.group_handle}",
    }
    return tuple(role[rule.who] + (", author" if one == author else "") for one in people)


def manifest(
    history: History,
    *,
    media_type: str,
    title: str,
    source_type: str,
    part: Part,
    extended: bool,
    watermarked: bool,
    label: Label,
) -> dict[str, Any]:
    """A C2PA manifest of a delivered file."""
    steps = [*history.steps, *(["extend"] if extended else [])]
    opened: dict[str, Any] = {"action": "c2pa.opened", "parameters": {"ingredientIds": [PARENT]}}
    if source_type:
        opened["digitalSourceType"] = source_type
    actions = [opened]
    for step in steps:
        action: dict[str, Any] = {"action": _ACTIONS[step]}
        if step in _WORDS:
            action |= {
                "digitalSourceType": source_type or IPTC + history.source,
                "description": _WORDS[step],
            }
        actions.append(action)
    if part != (0, 0, 1, 1):
        share = dict(zip(("left", "top", "right", "bottom"), (f"{one:.4f}" for one in part), strict=True))
        actions.append({"action": "c2pa.cropped", "parameters": {"com.draftroom.part": share}})
    actions.append({"action": "c2pa.resized"})
    if label == "corner":
        actions.append({"action": "c2pa.edited", "description": "visible label"})
    if watermarked:
        # Unbound: what it holds is found by the studio that wrote it, not by a public resolver.
        actions.append({"action": "c2pa.watermarked.unbound"})
    actions.append({"action": "c2pa.published"})
    return {
        "claim_generator_info": [{"name": "Draftroom"}],
        "title": title,
        "format": media_type,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": actions}},
            {
                "label": "com.draftroom.approval",
                "data": {"approvals": len(history.roles), "roles": list(history.roles)},
            },
        ],
    }
