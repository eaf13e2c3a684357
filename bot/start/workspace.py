"""Everything that one workspace is served by, wired: store, services, runner, outbox, Slack, summaries."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.approve import actions as approve_actions
from bot.approve import straight_to_pro
from bot.batch import actions as batch_actions
from bot.batch import sheet as batch_sheet
from bot.brand.actions import DriftCharts
from bot.briefs.keys import brief_key
from bot.briefs.model import (
    Brief,
    BriefKind,
    Job,
    Tier,
)
from bot.briefs.services import Services
from bot.budget.refused import GRANTED, GrantedRequests, Runners
from bot.channel.settings import TakenEmoji
from bot.deliver.actions import Deliveries
from bot.draft import actions as draft_actions
from bot.draft.again import Stoppers
from bot.draft.previews import Previews
from bot.editor.access import Access, Editor
from bot.editor.actions import Editing
from bot.editor.events import Progress
from bot.editor.routes import EditorSite
from bot.fix import actions as fix_actions
from bot.fix.by_name import Segmenter
from bot.fix.drawn_over import Markups
from bot.images_api.client import client_of
from bot.inspect.access import Inspection
from bot.inspect.routes import InspectSite
from bot.ledger import BudgetRule, Prices, RateError, parse_budget
from bot.ledger.currency import another_currency
from bot.ledger.hosted import prices_of
from bot.listeners import buttons, commands, forms, home, mentions, reactions, shortcuts
from bot.marking import refused
from bot.nudge.actions import Exits
from bot.product import paint
from bot.reports.actions import Reports
from bot.reports.routes import ReportSite
from bot.settings import CannotStart, Settings
from bot.slack import outbox_table
from bot.slack.connection import app_of
from bot.slack.context import Context
from bot.slack.front_door import App
from bot.slack.inbox import Inbox
from bot.slack.outbox import Outbox
from bot.slack.people import Directory
from bot.slack.web_api import WebApi
from bot.start.jobs import give_up, renderer_of
from bot.start.tasks import cancelled_at_the_end
from bot.store import Database, PictureStore
from bot.store.database import NewerDatabase
from bot.summaries import Tick
from bot.summaries.actions import Reporter
from bot.web.links import Links
from bot.worker import failures
from bot.worker.background import BackgroundJobs
from bot.worker.background_table import BackgroundJob
from bot.worker.followups import Followups
from bot.worker.retention import Retention
from bot.worker.runner import Runner

log = logging.getLogger(__name__)
#: The tables of what people do in Slack.
WAYS_IN: Final = (commands, buttons, forms, reactions, mentions, shortcuts, home)


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """What one workspace is served by. All of it is its own; another workspace has the same of its own."""

    database: Database
    app: App
    editor: EditorSite
    reports: ReportSite
    inspect: InspectSite
    #: None of them ends by itself.
    tasks: Sequence[asyncio.Task[Any]]
    inbox: Inbox
    #: Lets it finish what is in hand, from when on nothing new is heard.
    drain: Callable[[asyncio.Future[None]], Coroutine[Any, Any, None]]


async def open_workspace(
    settings: Settings,
    client: WebApi,
    identity: AsyncSlackResponse,
    bot_token: str,
    team: str,
    links: Links,
    base_url: str,
    stack: AsyncExitStack,
) -> Workspace:
    """Everything that one workspace has of its own, at work until the stack is closed. Raises CannotStart."""
    try:
        # Its migrations may take a while, and others are served meanwhile.
        database = await asyncio.to_thread(Database, settings.database_path)
    except NewerDatabase as error:
        raise CannotStart(
            f"The database {settings.database_path} was written by a newer version of Draftroom ({error})."
            " Start that version, or put back the copy from before its upgrade."
        ) from error
    except sqlite3.DatabaseError as error:
        raise CannotStart(
            f"The database {settings.database_path} can't be opened ({error}). Put a backup of it in its place,"
            " or start with another DRAFTROOM_DATA_DIR."
        ) from error
    stack.callback(database.close)
    await check_currency(database, settings.currency)
    picture_store = PictureStore(settings.pictures_path)

    async def effect_failed(key: str, code: str) -> None:
        await failures.effect_refused(services, directory, key, code, give_up=partial(give_up, services))

    async def background_job_failed(background_job: BackgroundJob, sentence: str) -> None:
        await context.whisper(background_job.channel, background_job.person, sentence)

    async def preview(brief: Brief, sheet: bytes) -> None:
        await previews.show(brief, sheet, brief_key(brief.id))

    async def trouble(job: Job, sentence: str, seconds_left: float) -> None:
        await failures.engine_away(services, job, sentence, seconds_left)

    outbox = Outbox(database, picture_store, client, effect_failed)
    previews = Previews(database, client)
    directory = Directory(client, team=str(identity.get("team_id") or ""))
    services = Services(
        database=database,
        picture_store=picture_store,
        settings=settings,
        prices=price_table(settings),
        rule=default_rule(settings),
        members=directory.members,
        known_words=lambda: engine.known_words,
        known_loras=lambda: engine.known_loras(Tier.DRAFT),
    )
    followups = Followups(
        database,
        [
            partial(straight_to_pro.follow, services, actor=directory.actor),
            Exits(services=services).look,
            batch_sheet.Endings(services=services).look,
            partial(batch_sheet.renew_picks, services),
        ],
    )
    engine = await stack.enter_async_context(client_of(settings, team))
    progress = Progress()
    renderer = renderer_of(services, engine, preview=preview, watch=progress.tell)
    runner = Runner(
        database=database,
        render=renderer.render,
        give_up=partial(give_up, services),
        trouble=trouble,
        blocked=partial(refused.remember, services),
        places={
            Tier.DRAFT: settings.engine_concurrency,
            Tier.FIX: settings.engine_concurrency,
            Tier.PRO: settings.pro_concurrency,
        },
        lease_s=settings.lease_s,
        patience_s=settings.engine_patience_s,
    )
    reporter = Reporter(
        database=database,
        picture_store=picture_store,
        rule=services.rule,
        prices=services.prices,
    )
    runners = Runners(
        {
            "draft": draft_actions.run_refused,
            "approve": approve_actions.run_refused,
            "fix": fix_actions.run_refused,
        }
    )
    background_jobs = BackgroundJobs(
        database,
        {
            "deliver": Deliveries(services=services),
            "drift": DriftCharts(services=services),
            GRANTED: GrantedRequests(services=services, runners=runners, directory=directory),
        },
        background_job_failed,
    )
    in_doubt = await database.write(outbox_table.recover)
    if in_doubt:
        log.info("looking after %d messages that the last run left in doubt", in_doubt)
    access, editing = Access(links=links, database=database), Editing(services=services)
    site = EditorSite(
        editing=editing,
        access=access,
        directory=directory,
        progress=progress,
        painter=paint,
        public_url=settings.public_url,
    )
    reports = Reports(services=services, directory=directory, picture_store=picture_store, links=links)
    inspection = Inspection(
        database=database,
        picture_store=picture_store,
        directory=directory,
        links=links,
        is_open=settings.inspect_page == "open",
    )
    context = Context(
        services=services,
        directory=directory,
        client=client,
        bot_token=bot_token,
        bot_user=str(identity["user_id"]),
        made={
            Reporter: reporter,
            Reports: reports,
            Inspection: inspection,
            Segmenter: Segmenter(engine.mask_of),
            Editor: Editor(access=access, editing=editing, base_url=base_url),
            Stoppers: Stoppers(
                dict.fromkeys([BriefKind.SERIES, BriefKind.BACKGROUNDS], batch_actions.stop_brief)
            ),
            Markups: Markups(services=services),
            TakenEmoji: TakenEmoji(reactions.ADDED),
        },
    )
    inbox = Inbox(database)
    app = app_of(client, identity, context, inbox, WAYS_IN, settings)
    retention = Retention(
        database=database,
        picture_store=picture_store,
        sheets=_days(settings.keep_sheets_days),
        unapproved=_days(settings.keep_unapproved_days),
    )
    for tick in (Tick(reporter.post_due), Tick(retention.tidy, interval_s=86_400)):
        tick.start()
        stack.push_async_callback(tick.stop)
    tasks = [
        asyncio.create_task(work)
        for work in (
            outbox.run(),
            previews.run(),
            runner.run(),
            followups.run(),
            background_jobs.run(),
            inbox.run(app),
        )
    ]
    # Only for what is said before the first draft: an engine that is away tells its words after that.
    words = asyncio.create_task(engine.vocabulary())
    await stack.enter_async_context(cancelled_at_the_end([*tasks, words]))

    async def drain(closed: asyncio.Future[None]) -> None:
        async def hear_no_more() -> None:
            await closed
            await inbox.drain()

        await asyncio.gather(hear_no_more(), runner.drain(), background_jobs.drain())
        await outbox.flush()

    return Workspace(
        database=database,
        app=app,
        editor=site,
        reports=ReportSite(reports=reports),
        inspect=InspectSite(inspection=inspection),
        tasks=tasks,
        inbox=inbox,
        drain=drain,
    )


async def check_currency(database: Database, currency: str) -> None:
    """Raise CannotStart where the ledger, or anything in force in it, counts in another currency."""
    other = await database.read(lambda tx: another_currency(tx, currency))
    if other:
        raise CannotStart(
            f"The ledger counts in {other}, but DRAFTROOM_CURRENCY is {currency}. Set DRAFTROOM_CURRENCY={other}; or move"
            f" budgets and caps with `draftroom ledger currency {currency} --rate N`, where N is how much {currency}"
            f" one {other} is."
        )


def default_rule(settings: Settings) -> BudgetRule:
    """The budget of a channel that has none of its own. Raises CannotStart."""
    try:
        amount_micro, period = parse_budget(settings.default_budget, settings.currency)
    except ValueError as error:
        raise CannotStart(f"DRAFTROOM_DEFAULT_BUDGET: {error}") from error
    return BudgetRule(amount_micro=amount_micro, period=period, currency=settings.currency)


def price_table(settings: Settings) -> Prices:
    """What a tier costs. Raises CannotStart."""
    try:
        return prices_of(settings)
    except RateError as error:
        raise CannotStart(str(error)) from error


def _days(number: int) -> timedelta | None:
    """So many days; None for zero, which is for ever."""
    return timedelta(days=number) if number else None
