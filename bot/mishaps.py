"""What is said and undone when something outside of us fails: Slack refuses a message, the engine is away."""

from __future__ import annotations

from bot import clock
from bot.desk import Desk, job_key, what_is_made
from bot.slack import effects, views
from bot.slack.directory import Directory
from bot.slack.effects import Subject
from bot.store import Transaction
from bot.studio import records
from bot.studio.model import Job, Tier
from bot.texts import say


async def effect_refused(desk: Desk, directory: Directory, key: str, code: str) -> None:
    """A message that Slack refuses for good takes its job with it: nobody would see the result."""
    kind, _, name = key.partition(":")
    name, _, rest = name.partition(":")
    if rest:
        return

    def find(tx: Transaction) -> tuple[str | None, str]:
        channel = tx.execute("SELECT channel FROM effects WHERE key = ?", [key]).fetchone()["channel"]
        job = records.job_by_key(tx, f"draft:{name}") if kind == "brief" else None
        waits = kind == "job" and tx.execute("SELECT 1 FROM jobs WHERE id = ?", [name]).fetchone()
        return (job.id if job else name if waits else None), channel

    job_id, channel = await desk.database.read(find)
    directory.forget_channel(channel)
    if job_id:
        await desk.give_up(job_id, say("post-refused", code=code))


async def engine_away(desk: Desk, job: Job, sentence: str, seconds_left: float) -> None:
    """Tell the thread that the engine is away, once per attempt in a row."""

    def work(tx: Transaction) -> None:
        brief = records.brief(tx, job.brief)
        effects.queue_update(
            tx,
            key=f"{job_key(job)}:trouble:{job.attempts}",
            target=job_key(job),
            message=views.waiting_for_engine(what_is_made(brief, job), sentence, seconds_left),
            subject=Subject(role="grid" if job.tier is Tier.DRAFT else str(job.tier), brief=brief.id),
            at=clock.now(),
        )

    await desk.database.write(work)
    desk.committed()
