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
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

from aiohttp import web
from pythonjsonlogger.json import JsonFormatter
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from yarl import URL

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
from bot.doctor import wanted_scopes
from bot.draft import actions as draft_actions
from bot.draft import job as draft_job
from bot.draft.again import Stoppers
from bot.draft.previews import Previews
from bot.editor import routes as editor_routes
from bot.editor.access import Access, Editor
from bot.editor.actions import Editing
from bot.editor.events import Progress
from bot.editor.routes import EditorSite
from bot.fix import actions as fix_actions
from bot.fix import job as fix_job
from bot.fix.by_name import Segmenter
from bot.fix.drawn_over import Markups
from bot.images_api.client import EngineClient, client_of
from bot.inspect import routes as inspect_routes
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
from bot.reports import routes as report_routes
from bot.reports.actions import Reports
from bot.reports.routes import ReportSite
from bot.settings import CannotStart, Settings, SettingsError, load, without_password
from bot.slack import outbox_table
from bot.slack.connection import app_of, listen, patiently, sign_in
from bot.slack.context import Context
from bot.slack.front_door import App, FrontDoor, without_oauth
from bot.slack.inbox import Inbox
from bot.slack.outbox import Outbox
from bot.slack.people import Directory
from bot.slack.socket import SocketLink
from bot.slack.web_api import WebApi, error_code
from bot.store import Database, PictureStore
from bot.store.backup import INSTALLATIONS
from bot.store.database import NewerDatabase
from bot.summaries import Tick
from bot.summaries.actions import Reporter
from bot.web.links import Links, load_key, team_in
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
from bot.workspaces import routes as install_routes
from bot.workspaces.actions import Installing
from bot.workspaces.store import BadKey, InstallationFile, Installations, States, seal_of
from marks.credentials import CannotSign

log = logging.getLogger(__name__)

#: The tables of what people do in Slack.
WAYS_IN: Final = (commands, buttons, forms, reactions, mentions, shortcuts, home)
#: What Slack says of a token that is dead for good.
GONE = frozenset({"account_inactive", "invalid_auth", "token_expired", "token_revoked"})


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
        ends, drain = await _start(settings, stack)
        print("bot ready", flush=True)
        stopped = asyncio.create_task(stop.wait())
        waited: list[asyncio.Future[Any]] = [stopped, *ends]
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            if end.done():
                # None ends by itself: what ended it must be seen, and whoever supervises us restarts us.
                end.result()
        # A second signal does not wait.
        drained, hurried = asyncio.create_task(drain()), asyncio.create_task(hurry.wait())
        async with _cancelled_at_the_end([drained, hurried]):
            await asyncio.wait(
                [drained, hurried], timeout=settings.drain_s, return_when=asyncio.FIRST_COMPLETED
            )


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """What one workspace is served by. All of it is its own; another workspace has the same of its own."""

    client: WebApi
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


