"""A channel's rules of approval, in words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.briefs.model import Brief
from bot.channel.settings import ApprovalRule
from bot.slack.text import escape
from bot.texts import say


def people_named(people: Sequence[str]) -> str:
    """Mentions in a row, with “and” before the last."""
    return _in_a_row(people, "people-and")


def _in_a_row(people: Sequence[str], joined: str) -> str:
    mentions = [f"<@{person}>" for person in people]
    if len(mentions) == 1:
        return mentions[0]
    return say(joined, most=", ".join(mentions[:-1]), last=mentions[-1])


def _voters(rule: ApprovalRule, *, but: Sequence[str] = ()) -> str:
    """Whose approvals count; empty where everybody's do. A group is named, not called."""
    if rule.who == "group":
        return f"@{escape(rule.group_handle)}"
    left = [person for person in rule.people if person not in but]
    return _in_a_row(left, "people-or") if rule.who == "people" and left else ""


def whose(rule: ApprovalRule) -> str:
    """Whose approvals count, as “ of …”; empty where everybody's do."""
    voters = _voters(rule)
    return say("approval-whose", people=voters) if voters else ""


def asks(rule: ApprovalRule, brief: Brief) -> str:
    """What a picture needs, as a sentence for the grid; empty where one approval of anybody will do."""
    sentences = []
    if rule.needed != 1 or rule.who != "anyone":
        voters = _voters(rule)
        sentences.append(say("approval-needs", count=rule.needed, voters=_some(voters), people=voters))
    if not rule.author_may:
        sentences.append(say("approval-author", person=brief.author))
    return " ".join(sentences)


def _some(voters: str) -> str:
    """Which of a text's variants names them."""
    return "some" if voters else "anybody"
