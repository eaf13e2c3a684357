"""What people can do and what stands in the database afterwards."""

import asyncio
from datetime import timedelta

import pytest

from bot import clock
from bot.approve import actions as approve_actions
from bot.briefs.model import BriefRequest, JobState, UserError
from bot.budget import holds
from bot.draft import actions as draft_actions
from bot.fix import actions as fix_actions
from bot.fix.request import FixRequest
from bot.pictures.box import Box
from bot.worker import failures
from bot.worker import table as worker_table
from bot.worker.states import MOVES, IllegalMove
from tests.bot.office import ADA, BEN, CHANNEL, finish_draft, rows

SNEAKER = BriefRequest(prompt="a red sneaker on a teal background")


async def open_brief(office, key="command:1", request=SNEAKER):
    return await draft_actions.open_brief(
        office.services, request, person=ADA, channel=CHANNEL, source_key=key
    )


async def ledger_rows(office):
    return await rows(office.database, "SELECT kind, tier, amount_micro, job FROM ledger")


async def test_a_brief_commits_its_job_its_money_and_its_placeholder_together(office):
    brief = await open_brief(office)
    assert (await ledger_rows(office))[0]["kind"] == "reserve"
    assert [job["state"] for job in await rows(office.database, "SELECT state FROM jobs")] == ["queued"]
    (effect,) = await rows(office.database, "SELECT key, action, payload FROM effects")
    assert (effect["key"], effect["action"]) == (f"brief:{brief.id}", "post")
    assert "a red sneaker on a teal background" in effect["payload"]
    assert office.woken


async def test_a_delivery_that_comes_twice_is_one_brief(office):
    first, second = await asyncio.gather(open_brief(office), open_brief(office))
    assert first == second
    assert len(await ledger_rows(office)) == 1


async def test_what_the_budget_does_not_allow_leaves_no_trace(office):
    await holds.set_budget(office.services, "0.00002 daily", channel=CHANNEL, person=ADA)
    with pytest.raises(UserError, match="Nothing was charged") as caught:
        await open_brief(office)
    assert "$0.00002 left today" in str(caught.value)
    for table in ("briefs", "jobs", "effects", "ledger_entries"):
        assert await rows(office.database, f"SELECT * FROM {table}") == []


async def test_the_sentence_says_how_many_would_fit(office):
    one = office.services.prices.hold("draft", 1, 64, 64)
    await holds.set_budget(office.services, f"{(2 * one + 1) / 1e6:.6f} daily", channel=CHANNEL, person=ADA)
    with pytest.raises(UserError, match=r"What would fit: `--n 2`"):
        await open_brief(office)
    await open_brief(office, request=BriefRequest(prompt="a cup", cells=2))


async def test_many_hands_approve_one_render(office):
    brief = await open_brief(office)
    await finish_draft(office, brief)
    answers = await asyncio.gather(
        *(
            approve_actions.approve(
                office.services, brief_id=brief.id, number=2, person=person, event_id=f"event:{index}"
            )
            for index, person in enumerate([ADA, BEN] * 10)
        )
    )
    assert sum(answers) == 1
    pro = await rows(office.database, "SELECT state, person FROM jobs WHERE tier = 'pro'")
    assert len(pro) == 1
    assert len(await rows(office.database, "SELECT * FROM approvals")) == 2
    assert [row["tier"] for row in await ledger_rows(office)] == ["draft", "draft", "pro"]


async def test_an_approval_that_is_withdrawn_in_time_costs_nothing(office):
    brief = await open_brief(office)
    await finish_draft(office, brief)
    await approve_actions.approve(office.services, brief_id=brief.id, number=1, person=BEN, event_id="e1")
    assert (
        await approve_actions.withdraw(
            office.services, brief_id=brief.id, number=1, person=BEN, event_id="e2"
        )
        is None
    )
    assert [(row["kind"], row["tier"]) for row in await ledger_rows(office)][-2:] == [
        ("reserve", "pro"),
        ("void", "pro"),
    ]
    assert await approve_actions.approve(
        office.services, brief_id=brief.id, number=1, person=BEN, event_id="e3"
    )
    states = await rows(office.database, "SELECT state FROM jobs WHERE tier = 'pro' ORDER BY created_at")
    assert [row["state"] for row in states] == ["cancelled", "queued"]


async def test_one_of_two_approvals_withdrawn_leaves_the_render(office):
    brief = await open_brief(office)
    await finish_draft(office, brief)
    await approve_actions.approve(office.services, brief_id=brief.id, number=1, person=ADA, event_id="e1")
    await approve_actions.approve(office.services, brief_id=brief.id, number=1, person=BEN, event_id="e2")
    told = await approve_actions.withdraw(
        office.services, brief_id=brief.id, number=1, person=ADA, event_id="e3"
    )
    assert "rendered all the same" in told
    (job,) = await rows(office.database, "SELECT state FROM jobs WHERE tier = 'pro'")
    assert job["state"] == "queued"