class Workspaces:
    """Those that are served now, by their team ids; one whose token the operator gave goes by an empty one."""

    def __init__(self, settings: Settings, installations: Installations | None) -> None:
        self._settings, self._installations = settings, installations
        self._key = load_key(settings.data_dir / "web.key")
        #: Where people reach the web pages; known once they are served.
        self.base_url = ""
        self._served: dict[str, tuple[Workspace, AsyncExitStack]] = {}
        self._turn = asyncio.Lock()
        #: Ends with what ended a part of one of them.
        self.broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def of_link(self, token: str) -> Workspace | None:
        """The workspace that a link to the web pages says to be of; its own key proves it."""
        return self._by_team().get(team_in(token))

    def apps(self) -> dict[str, App]:
        """Who answers the events of each."""
        return {team: one.app for team, one in self._by_team().items()}

    def databases(self) -> dict[str, Database]:
        """Where each keeps what is its own."""
        return {team: one.database for team, one in self._by_team().items()}

    def _by_team(self) -> dict[str, Workspace]:
        return {team: one for team, (one, _) in self._served.items()}

    async def serve(
        self, team: str, settings: Settings, token: str, identity: AsyncSlackResponse | None = None
    ) -> None:
        """Serve one from now on; by its new token where it is served already. Raises CannotStart, SlackApiError."""
        async with self._turn:
            await self._leave(team)
            client = WebApi(token=token, base_url=settings.slack_api_url)
            identity = identity or await patiently(client.auth_test)
            async with AsyncExitStack() as stack:
                links = Links(self._key, team)
                workspace = await _open(settings, client, identity, token, team, links, self.base_url, stack)
                for task in workspace.tasks:
                    task.add_done_callback(self._note_end)
                self._served[team] = workspace, stack.pop_all()

    async def serve_installed(self, team: str) -> None:
        """Serve one that has the app installed; one that has it no longer is forgotten. Raises CannotStart."""
        assert self._installations is not None
        installation = await self._installations.async_find_installation(enterprise_id=None, team_id=team)
        if installation is None or installation.bot_token is None:
            return
        try:
            await self.serve(team, self._settings.of_team(team), installation.bot_token)
        except SlackApiError as error:
            if error_code(error) not in GONE:
                raise CannotStart(
                    f"Slack does not serve the workspace {team} ({error_code(error)})."
                ) from error
            log.warning("%s has the app no longer (%s)", team, error_code(error))
            await self._installations.async_delete_all(enterprise_id=None, team_id=team)
        else:
            log.info("serving %s", team)

    async def ended(self, team: str) -> None:
        """One says that it has the app no longer: where its token is dead, it is served no more, and all others are.

        Slack may tell it late, when the app is installed again. Raises SlackApiError where Slack can't say: it tells
        again what is not acknowledged.
        """
        assert self._installations is not None
        served = self._by_team().get(team)
        if served is None:
            return
        try:
            await served.client.auth_test()
        except SlackApiError as error:
            if error_code(error) not in GONE:
                raise
            async with self._turn:
                if self._by_team().get(team) is served:
                    log.warning("%s has the app no longer; its pictures and its ledger stay", team)
                    await self._leave(team)
                    await self._installations.async_delete_all(enterprise_id=None, team_id=team)

    async def drain(self, link: SocketLink | None) -> None:
        """Let all of them finish what is in hand."""
        served = list(self._by_team().values())

        async def hear_no_more() -> None:
            if link:
                # What was heard is answered on this connection. Nothing new is: Slack keeps it for the next start.
                await asyncio.gather(*(one.inbox.acknowledged() for one in served))
                await link.close()

        closed = asyncio.ensure_future(hear_no_more())
        await asyncio.gather(closed, *(one.drain(closed) for one in served))

    async def close(self) -> None:
        """Serve none any more."""
        async with self._turn:
            for team in list(self._served):
                await self._leave(team)

    async def _leave(self, team: str) -> None:
        if team in self._served:
            _, stack = self._served.pop(team)
            await stack.aclose()

    def _note_end(self, task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and not self.broken.done():
            # What ended it must be seen.
            error = task.exception() or RuntimeError("a part of the bot ended by itself")
            self.broken.set_exception(error)


async def _start(
    settings: Settings, stack: AsyncExitStack
) -> tuple[list[asyncio.Future[None]], Callable[[], Coroutine[Any, Any, None]]]:
    """What ends only when the bot is to end, and what lets it finish what is in hand."""
    try:
        await asyncio.to_thread(marking_actions.check, settings)
    except CannotSign as error:
        raise CannotStart(str(error)) from error
    file, installations = _installations(settings, stack)
    workspaces = Workspaces(settings, installations)
    #: Known once Slack's connection stands.
    links_to_slack: list[SocketLink] = []
    monitoring = Monitoring(
        checks=health.checks(workspaces.databases, lambda: _connected(settings, links_to_slack)),
        measure=partial(health.measure, workspaces.databases),
        token=settings.metrics_token.get_secret_value() if settings.metrics_token else "",
    )
    installing = identity = None
    if file is not None and installations is not None:
        installing = Installing(
            settings=settings,
            installations=installations,
            states=States(file),
            scopes=tuple(sorted(wanted_scopes())),
            authorize_url=str(URL(settings.slack_api_url).with_path("/oauth/v2/authorize")),
            base_url=lambda: workspaces.base_url,
            serve=workspaces.serve_installed,
        )
    else:
        _, identity, _ = await sign_in(settings)
    workspaces.base_url = await _serve_pages(
        settings, page_routes(workspaces.of_link, monitoring, installing), stack
    )
    stack.push_async_callback(workspaces.close)
    if installations is not None:
        for team in await installations.teams():
            try:
                await workspaces.serve_installed(team)
            except BadKey as error:
                raise CannotStart(str(error)) from error
        app: App = _front_door(settings, workspaces)
    else:
        assert settings.slack_bot_token is not None
        await workspaces.serve("", settings, settings.slack_bot_token.get_secret_value(), identity)
        app = workspaces.apps()[""]
    link = await listen(app, WebApi(token="", base_url=settings.slack_api_url), settings, stack)
    watching: list[asyncio.Future[None]] = []
    if link:
        links_to_slack.append(link)
        watching.append(asyncio.create_task(link.watch()))
        await stack.enter_async_context(_cancelled_at_the_end(watching))

    async def drain() -> None:
        await workspaces.drain(link)

    return [workspaces.broken, *watching], drain


def page_routes(
    of_link: Callable[[str], Workspace | None], monitoring: Monitoring, installing: Installing | None
) -> list[web.AbstractRouteDef]:
    """Every address of the bot's own web pages."""

    def editor_of(token: str) -> EditorSite | None:
        workspace = of_link(token)
        return workspace.editor if workspace else None

    def reports_of(token: str) -> ReportSite | None:
        workspace = of_link(token)
        return workspace.reports if workspace else None

    def inspect_of(token: str) -> InspectSite | None:
        workspace = of_link(token)
        return workspace.inspect if workspace else None

    return [
        *editor_routes.routes(editor_of),
        *report_routes.routes(reports_of),
        *inspect_routes.routes(inspect_of),
        *monitoring.routes(),
        *(install_routes.routes(installing) if installing else ()),
    ]


def _installations(
    settings: Settings, stack: AsyncExitStack
) -> tuple[InstallationFile | None, Installations | None]:
    """Where the tokens of several workspaces are kept; nothing where the operator gave one. Raises CannotStart."""
    if not settings.is_shared:
        return None, None
    if settings.install_key is None or settings.slack_client_secret is None:
        raise CannotStart(
            "For several workspaces set SLACK_CLIENT_SECRET, and DRAFTROOM_INSTALL_KEY, with which their tokens are"
            " encrypted; for one, set SLACK_BOT_TOKEN."
        )
    try:
        seal = seal_of(settings.install_key.get_secret_value())
    except BadKey as error:
        raise CannotStart(str(error)) from error
    file = InstallationFile(settings.data_dir / INSTALLATIONS)
    stack.callback(file.close)
    return file, Installations(file, seal)


def _front_door(settings: Settings, workspaces: Workspaces) -> FrontDoor:
    secret = settings.slack_signing_secret
    with without_oauth():
        return FrontDoor(
            workspaces.apps,
            workspaces.ended,
            client=WebApi(token="", base_url=settings.slack_api_url),
            signing_secret=secret.get_secret_value() if secret else "unused in socket mode",
            logger=logging.getLogger("bot.bolt"),
        )


async def _open(
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
    await stack.enter_async_context(_cancelled_at_the_end([*tasks, words]))

    async def drain(closed: asyncio.Future[None]) -> None:
        async def hear_no_more() -> None:
            await closed
            await inbox.drain()

        await asyncio.gather(hear_no_more(), runner.drain(), background_jobs.drain())
        await outbox.flush()

    return Workspace(
        client=client,
        database=database,
        app=app,
        editor=site,
        reports=ReportSite(reports=reports),
        inspect=InspectSite(inspection=inspection),
        tasks=tasks,
        inbox=inbox,
        drain=drain,
    )


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
    await failures.give_up(services, job_id, sentence, also=await approve_actions.unmarked(services, job_id))


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
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        # It holds every picture, every sum and the key of the links: nobody else on this machine has business there.
        data_dir.chmod(0o700)
        lock_file = (data_dir / "bot.lock").open("w")
    except OSError as error:
        raise CannotStart(
            f"The data folder {data_dir} can't be written to ({error.strerror}). Make it writable for this user,"
            " or set DRAFTROOM_DATA_DIR to another folder."
        ) from error
    with lock_file as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotStart(f"Another bot already works on {data_dir}. Stop it first.") from error
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock


@asynccontextmanager
async def _cancelled_at_the_end(tasks: Sequence[asyncio.Future[Any]]) -> AsyncIterator[None]:
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
