"""What is said beforehand on every path that spends, against what the ledger says afterwards: within twice.

The engine answers at once, and says of each request the seconds that the price table expects of it, so that what differs
is what was asked of it. What the table expects is held against a measured engine in `test_estimates.py`.
"""

import ast
import asyncio
import base64
import html
import io
import json
import re
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web
from PIL import Image, ImageDraw

from bot.approve import actions as approve_actions
from bot.approve import straight_to_pro
from bot.batch import actions as batch_actions
from bot.batch.spread import parse_stress
from bot.briefs import table as briefs_table
from bot.briefs.model import BriefRequest, Named, Reference, Tier, Use
from bot.deliver import actions as deliver_actions
from bot.deliver.request import Deliver
from bot.draft import actions as draft_actions
from bot.draft import again as draft_again
from bot.draft import vary, warnings
from bot.draft.take_in import take_in
from bot.draft.tweaks import TweakRequest
from bot.editor.actions import Editing
from bot.editor.request import PaintedFix
from bot.fix import actions as fix_actions
from bot.fix import each
from bot.fix.drawn_over import Markups
from bot.fix.request import FixRequest
from bot.images_api.client import EngineClient
from bot.ledger import about
from bot.ledger.prices import default_prices
from bot.marking import refused
from bot.pictures.box import Box
from bot.product import actions as product_actions
from bot.start.jobs import renderer_of
from bot.worker import failures
from bot.worker.runner import Runner
from tests.bot.images_server import EDITS, GENERATIONS, serving
from tests.bot.office import ADA, BEN, CHANNEL, rows

BOT = Path(__file__).parents[2] / "bot"
RESERVE = "bot.budget.holds.reserve"
#: Files that hear people and pass on what they want, and what orders again in its own step what waited for money.
HEARD = re.compile(r"\.(slack|form)\.|^bot\.(listeners|start)\.|\.run_refused$|\._\w+$")
LEFT = FixRequest(
    region=Box(left=0, top=0, right=0.5, bottom=1), region_text="left", instruction="a hat", cell=1
)


def png(size=(256, 256), colour="teal"):
    out = io.BytesIO()
    picture = Image.new("RGB", size, colour)
    ImageDraw.Draw(picture).ellipse((size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2), fill="white")
    picture.save(out, "PNG")
    return out.getvalue()


def mask(box, size=(256, 256)):
    out, found = io.BytesIO(), Image.new("L", size)
    found.paste(255, box)
    found.save(out, "PNG")
    return out.getvalue()


class Desk:
    """The services, an engine at work for them, and what people do one after the other."""

    def __init__(self, office, url):
        self.services, self.database, self.url = office.services, office.database, url
        self._count = 0

    def who(self, person=ADA):
        """What each order is told beside what it is about."""
        self._count += 1
        return {"person": person, "channel": CHANNEL, "event_id": f"event:{self._count}"}

    async def done(self):
        """Let the engine do everything that waits."""
        async with EngineClient(self.url) as engine:
            runner = Runner(
                database=self.database,
                render=renderer_of(self.services, engine, preview=_unseen).render,
                give_up=partial(failures.give_up, self.services),
                trouble=_unseen,
                blocked=partial(refused.remember, self.services),
                places=dict.fromkeys(Tier, 2),
                lease_s=30,
                patience_s=1,
            )
            work = asyncio.create_task(runner.run())
            async with asyncio.timeout(60):
                while await rows(
                    self.database, "SELECT 1 FROM jobs WHERE state NOT IN ('done', 'failed', 'cancelled')"
                ):
                    await asyncio.sleep(0.02)
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
        assert await rows(self.database, "SELECT 1 FROM jobs WHERE state != 'done'") == []

    async def spent(self):
        """What was settled so far, in micro-units."""
        (row,) = await rows(
            self.database,
            "SELECT COALESCE(SUM(amount_micro), 0) AS total FROM ledger_entries WHERE kind = 'settle'",
        )
        return row["total"]

    async def held(self):
        """What every reservation so far was estimated at, in micro-units."""
        (row,) = await rows(
            self.database,
            "SELECT COALESCE(SUM(amount_micro), 0) AS total FROM ledger_entries WHERE kind = 'reserve'",
        )
        return row["total"] / float(self.services.prices.hold_factor)

    async def said(self):
        """Every message so far."""
        found = await rows(self.database, "SELECT payload FROM effects ORDER BY rowid")
        return [json.dumps(json.loads(row["payload"]), ensure_ascii=False) for row in found]

    async def drafted(self, **values):
        """A finished grid."""
        brief = await draft_actions.open_brief(
            self.services,
            BriefRequest(**{"prompt": "a sunflower", "seed": 7, **values}),
            person=ADA,
            channel=CHANNEL,
            source_key=self.who()["event_id"],
        )
        await self.done()
        return brief

    async def shown(self, size=(512, 512)):
        """A picture that somebody took in: its version."""
        return await take_in(
            self.services,
            self.services.picture_store.keep(png(size)),
            name="photo.png",
            words="",
            person=ADA,
            channel=CHANNEL,
            source_key=self.who()["event_id"],
        )

    async def cell(self, brief, number=1):
        """A picture of a grid: its version."""
        return await self.database.read(lambda tx: briefs_table.cells(tx, brief.id)[number - 1])


