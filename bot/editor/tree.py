"""What the page shows of a brief: its versions as a tree, who made them, what they cost, what is under way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.briefs import table as briefs_table
from bot.briefs.model import FixTask, Job, Tier, Version
from bot.editor import table as editor_table
from bot.fix import table as fix_table
from bot.ledger import Prices, about, format_money
from bot.slack.text import shorten
from bot.store import Transaction, pictures
from bot.texts import say
from bot.worker import table as worker_table

#: Characters of an instruction shown as a title.
TITLE_LIMIT = 60


@dataclass(frozen=True, kw_only=True)
class Tree:
    """A brief with everything that came of it."""

    prompt: str
    channel: str
    #: What the thread goes on from; None before the first render.
    current: int | None
    versions: list[dict[str, Any]]
    working: list[dict[str, Any]]
    #: Results that wait for a word of who looks, oldest first.
    staged: list[dict[str, Any]]
    #: Ids of everybody named in it.
    people: frozenset[str]


def read(tx: Transaction, brief_id: str, reader: str, prices: Prices) -> Tree:
    """The tree of a brief, with what waits for its reader. Raises KeyError."""
    brief = briefs_table.brief(tx, brief_id)
    current = briefs_table.current_version(tx, brief_id)
    versions = briefs_table.versions(tx, brief_id)
    jobs = {version.job: worker_table.job(tx, version.job) for version in versions}
    working = editor_table.working(tx, brief_id)
    return Tree(
        prompt=brief.prompt,
        channel=brief.channel,
        current=current.id if current else None,
        versions=[_entry(tx, version, jobs[version.job]) for version in versions],
        working=[
            {"job": job.id, "person": job.person, "instruction": job.task.instruction}
            for job in working
            if isinstance(job.task, FixTask)
        ],
        staged=[_staged(tx, version, prices) for version in fix_table.waiting(tx, brief_id, reader)],
        people=frozenset(job.person for job in [*jobs.values(), *working]),
    )


def named(tree: Tree, names: Mapping[str, str], reader: str) -> Tree:
    """The same tree with people's names instead of their ids; the reader is "you"."""
    known = {**names, reader: say("tree-you")}
    for entry in tree.versions:
        person = known.get(entry["person"]) or say("tree-somebody")
        entry["detail"] = " · ".join(filter(None, [person, entry.pop("cost"), entry.pop("time")]))
    known = {**names, reader: say("tree-you-first")}
    for entry in tree.working:
        person = known.get(entry["person"]) or say("tree-somebody-first")
        entry["person"] = person[:1].upper() + person[1:]
    return tree


def _entry(tx: Transaction, version: Version, job: Job) -> dict[str, Any]:
    picture = pictures.find(tx, version.picture)
    cost = None if version.kind == "cell" else editor_table.cost_of(tx, job.id)
    return {
        "id": version.id,
        "parent": version.parent,
        "kind": version.kind,
        "title": title(version),
        "person": job.person,
        "cost": (say("tree-free") if cost[0] == 0 else format_money(*cost)) if cost else "",
        "time": say("tree-time", time=f"{version.created_at:%H:%M}"),
        "width": picture.width,
        "height": picture.height,
        "has_mask": version.mask is not None,
        "offset": list(job.task.offset) if isinstance(job.task, FixTask) else [0, 0],
    }


def _staged(tx: Transaction, version_id: int, prices: Prices) -> dict[str, Any]:
    version = briefs_table.version(tx, version_id)
    job = worker_table.job(tx, version.job)
    task, cost = job.task, editor_table.cost_of(tx, job.id)
    assert isinstance(task, FixTask)
    # A colour comes out the same each time, so there is no other one.
    again = prices.estimate(Tier.FIX, task.drawn, task.width, task.height)
    return {
        "id": version.id,
        "parent": version.parent,
        "instruction": task.instruction,
        "cost": format_money(*cost) if cost and cost[0] else "",
        "another": about(again, prices.currency) if again else "",
        "offset": list(task.offset),
    }


def title(version: Version) -> str:
    """How a version is called."""
    match version.kind:
        case "cell":
            return say("tree-draft", number=version.number)
        case "pro":
            return say("tree-pro", number=version.number)
    words = shorten(version.instruction or say("tree-fix"), TITLE_LIMIT)
    return words[:1].upper() + words[1:]
