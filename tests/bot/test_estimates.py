"""What is said beforehand that a picture costs, against what the starter model then takes: on every path, within twice.

The seconds were measured once with the engine and its starter model, each the best of six, and scaled to a draft's 0.7.
"""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from bot.approve import actions as approve_actions
from bot.batch import actions as batch_actions
from bot.batch.spread import parse_stress
from bot.briefs.model import BriefRequest
from bot.draft import actions as draft_actions
from bot.draft.take_in import take_in
from bot.fix import actions as fix_actions
from bot.fix.request import FixRequest
from bot.ledger import about
from bot.ledger.prices import default_prices
from bot.pictures.box import Box
from bot.product import actions as product_actions
from bot.worker import table as worker_table
from tests.bot.office import ADA, BEN, CHANNEL, rows

#: Device seconds of one picture: drafts and Pro renders by their size; what a mask bounds takes the same at any size.
DRAFTS = {(256, 256): 0.7, (256, 160): 0.54, (256, 96): 0.45, (96, 256): 0.45}
PROS = {(512, 512): 2.7, (512, 320): 2.1, (512, 192): 1.3}
BACKGROUND, FIX = 0.9, 1.6


def taken(task, pictures):
    """The seconds of a job."""
    size = (task.width, task.height)
    one = {"product": BACKGROUND, "fix": FIX}.get(task.kind) or (PROS if task.kind == "pro" else DRAFTS)[size]
    return one * pictures


@pytest.fixture
def starter(office):
    """The services at the sizes that the product comes with, and the starter model's prices."""
    settings = office.services.settings.model_copy(update={"draft_size_px": 256, "pro_size_px": 512})
    office.services = replace(office.services, settings=settings)
    return office


async def held(office):
    """The open reservations, as jobs with what is held for each."""

    def look(tx):
        found = tx.execute(
            "SELECT job, amount_micro FROM ledger_entries WHERE kind = 'reserve' AND job NOT IN"
            " (SELECT job FROM ledger_entries WHERE kind IN ('settle', 'void'))"
        ).fetchall()
        return [(worker_table.job(tx, row["job"]), row["amount_micro"]) for row in found]

    return await office.database.read(look)


async def within_twice(office, pictures):
    """Check each job's hold, and that a message says their sum; `pictures` is how many a job draws."""
    prices, jobs = office.services.prices, await held(office)
    assert jobs
    for job, amount in jobs:
        estimate = amount / float(prices.hold_factor)
        cost = taken(job.task, pictures(job.task)) * float(office.services.settings.seconds_price) * 1_000_000
        assert cost / 2 <= estimate <= cost * 2, (job.task, estimate, cost)
    return sum(amount for _, amount in jobs) / float(prices.hold_factor)


async def drafted(office, **values):
    return await draft_actions.open_brief(
        office.services,
        BriefRequest(prompt="a sunflower", **values),
        person=ADA,
        channel=CHANNEL,
        source_key="draft",
    )


@pytest.mark.parametrize("cells", [1, 4, 9])
@pytest.mark.parametrize("aspect", [(1, 1), (16, 10), (8, 3), (3, 8)])
async def test_drafts(starter, cells, aspect):
    await drafted(starter, cells=cells, aspect=aspect)
    await within_twice(starter, lambda task: cells)


async def shown(office, size):
    """A picture of the channel's, taken in."""
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "PNG")
    return await take_in(
        office.services,
        office.services.picture_store.keep(out.getvalue()),
        name="photo.png",
        words="",
        person=ADA,
        channel=CHANNEL,
        source_key=f"import:{size}",
    )


@pytest.mark.parametrize("size", [(256, 256), (256, 160), (256, 96)])
async def test_pro_renders(starter, size):
    version = await shown(starter, size)
    await approve_actions.approve(
        starter.services, brief_id=version.brief, number=1, person=BEN, event_id="pro"
    )
    await within_twice(starter, lambda task: 1)


@pytest.mark.parametrize("size", [(256, 256), (512, 512), (1600, 1200)])
async def test_fixes(starter, size):
    version = await shown(starter, size)
    request = FixRequest(
        region=Box(left=0, top=0, right=0.5, bottom=0.5),
        region_text="top-left",
        instruction="a hat",
        cell=1,
    )
    await fix_actions.request_fix(
        starter.services, request, brief_id=version.brief, person=BEN, event_id="fix", mask_upload=None
    )
    await within_twice(starter, lambda task: 1)


async def asked(office, key="series:1"):
    """What a question said, once it is answered with yes."""
    (effect,) = await rows(office.database, "SELECT payload FROM effects WHERE key = ?", key)
    await batch_actions.decide(office.services, key, start=True, person=ADA)
    return effect["payload"]


@pytest.fixture
def dear(starter):
    """The same where a second costs a hundred times as much, so that what is asked is more than a cent."""
    price = 100 * starter.services.settings.seconds_price
    settings = starter.services.settings.model_copy(update={"seconds_price": price})
    prices = default_prices(second_price=price, hold_factor=starter.services.prices.hold_factor)
    starter.services = replace(starter.services, settings=settings, prices=prices)
    return starter


async def test_stress_tests(dear):
    starter = dear
    await batch_actions.stress(
        starter.services, parse_stress("stress 9 a cup"), channel=CHANNEL, person=ADA, event_id="s"
    )
    question = await asked(starter)
    total = await within_twice(starter, lambda task: len(task.positions))
    assert json.dumps(about(round(total), "USD"))[1:-1] in question


async def test_tables_of_any_shape(dear):
    starter = dear
    table = b"prompt,size\na cup,1:1\na cup,8:3\na cup,3:8\na cup,1600x1000\na cup,2560x960\n"
    await batch_actions.table(
        starter.services, table, name="t.csv", channel=CHANNEL, person=ADA, event_id="t"
    )
    question = await asked(starter)
    total = await within_twice(starter, lambda task: len(task.positions))
    assert json.dumps(about(round(total), "USD"))[1:-1] in question


@pytest.mark.parametrize("size", [(96, 64), (640, 480), (1600, 1200), (2048, 2048)])
@pytest.mark.parametrize("count", [2, 12])
async def test_backgrounds_around_a_product_of_any_size(starter, size, count):
    picture = Image.new("RGB", size, "white")
    pattern = np.random.default_rng(4).integers(0, 200, (size[1] // 2, size[0] // 2, 3), dtype=np.uint8)
    picture.paste(Image.fromarray(pattern), (size[0] // 4, size[1] // 4))
    out = io.BytesIO()
    picture.save(out, "PNG")
    await product_actions.cut(
        starter.services,
        out.getvalue(),
        name="vase.png",
        mask=None,
        prompts=("on teal",) * count,
        channel=CHANNEL,
        person=ADA,
        event_id="p",
    )
    if count > 4:
        await asked(starter, "backgrounds:1")
    await within_twice(starter, lambda task: count)