async def _unseen(*what):
    """Nobody looks."""


async def drafts(desk):
    for values in ({"cells": 9}, {"aspect": (16, 10)}, {"aspect": (8, 3), "cells": 1}):
        await desk.drafted(**values)


async def drafts_like_a_picture(desk):
    kept = desk.services.picture_store.keep(png())
    await desk.shown((256, 256))
    await desk.drafted(reference=Reference(sha256=kept.sha256, name="photo", strength_percent=60))


async def drafts_again(desk):
    brief = await desk.drafted()
    await draft_again.again(desk.services, brief.id, **desk.who())
    request = TweakRequest(parts=("without the leaves",))
    await draft_again.tweak(desk.services, request, brief.id, **desk.who())


async def variations(desk):
    brief = await desk.drafted(cells=2, aspect=(8, 3))
    await vary.vary_cell(desk.services, brief.id, 2, Use.SUBTLE, **desk.who())
    picture = await desk.shown((1600, 1200))
    await vary.vary_version(desk.services, picture.id, Use.STRONG, **desk.who())


async def pro_renders(desk):
    brief = await desk.drafted()
    for number in (1, 2):
        await approve_actions.approve(
            desk.services, brief_id=brief.id, number=number, person=BEN, event_id=f"pro:{number}"
        )
    large = await desk.shown((1600, 1200))
    await approve_actions.approve(
        desk.services, brief_id=large.brief, number=1, person=BEN, event_id="pro:large"
    )


async def straight_to_a_pro_render(desk):
    brief = await desk.drafted()
    micro = warnings.straight_micro(brief, desk.services.prices, desk.services.settings)
    spent = await desk.spent()

    async def nobody(person):
        return ADA

    await straight_to_pro.go(desk.services, brief.id, person=ADA, channel=CHANNEL)
    await desk.done()
    await straight_to_pro.follow(desk.services, nobody)
    await desk.done()
    within_twice(micro, await desk.spent() - spent)


async def fixes_by_words(desk):
    picture = await desk.shown()
    for request in (LEFT, replace(LEFT, more=(replace(LEFT, instruction="a blue bird"),))):
        await fix_actions.request_fix(
            desk.services,
            request,
            brief_id=picture.brief,
            person=BEN,
            mask_upload=None,
            event_id=desk.who()["event_id"],
        )
        await desk.done()
    brief = await desk.drafted()
    await each.fix_each(desk.services, LEFT, brief=brief.id, person=BEN.id, mask_upload=None, event_id="each")


async def fixes_of_what_was_drawn_over(desk):
    picture, markups = await desk.shown(), Markups(services=desk.services)
    drawn = Image.open(io.BytesIO(png((512, 512))))
    ImageDraw.Draw(drawn).ellipse((60, 60, 200, 200), outline="red", width=8)
    out = io.BytesIO()
    drawn.save(out, "PNG")
    await markups.understand(
        out.getvalue(), brief=picture.brief, person=BEN.id, instruction="a hat", event_id="markup"
    )
    (markup,) = await rows(desk.database, "SELECT id FROM markups")
    spent = await desk.spent()
    await markups.confirm(markup["id"], person=BEN.id)
    await desk.done()
    (asked,) = [one for one in await desk.said() if "confirm_markup" in one]
    micro = desk.services.prices.estimate(Tier.FIX, 1, 512, 512)
    assert about(micro, "USD") in asked
    within_twice(micro, await desk.spent() - spent)


