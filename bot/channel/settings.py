"""How a channel works, as values: who approves, when enough is enough, defaults. Pure functions on them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from zoneinfo import available_timezones

from bot.briefs.model import UserError
from bot.texts import say

#: Most approvals that one picture can need.
NEEDED_LIMIT = 5
Who = Literal["anyone", "people", "group"]
#: How a delivery says to people what it is: not at all, by a line in the message, by that and a label in the file.
Label = Literal["none", "line", "corner"]
LABELS: tuple[Label, ...] = ("none", "line", "corner")
#: A grid as one picture, or as a card for each; empty: as the operator has it.
GridForm = Literal["", "sheet", "cards"]

#: Emoji that people type or paste rather than name.
_PASTED = {
    "✅": "white_check_mark",
    "✔": "heavy_check_mark",
    "☑": "ballot_box_with_check",
    "👍": "+1",
    "👌": "ok_hand",
    "🚀": "rocket",
    "⭐": "star",
    "❤": "heart",
    "💯": "100",
    "🎉": "tada",
    "🔥": "fire",
    "💎": "gem",
}
_CONTINENTS: Final = frozenset(
    {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
#: Slack's other names for the same emoji.
_SYNONYMS = {"thumbsup": "+1"}


@dataclass(frozen=True, kw_only=True)
class ApprovalRule:
    """What it takes for a picture to be rendered in Pro."""

    #: Approvals by so many different people, 1 to 5.
    needed: int = 1
    #: Whose approvals count: anyone's, some people's, or those of a user group.
    who: Who = "anyone"
    #: User ids, for `people`.
    people: tuple[str, ...] = ()
    #: Id of a user group, for `group`.
    group: str = ""
    #: The handle by which people know it.
    group_handle: str = ""
    #: Whether who asked for a brief may approve its pictures.
    author_may: bool = True
    #: An emoji that approves where there is one picture only; empty: numbers alone.
    emoji: str = ""


@dataclass(frozen=True, kw_only=True)
class ExitRule:
    """When the bot says once that a brief takes long; 0 switches a criterion off."""

    #: Minutes since the first draft without an approval.
    minutes: int = 10
    #: Pictures drafted without an approval.
    pictures: int = 20
    #: More than so many further drafts of the same prompt.
    rerolls: int = 2


@dataclass(frozen=True, kw_only=True)
class Defaults:
    """What a `/draft` means where it does not say."""

    #: Pictures of a grid, 1 to 9.
    cells: int = 4
    #: Width and height of each, as a ratio.
    aspect: tuple[int, int] = (1, 1)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Everything that can be set for a channel."""

    #: What an approval takes; see below.
    approval: ApprovalRule = field(default_factory=ApprovalRule)
    #: When a brief takes long; see below.
    exits: ExitRule = field(default_factory=ExitRule)
    #: Whether prompts that quick drafts get wrong are pointed out.
    advice: bool = True
    #: Drafts that say nothing else; see below.
    defaults: Defaults = field(default_factory=Defaults)
    #: IANA name of the zone in which its days begin; empty: as it is.
    timezone: str = ""
    #: Whether a finished Pro render is shown in the channel, too, not in the grid's thread alone.
    broadcast: bool = True
    #: `sheet` or `cards`; empty: as the operator has it.
    grid_form: GridForm = ""
    #: How deliveries say to people that a model made them.
    label: Label = "line"


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How far a picture is with its approvals."""

    #: Whose approvals count, first come first.
    people: tuple[str, ...]
    needed: int

    @property
    def missing(self) -> int:
        """Approvals that are still to come."""
        return max(0, self.needed - len(self.people))


def may_approve(rule: ApprovalRule, *, person: str, author: str, members: Collection[str]) -> bool:
    """Whether a person's approval counts. `members` are those of the rule's user group."""
    if person == author and not rule.author_may:
        return False
    match rule.who:
        case "people":
            return person in rule.people
        case "group":
            return person in members
    return True


def tally(rule: ApprovalRule, people: Sequence[str], *, author: str, members: Collection[str]) -> Tally:
    """Count approvals by the rule that is in force now, whatever rule they were given under."""
    counted = [one for one in people if may_approve(rule, person=one, author=author, members=members)]
    return Tally(people=tuple(counted), needed=rule.needed)


def read_emoji(text: str, taken: Collection[str]) -> str:
    """The name of an emoji as somebody typed or pasted it; empty for none. Raises UserError.

    `taken` are names that mean something else already.
    """
    text = text.strip().replace("\ufe0f", "")
    if not text:
        return ""
    name = _PASTED.get(text) or text.strip(":").lower()
    name = _SYNONYMS.get(name, name)
    if not re.fullmatch(r"[a-z0-9_+'-]{1,38}", name):
        raise UserError(say("policy-emoji-unknown"), "emoji")
    if name in taken:
        raise UserError(say("policy-emoji-taken", emoji=name), "emoji")
    return name


def read_whole(text: str, *, part: str, most: int, example: int) -> int:
    """A whole number from 0 to `most`; empty is 0, which is off. Raises UserError that names the part."""
    text = text.strip()
    if not text:
        return 0
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) > most:
        raise UserError(say("policy-whole-number", most=most, example=example), part)
    return int(text)


def read_timezone(text: str) -> str:
    """The IANA name of a zone as somebody typed it, or its city alone; empty for none. Raises UserError."""
    typed = "_".join(text.split()).casefold()
    if not typed:
        return ""
    zones = available_timezones()
    found = [zone for zone in zones if zone.casefold() == typed] or [
        zone for zone in zones if "/" in zone and zone.rpartition("/")[2].casefold() == typed
    ]
    # Some cities come by more than one name: those of Etc, US and the like are the lesser.
    found.sort(key=lambda zone: (zone.partition("/")[0] not in _CONTINENTS, zone.count("/"), zone))
    if not found:
        raise UserError(say("policy-zone-unknown"), "timezone")
    return found[0]


class TakenEmoji(frozenset[str]):
    """The emoji that mean something on the bot's messages already, so that no channel can approve with them."""