async def test_what_was_not_approved_cannot_be_taken_back(office):
    brief = await open_brief(office)
    await finish_draft(office, brief)
    await approve_actions.approve(office.services, brief_id=brief.id, number=1, person=ADA, event_id="e1")
    with pytest.raises(UserError, match="nothing to take back"):
        await approve_actions.withdraw(
            office.services, brief_id=brief.id, number=1, person=BEN, event_id="e2"
        )
    (job,) = await rows(office.database, "SELECT state FROM jobs WHERE tier = 'pro'")
    assert job["state"] == "queued"


async def test_a_withdrawal_that_comes_too_late_is_told(office):
    brief = await open_brief(office)
    await finish_draft(office, brief)
    await approve_actions.approve(office.services, brief_id=brief.id, number=1, person=ADA, event_id="e1")
    await office.database.write(
        lambda tx: worker_table.lease_next(
            tx, tiers=["pro"], owner="me", lease=timedelta(seconds=9), at=clock.now()
        )
    )
    too_late = await approve_actions.withdraw(
        office.services, brief_id=brief.id, number=1, person=ADA, event_id="e2"
    )
    assert "already being rendered" in too_late


@pytest.mark.parametrize("number", [0, 5, 9])
async def test_a_number_beyond_the_grid_is_told(office, number):
    brief = await open_brief(office)
    await finish_draft(office, brief)
    with pytest.raises(UserError, match="Pick 1 to 4"):
        await approve_actions.approve(
            office.services, brief_id=brief.id, number=number, person=ADA, event_id="e1"
        )
    assert await rows(office.database, "SELECT * FROM approvals") == []


async def test_a_grid_that_is_not_finished_cannot_be_approved(office):
    brief = await open_brief(office)
    with pytest.raises(UserError, match="isn't finished yet"):
        await approve_actions.approve(office.services, brief_id=brief.id, number=1, person=ADA, event_id="e1")


def fix(cell=None):
    return FixRequest(
        region=Box(left=0, top=0, right=0.5, bottom=1),
        region_text="left",
        instruction="make it blue",
        cell=cell,
    )


async def test_a_fix_without_a_render_asks_which_picture(office):
    brief = await open_brief(office)
    await finish_draft(office, brief)
    with pytest.raises(UserError, match="fix cell 2 center"):
        await fix_actions.request_fix(
            office.services, fix(), brief_id=brief.id, person=ADA, mask_upload=None, event_id="m1"
        )
    assert len(await ledger_rows(office)) == 2


async def test_a_fix_of_a_cell_is_queued_once_with_its_mask(office):
    brief = await open_brief(office)
    await finish_draft(office, brief)
    jobs = [
        await fix_actions.request_fix(
            office.services, fix(2), brief_id=brief.id, person=ADA, mask_upload=None, event_id="m1"
        )
        for _ in range(2)
    ]
    assert jobs[0].id == jobs[1].id
    assert jobs[0].task.prompt == "a blue sneaker on a teal background"
    (mask,) = await rows(
        office.database, "SELECT width, height FROM pictures WHERE sha256 = ?", jobs[0].task.mask
    )
    assert (mask["width"], mask["height"]) == (64, 64)


async def test_only_those_who_may_set_a_budget(office):
    with pytest.raises(UserError, match="Only workspace admins"):
        await holds.set_budget(office.services, "50 monthly", channel=CHANNEL, person=BEN)
    state = await holds.set_budget(office.services, "50 monthly", channel=CHANNEL, person=ADA)
    assert state.limit_micro == 50_000_000


async def test_a_job_that_is_given_up_releases_its_money_and_says_so(office):
    brief = await open_brief(office)
    (job,) = await rows(office.database, "SELECT id FROM jobs")
    for _ in range(2):
        await failures.give_up(office.services, job["id"], "The engine is on strike.")
    assert [row["kind"] for row in await ledger_rows(office)] == ["reserve", "void"]
    (effect,) = await rows(office.database, "SELECT payload FROM effects WHERE action = 'update'")
    assert "The engine is on strike. Nothing was charged." in effect["payload"]
    state = await holds.budget_of(office.services, brief.channel)
    assert (state.spent_micro, state.held_micro) == (0, 0)


async def test_a_move_that_is_not_in_the_table_raises(office):
    await open_brief(office)
    (job,) = await rows(office.database, "SELECT id FROM jobs")
    with pytest.raises(IllegalMove):
        await office.database.write(
            lambda tx: worker_table.move_job(tx, job["id"], JobState.DONE, clock.now())
        )
    assert set(MOVES) == set(JobState)