async def fixes_in_the_editor(desk):
    picture, editing = await desk.shown(), Editing(services=desk.services)
    left, right = mask((0, 0, 200, 512), (512, 512)), mask((300, 0, 512, 512), (512, 512))
    for number, (words, painted, candidates, sides) in enumerate(
        [
            (("a hat",), [left], 1, None),
            (("a hat", "a bird"), [left, right], 3, None),
            (("a hat", "make it blue"), [left, right], 2, None),
            (("the meadow goes on",), [], 2, {"left": 0, "right": 50, "top": 0, "bottom": 25}),
        ]
    ):
        cost = await editing.cost(
            picture.id,
            brief=picture.brief,
            candidates=candidates,
            parts=len(words),
            sides=sides,
            said=words,
        )
        request = PaintedFix(
            version=picture.id, candidates=candidates, instructions=words, extend=sides, key=f"{number}" * 8
        )
        spent = await desk.spent()
        await editing.fix(request, painted, brief=picture.brief, person=BEN.id)
        await desk.done()
        within_twice(cost.micro, await desk.spent() - spent)
    spent = await desk.spent()
    (waits,) = await rows(desk.database, "SELECT max(version) AS id FROM staged_versions")
    await editing.another(waits["id"], brief=picture.brief, person=BEN.id, key="another1")
    await desk.done()
    assert await desk.spent() > spent


async def deliveries_that_are_painted(desk):
    brief = await desk.drafted()
    sizes = ((1080, 1920), (1080, 1080), (1600, 900))
    names = tuple(Named(brief=brief.id, number=number) for number in (1, 2))
    request = Deliver(names=names, sizes=sizes, extend=True)
    await deliver_actions.hand_over(desk.services, request, **desk.who())
    assert len(await rows(desk.database, "SELECT 1 FROM jobs WHERE tier = 'fix'")) == 4


async def asked(desk):
    """Answer the newest question with yes; what it said, and what was spent for it."""
    (row,) = await rows(desk.database, "SELECT key FROM series ORDER BY id DESC LIMIT 1")
    key = row["key"]
    (effect,) = await rows(desk.database, "SELECT payload FROM effects WHERE key = ?", key)
    spent, held = await desk.spent(), await desk.held()
    await batch_actions.decide(desk.services, key, start=True, person=ADA)
    micro = await desk.held() - held
    assert about(round(micro), "USD") in json.dumps(json.loads(effect["payload"]), ensure_ascii=False)
    await desk.done()
    within_twice(micro, await desk.spent() - spent)


async def stress_tests(desk):
    await batch_actions.stress(desk.services, parse_stress("stress 9 a cup"), **desk.who())
    await asked(desk)


async def tables(desk):
    table = b"prompt,size\na cup,1:1\na cup,8:3\na cup,3:8\na cup,1600x1000\na cup,2560x960\n"
    await batch_actions.table(desk.services, table, name="t.csv", **desk.who())
    await asked(desk)


async def backgrounds(desk):
    for size, prompts in (((640, 480), ()), ((1600, 1200), ("on teal",) * 2), ((96, 64), ("on teal",) * 9)):
        await product_actions.cut(
            desk.services, png(size), name="vase.png", mask=None, prompts=prompts, **desk.who()
        )
        if len(prompts) > 4:
            await asked(desk)
    await product_actions.order(desk.services, ("on coral", "on oak"), **desk.who())


#: What people do, and the ways of the bot's that it goes.
PATHS = {
    drafts: {"draft.actions.open_brief"},
    drafts_like_a_picture: {"draft.actions.open_brief"},
    drafts_again: {"draft.again.again", "draft.again.tweak"},
    variations: {"draft.vary.vary_cell", "draft.vary.vary_version"},
    pro_renders: {"approve.actions.approve"},
    straight_to_a_pro_render: {"approve.straight_to_pro.go", "approve.straight_to_pro.follow"},
    fixes_by_words: {"fix.actions.request_fix", "fix.each.fix_each"},
    fixes_of_what_was_drawn_over: {"fix.drawn_over.Markups.confirm"},
    fixes_in_the_editor: {
        "editor.actions.Editing.fix",
        "editor.actions.Editing.another",
        "fix.staged.another",
    },
    deliveries_that_are_painted: {"deliver.actions.hand_over"},
    stress_tests: {"batch.actions.stress", "batch.actions.ask", "batch.actions.decide"},
    tables: {"batch.actions.table"},
    backgrounds: {"product.actions.cut", "product.actions.order"},
}


