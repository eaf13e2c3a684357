"""The one place that wires everything: store, services, runner, outbox, Slack, summaries. Nothing imports it but the start."""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import logging
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

from aiohttp import web
from pythonjsonlogger.json import JsonFormatter

from bot import texts
from bot.approve import actions as approve_actions
from bot.approve import job as approve_job
from bot.approve import straight_to_pro
from bot.batch import actions as batch_actions
from bot.batch import job as batch_job
from bot.batch import sheet as batch_sheet
from bot.brand.actions import DriftCharts
from bot.briefs.keys import brief_key
from bot.briefs.model import (
    BatchTask,
    Brief,
    BriefKind,
    DraftTask,
    FixTask,
    Job,
    ProductTask,
    ProTask,
    Tier,
)
from bot.briefs.services import Services
from bot.budget import holds
from bot.budget.refused import GRANTED, GrantedRequests, Runners
from bot.channel.settings import TakenEmoji
from bot.deliver.actions import Deliveries
from bot.draft import actions as draft_actions
from bot.draft import job as draft_job
from bot.draft.again import Stoppers
from bot.draft.previews import Previews
from bot.editor.access import Access, Editor
from bot.editor.actions import Editing
from bot.editor.events import Progress
from bot.editor.routes import EditorSite
from bot.fix import actions as fix_actions
from bot.fix import job as fix_job
from bot.fix.by_name import Segmenter
from bot.fix.drawn_over import Markups
from bot.images_api.client import EngineClient, client_of
from bot.inspect.access import Inspection
from bot.inspect.routes import InspectSite
from bot.ledger import BudgetRule, Prices, RateError, parse_budget
from bot.ledger.currency import another_currency
from bot.ledger.hosted import prices_of
from bot.listeners import buttons, commands, forms, home, mentions, reactions, shortcuts
from bot.marking import actions as marking_actions
from bot.marking import refused
from bot.nudge.actions import Exits
from bot.product import job as product_job
from bot.product import paint
from bot.reports.actions import Reports
from bot.reports.routes import ReportSite
from bot.settings import CannotStart, Settings, SettingsError, load, without_password
from bot.slack import outbox_table
from bot.slack.connection import app_of, listen, sign_in
from bot.slack.context import Context
from bot.slack.inbox import Inbox
from bot.slack.outbox import Outbox
from bot.slack.people import Directory
from bot.slack.socket import SocketLink
from bot.store import Database, PictureStore
from bot.store.database import NewerDatabase
from bot.summaries import Tick
from bot.summaries.actions import Reporter
from bot.web.links import Links, load_key
from bot.web.metrics import Monitoring
from bot.web.site import application
from bot.web.site import serve as serve_site
from bot.worker import failures, health
from bot.worker.background import BackgroundJobs
from bot.worker.background_table import BackgroundJob
from bot.worker.followups import Followups
from bot.worker.render import Renderer, Watch, unwatched
from bot.worker.retention import Retention
from bot.worker.runner import Runner
from marks.credentials import CannotSign

log = logging.getLogger(__name__)

#: The tables of what people do in Slack.
WAYS_IN: Final = (commands, buttons, forms, reactions, mentions, shortcuts, home)


#: glibc's numbers of what can be told to its allocator, and what it is told: so many arenas for all threads, and from
#: which size on, in bytes, a block goes back to the system as soon as it is freed.
_ARENA_MAX, _ARENAS, _MMAP_THRESHOLD, _BLOCK = -8, 2, -3, 256 * 1024


def _spare_memory() -> None:
    """Have the allocator return what pictures took: else each thread that drew one keeps its share for good."""
    with suppress(OSError, AttributeError):  # another C library than glibc
        libc = ctypes.CDLL(None)
        libc.mallopt(_ARENA_MAX, _ARENAS)
        libc.mallopt(_MMAP_THRESHOLD, _BLOCK)


