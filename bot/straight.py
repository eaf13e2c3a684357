"""Straight to Pro: one picture is drafted and rendered, since somebody pressed a button that said what both cost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot import clock, ledger
from bot.desk import Desk, brief_key
from bot.orders import call_off
from bot.second_thoughts import SecondThoughts
from bot.slack import advice, approvals, effects
from bot.slack.directory import Channel, Person
from bot.slack.effects import Subject
from bot.store import Transaction
from bot.studio import records
from bot.studio.model import Brief, BriefRequest, JobState, Remedy, Tier
from bot.studio.policy import may_approve
from bot.studio.sizes import draft_size, pro_size
from bot.texts import say


@dataclass(frozen=True, kw_only=True)
class StraightToPro:
    """The use case, and what follows once the picture is there."""

    desk: Desk
    #: Who a person is, by id. Raises Remedy.
    actor: Callable[[str], Awaitable[Person]]

    async def go(self, brief_id: str, *, person: Person, channel: Channel) -> Brief:
        """Draft one picture of a brief's prompt, approved beforehand by this person; once per brief.

        A draft of theirs that is still drawn stops for free. Raises Remedy when this person's approval does not
        count, or without money for both.
        """
        earlier = await SecondThoughts(desk=self.desk).brief(brief_id)
        who = await self.desk.electorate(brief_id)
        # The new brief is theirs, so they are its author.
        if not may_approve(who.rule, person=person.id, author=person.id, members=who.members):
            raise Remedy(approvals.refused(who.rule, author=not who.rule.author_may))
        at = clock.now()

        def order(tx: Transaction, brief: Brief) -> None:
            self._check_money(tx, brief)
            tx.execute(
                "INSERT INTO straights (brief, person, done, created_at) VALUES (?, ?, 0, ?)",
                [brief.id, person.id, clock.to_text(at)],
            )
            self._stop(tx, earlier, person)

        return await self.desk.open_brief(
            BriefRequest(
                prompt=earlier.prompt,
                negative_prompt=earlier.negative_prompt,
                cells=1,
                aspect=earlier.aspect,
                seed=earlier.seed,
            ),
            person=person,
            channel=channel,
            source_key=f"straight:{earlier.id}",
            follows=earlier,
            also=order,
        )

    async def follow(self) -> None:
        """Approve every picture that came, in the name of who pressed the button. Each exactly once."""

        def find(tx: Transaction) -> list[tuple[str, str, str]]:
            rows = tx.execute(
                "SELECT straights.brief, straights.person, jobs.state FROM straights"
                " JOIN jobs ON jobs.brief = straights.brief AND jobs.tier = 'draft'"
                " WHERE straights.done = 0 AND jobs.state IN ('done', 'failed', 'cancelled')"
            )
            return [(row["brief"], row["person"], row["state"]) for row in rows]

        for brief, person, state in await self.desk.database.read(find):
            sentence = ""
            if state == JobState.DONE:
                try:
                    await self.desk.approve(
                        brief_id=brief,
                        number=1,
                        person=await self.actor(person),
                        delivery=f"straight:{brief}",
                    )
                except Remedy as error:
                    sentence = str(error.args[0])
            await self._done(brief, sentence)

    async def _done(self, brief_id: str, sentence: str) -> None:
        at = clock.now()

        def work(tx: Transaction) -> None:
            tx.execute("UPDATE straights SET done = 1 WHERE brief = ?", [brief_id])
            if sentence:
                effects.queue_post(
                    tx,
                    key=f"straight:{brief_id}",
                    channel=records.brief(tx, brief_id).channel,
                    thread=brief_key(brief_id),
                    message=advice.not_straight(records.brief(tx, brief_id), sentence),
                    subject=Subject(role="notice", brief=brief_id),
                    at=at,
                )

        await self.desk.database.write(work)
        self.desk.committed()

    def _check_money(self, tx: Transaction, brief: Brief) -> None:
        """The draft's money is held by now; the render's must fit, too."""
        purse, settings = self.desk.purse, self.desk.settings
        if ledger.terms_of(tx, brief.channel).soft:
            return
        width, height = pro_size(draft_size(brief.aspect, settings.draft_size_px), settings.pro_size_px)
        state = ledger.budget_of(tx, brief.channel, clock.now(), purse.rule)
        held = purse.prices.hold(Tier.PRO, 1, width, height)
        if held > state.left_micro:
            raise Remedy(say("straight-too-much", held=ledger.format_money(held, state.currency)))

    def _stop(self, tx: Transaction, earlier: Brief, person: Person) -> None:
        """Give up the draft that this takes the place of, if it is theirs and not finished."""
        job = records.job_by_key(tx, f"draft:{earlier.id}")
        ours = person.id == earlier.author or person.is_admin
        if job is None or not ours or job.state not in (JobState.QUEUED, JobState.RUNNING):
            return
        call_off(tx, job, advice.gone_straight(earlier, person.id), clock.now())
