"""The finance page over real HTTP: the same figures as everywhere, for whoever holds a link that holds."""

import asyncio
import io
import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image
from playwright.async_api import async_playwright
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock
from bot.briefs.model import BriefRequest, Channel, UserError
from bot.draft import actions as draft_actions
from bot.ledger import format_money
from bot.reports import messages as reports_messages
from bot.reports.actions import PURPOSE, Reports
from bot.reports.command import Client, Margin, ShowCosts, parse_report_command
from bot.reports.routes import ReportSite, routes
from bot.reports.spans import Span
from bot.slack.people import Directory
from bot.web.links import Links
from bot.web.site import application
from bot.web.table import sign_out
from tests.bot.editor_world import KEY, _members, _users_info
from tests.bot.office import ADA, BEN, CHANNEL, finish_draft, rows
from tests.browser.conftest import FLAGS, _chromium

OTHER = Channel(id="C0OTHER", name="other")


@asynccontextmanager
async def site(office):
    """The pages of costs over services with one finished grid."""
    slack = web.Application()
    slack.router.add_route("*", "/api/users.info", _users_info)
    slack.router.add_route("*", "/api/conversations.members", _members)
    async with TestServer(slack) as slack_server:
        client = AsyncWebClient(token="xoxb-test", base_url=str(slack_server.make_url("/api/")))
        reports = Reports(
            services=office.services,
            directory=Directory(client),
            picture_store=office.services.picture_store,
            links=Links(KEY),
        )
        async with TestClient(
            TestServer(application(routes(lambda token: ReportSite(reports=reports))))
        ) as browser:
            await draft(office, "a <b>red</b> apple & pear")
            yield SimpleNamespace(reports=reports, browser=browser, span=around_today())


async def draft(office, prompt, channel=CHANNEL):
    brief = await draft_actions.open_brief(
        office.services,
        BriefRequest(prompt=prompt),
        person=ADA,
        channel=channel,
        source_key=f"command:{prompt}",
    )
    await finish_draft(office, brief)
    return brief


def around_today():
    """Days that hold this moment in every zone."""
    day = datetime.now(UTC).date()
    return Span(first=day - timedelta(days=1), last=day + timedelta(days=1))


async def get(found, path):
    async with found.browser.get(path) as answer:
        return SimpleNamespace(status=answer.status, body=await answer.read(), headers=answer.headers)


async def test_the_page_tells_what_the_ledger_holds_and_escapes_what_people_typed(office):
    async with site(office) as found:
        link = await found.reports.link(person="U0ADA", channel=CHANNEL.id, span=found.span)
        answer = await get(found, link)
        assert answer.status == 200
        page = answer.body.decode()
        (spent,) = await rows(
            office.database, "SELECT sum(amount_micro) AS s FROM ledger WHERE kind = 'settle'"
        )
        assert page.count(format_money(spent["s"], "USD", exact=True)) >= 4
        assert "a &lt;b&gt;red&lt;/b&gt; apple &amp; pear" in page
        assert "<b>" not in page
        assert "Ada Okafor" in page
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "style=" not in page
        assert "<script" not in page
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


async def test_the_page_gives_the_file_the_thumbnails_and_its_style(office):
    async with site(office) as found:
        link = await found.reports.link(person="U0ADA", channel=CHANNEL.id, span=found.span)
        page = (await get(found, link)).body.decode()
        file = await get(found, re.search(r'href="([^"]+\.csv)"', page)[1])
        assert file.status == 200
        assert file.body.startswith(b"\xef\xbb\xbf")
        assert "0.000400" in file.body.decode()
        assert re.fullmatch(
            r'attachment; filename="costs-spring-sneakers-[0-9-]+\.csv"', file.headers["Content-Disposition"]
        )
        thumbnail = await get(found, re.search(r'src="([^"]+/thumbnails/[^"]+)"', page)[1])
        assert Image.open(io.BytesIO(thumbnail.body)).format == "WEBP"
        loaded = set(re.findall(r'"(/[^"]+/([a-z]+)\.(css|svg))"', page))
        assert {name for _, name, _ in loaded} == {"base", "report", "icon"}
        for path, _, ending in loaded:
            file = await get(found, path)
            kind = {"css": "text/css", "svg": "image/svg+xml"}[ending]
            assert (file.status, file.headers["Content-Type"]) == (200, f"{kind}; charset=utf-8")


async def test_a_link_shows_no_pictures_of_another_channel(office):
    async with site(office) as found:
        other = await draft(office, "a secret", OTHER)
        (version,) = await rows(
            office.database, "SELECT picture FROM versions WHERE brief = ? LIMIT 1", other.id
        )
        await office.database.write(
            lambda tx: tx.execute("DELETE FROM versions WHERE brief <> ?", [other.id])
        )
        link = await found.reports.link(person="U0ADA", channel=CHANNEL.id, span=found.span)
        assert (await get(found, f"{link}/thumbnails/{version['picture']}")).status == 404
        assert "a secret" not in (await get(found, link)).body.decode()