def main() -> int:
    """Run the bot until SIGINT or SIGTERM. Returns the exit status."""
    _spare_memory()
    try:
        settings = load()
        texts.speak(settings.language)
        texts.call(settings.command, settings.name)
        _log_to(sys.stderr, settings)
        for noisy in ("slack_sdk", "apscheduler", "aiohttp.access"):
            logging.getLogger(noisy).setLevel(logging.WARNING)
        asyncio.run(serve(settings))
    except SettingsError as error:
        print("The settings cannot be used.", *error.sentences, sep="\n", file=sys.stderr)
        return 2
    except CannotStart as error:
        print(f"Draftroom cannot start. {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


async def serve(settings: Settings) -> None:
    """Start everything, say `bot ready`, and run until a signal. Raises CannotStart."""
    stop, hurry = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, lambda: (hurry if stop.is_set() else stop).set())
    async with AsyncExitStack() as stack:
        stack.enter_context(_only_one(settings.data_dir))
        tasks, drain = await _start(settings, stack)
        print("bot ready", flush=True)
        stopped = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopped}:
            # None of them ends by itself: what ended one must be seen, and whoever supervises us restarts us.
            task.result()
        # A second signal does not wait.
        drained, hurried = asyncio.create_task(drain()), asyncio.create_task(hurry.wait())
        async with _cancelled_at_the_end([drained, hurried]):
            await asyncio.wait(
                [drained, hurried], timeout=settings.drain_s, return_when=asyncio.FIRST_COMPLETED
            )


async def _start(
    settings: Settings, stack: AsyncExitStack
) -> tuple[list[asyncio.Task[None]], Callable[[], Coroutine[Any, Any, None]]]:
    """The tasks that make up the bot, and what lets them finish what is in hand."""
    try:
        await asyncio.to_thread(marking_actions.check, settings)
    except CannotSign as error:
        raise CannotStart(str(error)) from error
    client, identity, bot_token = await sign_in(settings)
    try:
        database = Database(settings.database_path)
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
        prices=_prices(settings),
        rule=_default_rule(settings),
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
    engine = await stack.enter_async_context(client_of(settings))
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
    links = Links(load_key(settings.data_dir / "web.key"))
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
    #: Known once Slack's connection stands.
    links_to_slack: list[SocketLink] = []
    monitoring = Monitoring(
        checks=health.checks(database, lambda: _connected(settings, links_to_slack)),
        measure=partial(health.measure, database),
        token=settings.metrics_token.get_secret_value() if settings.metrics_token else "",
    )
    routes = [
        *site.routes(),
        *ReportSite(reports=reports).routes(),
        *InspectSite(inspection=inspection).routes(),
        *monitoring.routes(),
    ]
    base_url = await _serve_pages(settings, routes, stack)
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
    link = await listen(app, client, settings, stack)
    links_to_slack += [link] if link else []
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
            *([link.watch()] if link else []),
        )
    ]
    # Only for what is said before the first draft: an engine that is away tells its words after that.
    words = asyncio.create_task(engine.vocabulary())
    await stack.enter_async_context(_cancelled_at_the_end([*tasks, words]))

    async def hear_no_more() -> None:
        if link:
            # What was heard is answered on this connection. Nothing new is: Slack keeps it for the next start.
            await inbox.acknowledged()
            await link.close()
        await inbox.drain()

    async def drain() -> None:
        await asyncio.gather(hear_no_more(), runner.drain(), background_jobs.drain())
        await outbox.flush()

    return tasks, drain


def _days(number: int) -> timedelta | None:
    """So many days; None for zero, which is for ever."""
    return timedelta(days=number) if number else None


async def _connected(settings: Settings, links: Sequence[SocketLink]) -> bool:
    """Whether Slack can reach us; by HTTP that is Slack's to try."""
    return settings.mode == "http" or (bool(links) and await links[0].is_connected())