def within_twice(said, cost):
    assert cost > 0
    assert cost / 2 <= said <= cost * 2, (said, cost)


@pytest.fixture
async def desk(office):
    """The product's own sizes, where a second costs a hundred times as much, so that what is said is more than a cent."""
    price = 100 * office.services.settings.seconds_price
    settings = office.services.settings.model_copy(
        update={"draft_size_px": 256, "pro_size_px": 512, "seconds_price": price}
    )
    prices = default_prices(second_price=price, hold_factor=office.services.prices.hold_factor)
    office.services = replace(office.services, settings=settings, prices=prices)

    async def answer(request):
        form = await request.json() if request.content_type == "application/json" else await request.post()
        width, height = map(int, form["size"].split("x"))
        count, tier = int(form.get("n", 1)), form["tier"]
        used = prices.expected[tier].usage(count, width, height, masked="mask" in form)
        made = {"b64_json": base64.b64encode(png((width, height), "gold")).decode()}
        return web.json_response(
            {"created": 0, "data": [made] * count, "draftroom": {"seconds": used.seconds}}
        )

    async with serving({GENERATIONS: answer, EDITS: answer}) as url:
        yield Desk(office, url)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
async def test_what_is_said_is_within_twice_of_what_it_costs(desk, path):
    went = set()

    def note(frame, event, _):
        if event == "call" and frame.f_code.co_filename.startswith(str(BOT)):
            module = Path(frame.f_code.co_filename).relative_to(BOT).with_suffix("")
            went.add(".".join((*module.parts, frame.f_code.co_qualname)))

    sys.setprofile(note)
    try:
        await path(desk)
        await desk.done()
    finally:
        sys.setprofile(None)
    within_twice(await desk.held(), await desk.spent())
    messages, factor = html.unescape(" ".join(await desk.said())), float(desk.services.prices.hold_factor)
    found = await rows(
        desk.database,
        "SELECT jobs.brief, json_extract(request, '$.staged') AS staged,"
        " sum(amount_micro * (ledger_entries.kind = 'reserve')) / ? AS said,"
        " sum(amount_micro * (ledger_entries.kind = 'settle')) AS spent"
        " FROM jobs JOIN ledger_entries ON job = jobs.id GROUP BY jobs.id HAVING said > 0",
        factor,
    )
    for row in found:
        within_twice(row["said"], row["spent"])
        # The editor says it on its page, a series of all its portions.
        whole = sum(one["said"] for one in found if one["brief"] == row["brief"])
        assert row["staged"] or any(about(round(one), "USD") in messages for one in (row["said"], whole)), row
    assert PATHS[path] <= went


def spending():
    """Everything in the bot that awaits and leads to a reservation, but what only hears people."""
    uses, waits = {}, set()
    for path in BOT.rglob("*.py"):
        module = ".".join(path.relative_to(BOT.parent).with_suffix("").parts)
        tree = ast.parse(path.read_text("utf-8"))
        known = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for holder in [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]:
            inside = f"{module}.{holder.name}" if isinstance(holder, ast.ClassDef) else module
            for one in holder.body:
                if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                    name = f"{inside}.{one.name}"
                    uses[name] = {
                        found for node in ast.walk(one) for found in _named(node, known, module, inside)
                    }
                    waits |= {name} if isinstance(one, ast.AsyncFunctionDef) else set()
    found = {RESERVE}
    while more := {name for name, used in uses.items() if used & found} - found:
        found |= more
    return {name.removeprefix("bot.") for name in found & waits if not HEARD.search(name)}


def _named(node, known, module, inside):
    match node:
        case ast.Attribute(value=ast.Name(id="self"), attr=attr):
            yield f"{inside}.{attr}"
        case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in known:
            yield f"{known[name]}.{attr}"
        case ast.Name(id=name):
            yield known.get(name, f"{module}.{name}")


def test_no_way_to_spend_is_missing_here():
    assert spending() == set().union(*PATHS.values())