async def test_a_link_that_does_not_hold_says_how_to_get_another(office):
    async with site(office) as found:
        link = await found.reports.link(person="U0ADA", channel=CHANNEL.id, span=found.span)
        subject = f"{CHANNEL.id}:{found.span}:0"
        expired = Links(KEY).make(PURPOSE, person="U0ADA", subject=subject, life_s=0)
        editors = Links(KEY).make("editor", person="U0ADA", subject=subject, life_s=60)
        foreign = Links(b"x" * 32).make(PURPOSE, person="U0ADA", subject=subject, life_s=60)
        for path in (link[:-1], link + "A", f"/costs/{expired}", f"/costs/{editors}", f"/costs/{foreign}"):
            for tail in ("", "/costs.csv", "/thumbnails/" + "0" * 64):
                answer = await get(found, path + tail)
                assert answer.status == 403
                assert "/draft costs" in answer.body.decode()
                assert "apple" not in answer.body.decode()
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_signing_out_ends_the_links_to_costs_too(office):
    async with site(office) as found:
        link = await found.reports.link(person="U0ADA", channel=CHANNEL.id, span=found.span)
        await office.database.write(lambda tx: sign_out(tx, "U0ADA", clock.now()))
        assert (await get(found, link)).status == 403
        again = await found.reports.link(person="U0ADA", channel=CHANNEL.id, span=found.span)
        assert (await get(found, again)).status == 200


async def test_only_those_who_set_budgets_set_clients_and_margins(office):
    async with site(office) as found:
        for payload in ({"client": "ACME"}, {"margin": "20%"}):
            with pytest.raises(UserError, match="Only workspace admins"):
                await found.reports.set_terms(channel=CHANNEL, person=BEN, **payload)
        with pytest.raises(UserError):
            await found.reports.set_terms(channel=CHANNEL, person=ADA, client="=1+1")
        assert await rows(office.database, "SELECT * FROM channel_terms") == []
        await found.reports.set_terms(channel=CHANNEL, person=ADA, client="ACME-26")
        terms = await found.reports.set_terms(channel=CHANNEL, person=ADA, margin="12.5%")
        assert (terms.client, terms.margin_bp) == ("ACME-26", 1_250)
        link = await found.reports.link(person="U0ADA", channel=CHANNEL.id, span=found.span)
        page = (await get(found, link)).body.decode()
        assert "ACME-26" in page
        assert "$0.00045" in page, "400 and an eighth of it"


async def test_the_message_tells_the_same_total_in_every_grouping(office):
    async with site(office) as found:
        report = await found.reports.report(CHANNEL.id, found.span)
        for grouping in ("tier", "person", "brief", "client", "day"):
            message = reports_messages.costs(report, grouping, "https://example.org/costs/x")
            assert message.text.startswith("$0.0004 spent in <#C0SNEAKERS>")
            assert message.text.count("$0.0004") >= 2
        assert "&lt;b&gt;" in reports_messages.costs(report, "brief", "https://example.org/x").text


def test_commands_are_told_from_prompts():
    assert parse_report_command("costs") == ShowCosts(period="", grouping="tier")
    assert parse_report_command("costs by day") == ShowCosts(period="", grouping="day")
    assert parse_report_command("Costs last month BY people") == ShowCosts(
        period="last month", grouping="person"
    )
    assert parse_report_command("client ACME") == Client(code="ACME")
    assert parse_report_command("client ACME 26") == Client(code="ACME 26")
    assert parse_report_command("margin") == Margin(text=None)
    assert parse_report_command("margin 20 %") == Margin(text="20 %")
    assert parse_report_command("client meeting in a bright office") is None
    assert parse_report_command("a red apple by day") is None
    with pytest.raises(UserError, match="not by “colour”"):
        parse_report_command("costs month by colour")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("width", "scheme"), [(1_200, "light"), (390, "light"), (1_200, "dark"), (390, "dark")]
)
async def test_the_page_fits_its_screen_and_keeps_its_own_policy(office, width, scheme):
    async with site(office) as found, async_playwright() as playwright:
        await found.reports.set_terms(channel=CHANNEL, person=ADA, margin="20%")
        chromium = await playwright.chromium.launch(executable_path=_chromium(), args=list(FLAGS))
        page = await chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        complaints = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        link = await found.reports.link(person="U0ADA", channel=CHANNEL.id, span=found.span)
        await page.goto(str(found.browser.make_url(link)))
        # Asked from outside: the page's own policy forbids a wait that is evaluated in it.
        seen = "[...document.images].every(one => one.complete && one.naturalWidth > 0)"
        while not await page.evaluate(seen):
            await asyncio.sleep(0.05)
        assert await page.evaluate("document.documentElement.scrollWidth") == width
        shell = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", shell)[:3])) < 150) == (scheme == "dark")
        bars = await page.locator("svg rect").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().height)"
        )
        assert len(bars) == 1
        assert bars[0] > 100, "the only bar is as high as the chart"
        await chromium.close()
        assert complaints == []