def _log_to(stream: IO[str], settings: Settings) -> None:
    """Log there from now on, as the settings say."""
    handler = logging.StreamHandler(stream)
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    handler.setFormatter(
        JsonFormatter(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            rename_fields={"asctime": "at", "levelname": "level", "name": "of"},
        )
        if settings.log_format == "json"
        else logging.Formatter(form)
    )
    handler.setFormatter(WithoutPasswords(handler.formatter))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler])


class WithoutPasswords(logging.Formatter):
    """Whatever is logged, by whomever: no address in it holds a password."""

    def __init__(self, formatter: logging.Formatter | None) -> None:
        super().__init__()
        self._formatter = formatter or logging.Formatter()

    def format(self, record: logging.LogRecord) -> str:
        """As the other formatter, and then cut."""
        return without_password(self._formatter.format(record))


async def give_up(services: Services, job_id: str, sentence: str) -> None:
    """End a job that can't be done, and say so wherever it was waited for: in its message, and under its grid."""
    await failures.give_up(services, job_id, sentence)
    await approve_actions.gave_up(services, job_id)


def renderer_of(
    services: Services,
    engine: EngineClient,
    *,
    preview: Callable[[Brief, bytes], Awaitable[None]],
    watch: Watch = unwatched,
) -> Renderer:
    """What does jobs: the table of kinds and their handlers."""
    return Renderer(
        services=services,
        engine=engine,
        preview=preview,
        handlers={
            DraftTask: draft_job.draw,
            ProTask: partial(approve_job.draw, restored=product_job.restored),
            FixTask: partial(fix_job.draw, watch=watch),
            BatchTask: batch_job.draw,
            ProductTask: product_job.draw,
        },
        settled=partial(holds.tell_alert, services),
    )


async def _serve_pages(settings: Settings, routes: list[web.AbstractRouteDef], stack: AsyncExitStack) -> str:
    """Serve the bot's own web pages; the address by which people reach them."""
    try:
        pages, port = await serve_site(
            application(routes), settings.web_host, settings.web_port, other_port=not settings.public_url
        )
    except OSError as error:
        raise CannotStart(f"The web pages cannot listen on {settings.web_host}: {error.strerror}.") from error
    stack.push_async_callback(pages.cleanup)
    return settings.public_url.rstrip("/") or f"http://{settings.web_host}:{port}"


async def check_currency(database: Database, currency: str) -> None:
    """Raise CannotStart where the ledger, or anything in force in it, counts in another currency."""
    other = await database.read(lambda tx: another_currency(tx, currency))
    if other:
        raise CannotStart(
            f"The ledger counts in {other}, but DRAFTROOM_CURRENCY is {currency}. Set DRAFTROOM_CURRENCY={other}; or move"
            f" budgets and caps with `draftroom ledger currency {currency} --rate N`, where N is how much {currency}"
            f" one {other} is."
        )


def _default_rule(settings: Settings) -> BudgetRule:
    try:
        amount_micro, period = parse_budget(settings.default_budget, settings.currency)
    except ValueError as error:
        raise CannotStart(f"DRAFTROOM_DEFAULT_BUDGET: {error}") from error
    return BudgetRule(amount_micro=amount_micro, period=period, currency=settings.currency)


def _prices(settings: Settings) -> Prices:
    try:
        return prices_of(settings)
    except RateError as error:
        raise CannotStart(str(error)) from error


@contextmanager
def _only_one(data_dir: Path) -> Iterator[IO[str]]:
    """One bot per data folder: a second one would take up the first one's work."""
    data_dir.mkdir(parents=True, exist_ok=True)
    # It holds every picture, every sum and the key of the links: nobody else on this machine has business there.
    data_dir.chmod(0o700)
    with (data_dir / "bot.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotStart(f"Another bot already works on {data_dir}. Stop it first.") from error
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock


@asynccontextmanager
async def _cancelled_at_the_end(tasks: Sequence[asyncio.Task[Any]]) -> AsyncIterator[None]:
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
