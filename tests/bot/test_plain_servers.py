"""Draftroom on a server of the plain Images API, which knows nothing of ours: all of it works, and what lacks is told."""

import base64
import io
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal

import numpy as np
from aiohttp import web
from PIL import Image

from bot.approve import actions as approve_actions
from bot.fix import actions as fix_actions
from bot.ledger import prices_from
from bot.texts import say
from tests.bot.images_server import EDITS, GENERATIONS, SOFTER_LEFT, fields_of, serving
from tests.bot.office import ADA, rows
from tests.bot.test_rendering import draft, ended, stored, working

USAGE = {"total_tokens": 1_100, "input_tokens": 100, "output_tokens": 1_000, "input_tokens_details": {}}


def answer(count, size, colour):
    """What the documentation shows: base64 pictures and usage, no seeds, no times."""
    out = io.BytesIO()
    width, height = (int(side) for side in size.split("x"))
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    picture = {"b64_json": base64.b64encode(out.getvalue()).decode()}
    return web.json_response({"created": 1_700_000_000, "data": [picture] * count, "usage": USAGE})


@asynccontextmanager
async def plain_server():
    """Ignores what it does not know, as many servers do."""
    asked = []

    async def generations(request):
        fields = await fields_of(request)
        asked.append(("generations", fields))
        return answer(fields["n"], fields["size"], "teal")

    async def edits(request):
        fields = await fields_of(request)
        asked.append(("edits", fields))
        return answer(1, fields["size"], "red")

    async def models(_request):
        return web.json_response({"object": "list", "data": [{"id": "somebody's", "object": "model"}]})

    async with serving({GENERATIONS: generations, EDITS: edits, "/v1/models": models}) as url:
        yield url, asked


async def test_the_loop_on_a_plain_server_is_priced_by_tokens_and_says_what_lacks(office):
    by_token = {"per_million_input_tokens": 5, "per_million_output_tokens": 40}
    table = {tier: {**by_token, "expected_output_tokens": 1_000} for tier in ("draft", "pro", "fix")}
    prices = prices_from(table, currency="USD", second_price=Decimal(1))
    office.services = replace(office.services, prices=prices)
    async with plain_server() as (url, asked), working(office, url):
        brief = await draft(office)
        await ended(office, 1)
        await approve_actions.approve(office.services, brief_id=brief.id, number=1, person=ADA, event_id="e1")
        await ended(office, 2)
        await fix_actions.request_fix(
            office.services, SOFTER_LEFT, brief_id=brief.id, person=ADA, mask_upload=None, event_id="m1"
        )
        jobs = await ended(office, 3)
    assert [job["state"] for job in jobs] == ["done"] * 3
    assert [name for name, _ in asked] == ["generations", "edits", "edits"]
    (shown,) = await rows(office.database, "SELECT payload FROM effects WHERE key LIKE '%:grid'")
    assert say("engine-seeds-unsaid")[:30] in shown["payload"]
    # The server painted everything red; outside of the mask the picture is the one before all the same.
    cell, _, pro, fixed = await rows(office.database, "SELECT * FROM versions ORDER BY id")
    assert cell["kind"] == "cell"
    before, after = (np.asarray(stored(office, one["picture"])) for one in (pro, fixed))
    assert not (before != after).any(-1)[:, before.shape[1] // 2 :].any()
    settled = await rows(office.database, "SELECT tier, amount_micro FROM ledger WHERE kind = 'settle'")
    # 100 × 5 + 1,000 × 40 micro-units for each answer.
    assert [entry["amount_micro"] for entry in settled] == [40_500, 40_500, 40_500]
