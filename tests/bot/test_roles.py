"""Who may do what: each cell of the table in docs/security.md, tried by the bot's own handlers over a practice workspace.

`python -m tests.bot.test_roles` prints the table as it is.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot import clock
from bot.approve import actions as approve_actions
from bot.batch import messages as batch_messages
from bot.batch import slack as batch_slack
from bot.brand import messages as brand_messages
from bot.briefs.model import BriefRequest, Channel, UserError
from bot.briefs.services import Services
from bot.budget import messages as budget_messages
from bot.budget.actions import ask_for_more
from bot.budget.command import AskForMore
from bot.channel import messages as channel_messages
from bot.channel import table as channel_table
from bot.channel.actions import ensure_channel
from bot.channel.settings import ApprovalRule, Policy, TakenEmoji
from bot.draft import actions as draft_actions
from bot.draft.again import Stoppers
from bot.editor import routes as editor_routes
from bot.editor.access import Access, Editor
from bot.editor.actions import Editing
from bot.editor.events import Progress
from bot.editor.routes import EditorSite
from bot.fix import messages as fix_messages
from bot.fix import table as fix_table
from bot.fix.drawn_over import Markups
from bot.inspect import routes as inspect_routes
from bot.inspect.access import Inspection
from bot.inspect.routes import InspectSite
from bot.ledger import BudgetRule, default_prices
from bot.listeners import commands, mentions, reactions
from bot.listeners.buttons import handler_of
from bot.listeners.forms import FORMS
from bot.product import paint
from bot.reports import messages as reports_messages
from bot.reports import routes as report_routes
from bot.reports.actions import NoReport, Reports
from bot.reports.routes import ReportSite
from bot.reports.spans import read_span
from bot.settings import Settings
from bot.slack import outbox_table, people
from bot.slack.blocks import Message
from bot.slack.context import Context
from bot.slack.incoming import Click, Command, Form, Reaction
from bot.slack.outbox_table import Subject
from bot.slack.people import Directory
from bot.store import Database, PictureStore
from bot.summaries.actions import Reporter
from bot.web.links import Links
from bot.web.site import application
from sandbox.model import User
from sandbox.server import Server
from tests.bot.editor_world import box_mask, payload, png
from tests.bot.office import BEN, finish_draft, rows
from tests.sandbox.workplace import settings, web_client

DOCUMENT = Path(__file__).parents[2] / "docs" / "security.md"
CHANNEL = Channel(id="C0SNEAKERS", name="sneakers")
GRID = "1700000000.000100"
ROLES = {
    "member": "U0MAY",
    "author": "U0BEN",
    "approver": "U0APP",
    "admin": "U0ADA",
    "guest": "U0GUEST",
    "stranger": "U0EVE",
    "deactivated": "U0OTIS",
    "outside the channel": "U0OUT",
}
YES, NO = "yes", "–"


@dataclass(frozen=True, kw_only=True)
class World:
    """A bot without an engine, a workspace, and a finished grid of the author's."""

    database: Database
    services: Services
    context: Context
    browser: TestClient
    access: Access
    reports: Reports
    brief: str
    members: list[str]

    async def join(self, user: str) -> None:
        self.members.append(user)

    async def click(self, user: str, action: str, value: str) -> None:
        handler = handler_of(action)
        assert handler is not None
        asked = Click(
            action=action,
            value=value,
            channel=CHANNEL.id,
            user=user,
            ts=GRID,
            thread_ts=None,
            trigger_id=f"1.{user}",
        )
        await handler(asked, self.context)

    async def command(self, user: str, text: str) -> None:
        command = Command(text=text, channel=CHANNEL.id, user=user, trigger_id=f"2.{user}")
        await commands.answer(command, self.context)

    async def react(self, user: str, emoji: str, *, gone: bool = False) -> None:
        subject = (await rows(self.database, "SELECT * FROM messages WHERE ts = ?", GRID))[0]
        asked = Reaction(
            emoji=emoji, channel=CHANNEL.id, user=user, ts=GRID, event_id=f"3.{user}{gone}", subject=subject
        )
        table = reactions.REMOVED if gone else reactions.ADDED
        await table.get(emoji, table[reactions.ANY])(asked, self.context)

    async def mention(self, user: str, text: str) -> None:
        event = {
            "type": "message",
            "text": f"<@U0DRAFTROOM> {text}",
            "channel": CHANNEL.id,
            "user": user,
            "ts": "1700000000.000900",
            "thread_ts": GRID,
        }
        await mentions._answer(event, self.context)

    async def form(self, user: str, name: str, fields: dict, *remembered: str) -> None:
        asked = Form(
            channel=CHANNEL.id, remembered=remembered, user=user, event_id=f"view:{user}", fields=fields
        )
        await FORMS[name][0](asked, self.context)

    async def page(self, path: str, *masks: bytes, **payload) -> None:
        """As the editor's page asks, or the page of costs."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        if payload:
            form = aiohttp.FormData()
            form.add_field("request", json.dumps(payload), content_type="application/json")
            for number, mask in enumerate(masks):
                form.add_field(f"mask{number}", mask, filename=f"mask{number}.png", content_type="image/png")
            answer = await self.browser.post(path, data=form, headers=headers)
        else:
            answer = await self.browser.get(path, headers=headers)
        if answer.status in (403, 422):
            raise UserError(await answer.text())
        assert answer.status == 200, await answer.text()

    async def editor_link(self, user: str) -> str:
        (version,) = await rows(self.database, "SELECT id FROM versions WHERE brief = ?", self.brief)
        return await self.access.link(person=user, version=version["id"], brief=self.brief)

    async def running(self) -> str:
        brief = await draft_actions.open_brief(
            self.services, BriefRequest(prompt="a cup"), person=BEN, channel=CHANNEL, source_key="running"
        )
        return brief.id

    async def costs_link(self, user: str) -> str:
        day = clock.now().date()
        return await self.reports.link(person=user, channel=CHANNEL.id, span=read_span(f"{day}..{day}"))

    async def everything(self) -> str:
        """All rows but those that only note that something was heard."""
        names = await rows(self.database, "SELECT name FROM sqlite_master WHERE type = 'table'")
        quiet = {"seen_events", "channels", "reaction_order"}
        kept = [row["name"] for row in names if row["name"] not in quiet]
        return repr([await rows(self.database, f"SELECT * FROM {name}") for name in sorted(kept)])


async def _approved(world: World) -> None:
    person = replace(BEN, id=ROLES["approver"])
    await approve_actions.approve(
        world.services, brief_id=world.brief, number=1, person=person, event_id="approved"
    )


async def withdraw(world: World, user: str) -> None:
    await _approved(world)
    before = await world.everything()
    await world.react(user, "one", gone=True)
    if await world.everything() == before:
        raise UserError("nothing came of it")


async def stop(world: World, user: str) -> None:
    await world.click(user, "draft_stop", await world.running())


async def settings_form(world: World, user: str) -> None:
    view = channel_messages.settings_modal(CHANNEL.id, Policy(), [])
    fields = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            fields[block["block_id"]] = {
                "value": element.get("initial_value"),
                "selected_option": element.get("initial_option"),
                "selected_options": element.get("initial_options"),
            }
    await world.form(user, channel_messages.CALLBACK, fields)


async def granting(world: World, user: str) -> None:
    asked = AskForMore(amount="5", reason="")
    await ask_for_more(world.services, asked, channel=CHANNEL, person=BEN, event_id="plea")
    await world.click(user, budget_messages.GRANT, "1")


async def markup(world: World, user: str, action: str) -> None:
    (version,) = await rows(world.database, "SELECT * FROM versions WHERE brief = ?", world.brief)
    mark = fix_table.Markup(
        id="m1",
        brief=world.brief,
        version=version["id"],
        mask=version["picture"],
        person="U0BEN",
        instruction="a hat",
        state="waiting",
    )

    def prepare(tx):
        fix_table.add_markup(tx, mark, event_id="m", at=clock.now())
        outbox_table.queue_post(
            tx,
            key=f"markup:{mark.id}",
            channel=CHANNEL.id,
            message=Message(text="understood", blocks=[]),
            subject=Subject(role="notice"),
            at=clock.now(),
        )

    await world.database.write(prepare)
    await world.click(user, action, "m1")


async def costs_file(world: World, user: str) -> None:
    day = clock.now().date()
    await world.click(user, reports_messages.CSV_ACTION, f"{day}..{day}")


async def edit_button(world: World, user: str) -> None:
    (version,) = await rows(world.database, "SELECT id FROM versions WHERE brief = ?", world.brief)
    await world.click(user, "edit_picture", str(version["id"]))


async def editor_page(world: World, user: str) -> None:
    await world.page(f"{await world.editor_link(user)}/state")


async def editor_fix(world: World, user: str) -> None:
    (version,) = await rows(world.database, "SELECT id FROM versions WHERE brief = ?", world.brief)
    await world.page(f"{await world.editor_link(user)}/fixes", png(box_mask()), **payload(version["id"]))
    (job,) = await rows(world.database, "SELECT person, state FROM jobs WHERE tier = 'fix'")
    assert job == {"person": user, "state": "queued"}


async def editor_adjustment(world: World, user: str) -> None:
    (version,) = await rows(world.database, "SELECT id FROM versions WHERE brief = ?", world.brief)
    await world.page(
        f"{await world.editor_link(user)}/adjustments",
        key="k1234567",
        version=version["id"],
        values={"exposure": 1},
    )


async def costs_page(world: World, user: str) -> None:
    await world.page(await world.costs_link(user))


async def inspect_page(world: World, user: str) -> None:
    await world.page(await world.context.the(Inspection).link(user))


#: What is tried, by the table's words.
ACTIONS: dict[str, Callable[[World, str], Awaitable[None]]] = {
    "draft": lambda world, user: world.command(user, "a golden bowl"),
    "draft from another one's picture": lambda world, user: world.click(
        user, "vary_cell_subtle_1", f"{world.brief}/1/subtle"
    ),
    "draw again": lambda world, user: world.click(user, "draft_again", world.brief),
    "approve, where approvers are listed": lambda world, user: world.click(
        user, "approve_cell_1", world.brief
    ),
    "take back an approval of one's own": withdraw,
    "fix by words": lambda world, user: world.mention(user, "fix left: make it blue"),
    "stop a draft": stop,
    "remove a grid": lambda world, user: world.click(user, "draft_remove", world.brief),
    "confirm a mark-up": lambda world, user: markup(world, user, fix_messages.CONFIRM_ACTION),
    "drop a mark-up": lambda world, user: markup(world, user, fix_messages.DROP_ACTION),
    "settings": settings_form,
    "brand kit": lambda world, user: world.form(
        user, brand_messages.FORM, {"palette": {"value": "red #ff0000"}, "always": {"value": "calm"}}
    ),
    "summaries on and off": lambda world, user: world.command(user, "summary daily off"),
    "hour of summaries": lambda world, user: world.command(user, "summary at 9"),
    "budget": lambda world, user: world.command(user, "budget set 50 monthly"),
    "caps": lambda world, user: world.command(user, "budget pro 5 daily"),
    "soft limit, roll-over": lambda world, user: world.command(user, "budget soft"),
    "client code and margin": lambda world, user: world.command(user, "margin 20%"),
    "ask for more money": lambda world, user: world.command(user, "budget more 5"),
    "grant it": granting,
    "costs": lambda world, user: world.command(user, "costs"),
    "costs as a file": costs_file,
    "page of costs, by one's own link": costs_page,
    "“Edit picture”": edit_button,
    "editor, by one's own link": editor_page,
    "fix in the editor, by one's own link": editor_fix,
    "adjust in the editor, by one's own link": editor_adjustment,
    "link to the page that is asked about pictures": lambda world, user: world.command(user, "inspect"),
    "that page, by one's own link": inspect_page,
    "make one's own links void": lambda world, user: world.command(user, "signout"),
    "make another one's links void": lambda world, user: world.command(user, "signout @ben"),
}


@asynccontextmanager
async def world_of(folder: Path):
    """Everything but an engine."""
    async with Server(settings(strangers=True)) as server:
        state = server.workspace.state
        for user in ("U0MAY", "U0APP", "U0OUT"):
            state.users[user] = User(
                id=user, name=user, real_name=user, tz="Europe/London", team_id="T0PRACTICE"
            )
        inside = set(ROLES.values()) - {ROLES["outside the channel"]}
        state.channels[CHANNEL.id].members = [*sorted(inside), state.team.bot_user]
        client = web_client(server)
        database = Database(folder / "draftroom.sqlite3")
        services = Services(
            database=database,
            picture_store=PictureStore(folder / "pictures"),
            settings=Settings(data_dir=folder, approval_grace_s=60, draft_size_px=64, pro_size_px=128),
            prices=default_prices("USD"),
            rule=BudgetRule(amount_micro=20_000_000, period="monthly", currency="USD"),
        )
        directory = Directory(client, team="T0PRACTICE")
        links = Links(b"k" * 32)
        access, editing = Access(links=links, database=database), Editing(services=services)
        store = services.picture_store
        reports = Reports(services=services, directory=directory, picture_store=store, links=links)
        reporter = Reporter(
            database=database, picture_store=store, rule=services.rule, prices=services.prices
        )
        inspection = Inspection(
            database=database, picture_store=store, directory=directory, links=links, is_open=False
        )
        context = Context(
            services=services,
            directory=directory,
            client=client,
            bot_token=server.settings.bot_token,
            bot_user=state.team.bot_user,
            made={
                Reports: reports,
                Reporter: reporter,
                Inspection: inspection,
                Editor: Editor(access=access, editing=editing, base_url="http://127.0.0.1:1"),
                Stoppers: Stoppers({}),
                Markups: Markups(services=services),
                TakenEmoji: TakenEmoji(),
            },
        )
        site = EditorSite(
            editing=editing,
            access=access,
            directory=directory,
            progress=Progress(),
            painter=paint,
        )
        routes = [
            *editor_routes.routes(lambda token: site),
            *report_routes.routes(lambda token: ReportSite(reports=reports)),
            *inspect_routes.routes(lambda token: InspectSite(inspection=inspection)),
        ]
        brief = await draft_actions.open_brief(
            services, BriefRequest(prompt="a red cup", cells=1), person=BEN, channel=CHANNEL, source_key="1"
        )
        await finish_draft(SimpleNamespace(services=services, database=database), brief, cells=1)
        listed = Policy(approval=ApprovalRule(who="people", people=(ROLES["approver"],)))

        def prepare(tx):
            at = clock.now()
            ensure_channel(services, tx, CHANNEL, BEN, at)
            channel_table.set_policy(tx, listed, channel=CHANNEL.id, person="U0ADA", at=at)
            tx.execute("INSERT INTO messages VALUES (?, ?, 'grid', ?, NULL)", [CHANNEL.id, GRID, brief.id])

        await database.write(prepare)
        async with TestClient(TestServer(application(routes))) as browser:
            yield World(
                database=database,
                services=services,
                context=context,
                browser=browser,
                access=access,
                reports=reports,
                brief=brief.id,
                members=state.channels[CHANNEL.id].members,
            )
        database.close()


async def outcome(folder: Path, action: str, role: str) -> str:
    """What that person gets."""
    async with world_of(folder) as world:
        before = await world.everything()
        try:
            await ACTIONS[action](world, ROLES[role])
        except (UserError, NoReport):
            assert action in WAITS or await world.everything() == before, "refused, but something was done"
            return NO
        return YES


#: What these prepare changes something before they are tried.
WAITS = {
    "take back an approval of one's own",
    "stop a draft",
    "grant it",
    "confirm a mark-up",
    "drop a mark-up",
}


def documented() -> dict[tuple[str, str], str]:
    """The cells of the table in the document."""
    lines = DOCUMENT.read_text().splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("| what |"))
    heads = [cell.strip() for cell in lines[begin].strip("|").split("|")][1:]
    found = {}
    for line in lines[begin + 2 :]:
        if not line.startswith("|"):
            break
        action, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        found |= {(action, role): cell for role, cell in zip(heads, cells, strict=True)}
    return found


def test_the_table_in_the_document_has_every_action_and_role():
    assert set(documented()) == {(action, role) for action in ACTIONS for role in ROLES}


@pytest.fixture(autouse=True)
def clean(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith(("SLACK_", "DRAFTROOM_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", ACTIONS)
async def test_everybody_gets_what_the_table_says(tmp_path, action, role):
    assert await outcome(tmp_path, action, role) == documented()[action, role]


@pytest.mark.parametrize("named", ["@ben", "<@U0BEN>", "U0BEN12", "<@U0BEN|ben>", "Ben"])
async def test_an_admin_makes_the_links_of_somebody_void(tmp_path, named):
    async with world_of(tmp_path) as world:
        editor, costs = await world.editor_link("U0BEN"), await world.costs_link("U0BEN")
        await world.page(f"{editor}/state")
        if named == "U0BEN12":
            with pytest.raises(UserError):
                await world.command("U0ADA", f"signout {named}")
            return
        await world.command("U0ADA", f"signout {named}")
        for path in (f"{editor}/state", costs):
            with pytest.raises(UserError):
                await world.page(path)
        await world.page(f"{await world.editor_link('U0BEN')}/state")


async def test_who_comes_to_a_channel_is_in_it_at_once(tmp_path):
    async with world_of(tmp_path) as world:
        people.NEWCOMER_S, kept = 0, people.NEWCOMER_S
        try:
            with pytest.raises(UserError, match="Only members of this channel"):
                await world.command("U0OUT", "a golden bowl")
            await world.join("U0OUT")
            await world.command("U0OUT", "a golden bowl")
        finally:
            people.NEWCOMER_S = kept


async def test_who_left_the_channel_opens_no_costs_by_an_old_link(tmp_path):
    async with world_of(tmp_path) as world:
        with pytest.raises(UserError, match="no member of its channel any more"):
            await world.page(await world.costs_link("U0OUT"))


def test_no_listener_takes_anybody_without_asking_whether_they_are_in_the_channel():
    root = Path(__file__).parents[2] / "bot"
    # Its page is for the whole company, and asks for itself whose words it may show.
    for path in {*root.glob("*/slack.py"), *root.glob("listeners/*.py")} - {root / "inspect/slack.py"}:
        assert "directory.actor(" not in path.read_text(), path


async def _print() -> None:
    print("| what |", " | ".join(ROLES), "|")
    print("| --- |" + " --- |" * len(ROLES))
    for action in ACTIONS:
        cells = []
        for role in ROLES:
            with tempfile.TemporaryDirectory() as folder:
                cells.append(await outcome(Path(folder), action, role))
        print("|", action, "|", " | ".join(cells), "|")


if __name__ == "__main__":
    asyncio.run(_print())


@pytest.mark.parametrize("action", [reports_messages.CSV_ACTION, batch_messages.ZIP])
async def test_a_click_that_is_dealt_with_twice_shares_its_file_once(tmp_path, monkeypatch, action):
    monkeypatch.setattr(batch_slack, "rows_of", lambda tx, brief: [])
    monkeypatch.setattr(batch_slack, "max", lambda *sizes: 64, raising=False)
    monkeypatch.setattr(batch_slack, "zipped", lambda *of: (b"a zip file", []))
    shared = []

    async def complete(*, files, **place):
        shared.append(files[0]["title"])

    async with world_of(tmp_path) as world:
        monkeypatch.setattr(world.context.client, "files_completeUploadExternal", complete)
        day = clock.now().date()
        value = f"{day}..{day}" if action == reports_messages.CSV_ACTION else world.brief
        # Killed after Slack had the file, before the event was taken out of the inbox.
        for _ in range(2):
            await world.click("U0BEN", action, value)
    assert len(shared) == 1
