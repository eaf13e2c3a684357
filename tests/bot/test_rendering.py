"""Jobs run against a real engine with a tiny model: pictures, versions and money, also when things break."""

import asyncio
import re
import subprocess
import sys
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from PIL import ImageOps

from bot.approve import actions as approve_actions
from bot.briefs.model import BriefRequest, Tier, UserError
from bot.budget import holds
from bot.draft import actions as draft_actions
from bot.fix import actions as fix_actions
from bot.images_api.client import EngineClient
from bot.images_api.types import EngineTimeouts
from bot.marking import refused
from bot.pictures import masks, opening
from bot.start.jobs import renderer_of
from bot.store import pictures
from bot.worker import failures
from bot.worker.runner import Runner
from marks.reading import read_notes
from tests.bot.images_server import SOFTER_LEFT
from tests.bot.office import ADA, CHANNEL, rows


@pytest.fixture(scope="module")
def engine_url(tmp_path_factory):
    """A real engine process that serves a tiny, untrained model, which has a LoRA."""
    from tests.engine.tiny_loras import save_tiny_lora
    from tests.engine.tiny_models import save_tiny_sd3, write_profile

    folder = tmp_path_factory.mktemp("engine")
    profile = write_profile(folder / "tiny.toml", save_tiny_sd3(folder / "tiny"))
    comic = save_tiny_lora(folder / "comic.safetensors", folder / "tiny", seed=1)
    with profile.open("a", encoding="utf-8") as file:
        file.write(f'\n[[lora]]\nname = "comic"\nmodel = "{comic}"\nlicence = "Apache-2.0"\n')
    process = subprocess.Popen(
        [sys.executable, "-m", "engine", "--port", "0", "--profile", str(profile)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    yield re.search(r"http://\S+", process.stdout.readline()).group()
    process.terminate()
    process.wait(20)


@asynccontextmanager
async def working(office, engine_url, *, patience_s=30.0, client=None):
    """A runner at work for these services; `client` in place of a plain one of that address."""
    looks, troubles = [], []

    async def preview(brief, sheet):
        looks.append(sheet)

    async def trouble(job, sentence, seconds_left):
        troubles.append(sentence)

    timeouts = EngineTimeouts(connect_s=1.0)
    async with client or EngineClient(engine_url, timeouts=timeouts) as engine:
        runner = Runner(
            database=office.database,
            render=renderer_of(office.services, engine, preview=preview).render,
            give_up=partial(failures.give_up, office.services),
            trouble=trouble,
            blocked=partial(refused.remember, office.services),
            places={Tier.DRAFT: 2, Tier.FIX: 2, Tier.PRO: 1},
            lease_s=5,
            patience_s=patience_s,
        )
        task = asyncio.create_task(runner.run())
        try:
            yield looks, troubles
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def ended(office, count=1, timeout_s=60.0):
    """Wait until so many jobs have ended; their rows."""
    async with asyncio.timeout(timeout_s):
        while True:
            jobs = await rows(
                office.database,
                "SELECT * FROM jobs WHERE state IN ('done', 'failed', 'cancelled') ORDER BY finished_at",
            )
            if len(jobs) >= count:
                return jobs
            await asyncio.sleep(0.05)


async def draft(office, **options):
    return await draft_actions.open_brief(
        office.services,
        BriefRequest(**{"prompt": "a red apple", "cells": 2, "seed": 7, **options}),
        person=ADA,
        channel=CHANNEL,
        source_key=f"command:{options}",
    )


def stored(office, sha256):
    picture = pictures.find(office.database._read_db, sha256)
    return opening.open_picture(office.services.picture_store.read(picture))


def recipe_of(office, sha256):
    """What a kept picture's file says of its making."""
    picture = pictures.find(office.database._read_db, sha256)
    return read_notes(office.services.picture_store.read(picture)).recipe


async def test_a_style_that_is_a_lora_of_the_engines_works_in_drafts_and_pro(office, engine_url):
    async with (
        working(office, engine_url, client=EngineClient(engine_url)) as _,
        EngineClient(engine_url) as asked,
    ):
        await asked.vocabulary()
        services = replace(office.services, known_loras=lambda: asked.known_loras(Tier.DRAFT))
        plain = await draft(office)
        with pytest.raises(UserError, match=r"no LoRA `grain`.*<lora:comic>"):
            await draft_actions.open_brief(
                services,
                BriefRequest(prompt="an apple <lora:grain>"),
                person=ADA,
                channel=CHANNEL,
                source_key="grain",
            )
        assert len(await rows(office.database, "SELECT * FROM ledger_entries")) <= 2, "nothing for a refusal"
        comic = await draft_actions.open_brief(
            services,
            BriefRequest(prompt="a red apple", cells=2, seed=7, style="comic"),
            person=ADA,
            channel=CHANNEL,
            source_key="comic",
        )
        await ended(office, 2)
        await approve_actions.approve(office.services, brief_id=comic.id, number=1, person=ADA, event_id="e1")
        await ended(office, 3)
    versions = await rows(office.database, "SELECT * FROM versions ORDER BY id")
    found = {(one["brief"], one["kind"], one["number"]): one for one in versions}
    without, with_it = found[plain.id, "cell", 1], found[comic.id, "cell", 1]
    assert without["seed"] == with_it["seed"]
    assert stored(office, without["picture"]).tobytes() != stored(office, with_it["picture"]).tobytes()
    for kind in ("cell", "pro"):
        recipe = recipe_of(office, found[comic.id, kind, 1]["picture"])
        assert [one["name"] for one in recipe["loras"]] == ["comic"]
        assert recipe["prompt"] == "a red apple"
    assert not recipe_of(office, without["picture"]).get("loras")


async def test_words_that_cannot_be_read_are_told_under_the_grid_and_the_pro_render(office, engine_url):
    async with working(office, engine_url):
        brief = await draft(office, prompt="a sign that says “GRAND SALE” <lora:grain>")
        await ended(office, 1)
        await approve_actions.approve(office.services, brief_id=brief.id, number=1, person=ADA, event_id="e1")
        await ended(office, 2)
    said = [row["payload"] for row in await rows(office.database, "SELECT payload FROM effects")]
    grid, pro = (
        [one for one in said if one and words in one]
        for words in ("In none of the pictures can I read", ":information_source: I can't read")
    )
    assert grid
    assert all("GRAND SALE" in one and "model has no LoRA grain" in one for one in grid)
    assert len(pro) == 1


async def test_a_brief_goes_from_draft_to_pro_to_fix(office, engine_url):
    async with working(office, engine_url) as (looks, _):
        brief = await draft(office)
        await ended(office, 1)
        await approve_actions.approve(office.services, brief_id=brief.id, number=2, person=ADA, event_id="e1")
        await ended(office, 2)
        await fix_actions.request_fix(
            office.services, SOFTER_LEFT, brief_id=brief.id, person=ADA, mask_upload=None, event_id="m1"
        )
        jobs = await ended(office, 3)
    assert [(job["tier"], job["state"]) for job in jobs] == [
        ("draft", "done"),
        ("pro", "done"),
        ("fix", "done"),
    ]
    assert looks, "no first look was shown"
    versions = await rows(office.database, "SELECT * FROM versions ORDER BY id")
    assert [(v["kind"], v["number"], v["seed"]) for v in versions[:3]] == [
        ("cell", 1, 7),
        ("cell", 2, 8),
        ("pro", 1, 8),
    ]
    _, second, pro, fixed = versions
    assert (pro["parent"], fixed["parent"]) == (second["id"], pro["id"])
    before, after = stored(office, pro["picture"]), stored(office, fixed["picture"])
    mask = stored(office, fixed["mask"])
    assert before.size == (128, 128)
    assert masks.changed_outside(before, after, mask) == 0
    assert masks.changed_outside(before, after, ImageOps.invert(mask.convert("L"))) > 0
    assert not np.array_equal(*(np.asarray(stored(office, v["picture"])) for v in versions[:2]))
    entries = await rows(office.database, "SELECT kind, tier, amount_micro FROM ledger")
    assert [(e["kind"], e["tier"]) for e in entries] == [
        (kind, tier) for tier in ("draft", "pro", "fix") for kind in ("reserve", "settle")
    ]
    assert all(e["amount_micro"] > 0 for e in entries)
    assert (await holds.budget_of(office.services, CHANNEL.id)).held_micro == 0


async def test_the_same_seed_draws_the_same_pictures_again(office, engine_url):
    async with working(office, engine_url):
        await draft(office)
        await draft(office, cells=1, seed=8)
        await ended(office, 2)
    versions = await rows(office.database, "SELECT seed, picture FROM versions WHERE seed = 8")
    first, again = (np.asarray(stored(office, v["picture"]), dtype=int) for v in versions)
    assert np.abs(first - again).max() <= 2


async def test_an_engine_that_is_away_is_waited_for_and_then_given_up(office):
    async with working(office, "http://127.0.0.1:9", patience_s=1.5) as (_, troubles):
        await draft(office)
        (job,) = await ended(office)
    assert job["state"] == "failed"
    assert len(troubles) == 1
    assert "can't be reached" in troubles[0]
    assert [e["kind"] for e in await rows(office.database, "SELECT kind FROM ledger")] == ["reserve", "void"]


async def test_an_engine_that_comes_back_finds_the_job_waiting(office, engine_url):
    async with working(office, "http://127.0.0.1:9") as (_, troubles):
        await draft(office)
        async with asyncio.timeout(20):
            while not troubles:
                await asyncio.sleep(0.05)
    async with working(office, engine_url):
        (job,) = await ended(office)
    assert job["state"] == "done"


async def test_a_runner_that_is_cut_off_leaves_a_job_that_the_next_one_finishes_once(office, engine_url):
    async with working(office, engine_url) as (looks, _):
        await draft(office, cells=9)
        async with asyncio.timeout(30):
            while not looks:
                await asyncio.sleep(0.005)
    assert (await rows(office.database, "SELECT state FROM jobs"))[0]["state"] == "running"
    async with working(office, engine_url):
        (job,) = await ended(office)
    assert (job["state"], job["attempts"]) == ("done", 2)
    assert len(await rows(office.database, "SELECT * FROM versions")) == 9
    assert [e["kind"] for e in await rows(office.database, "SELECT kind FROM ledger")] == [
        "reserve",
        "settle",
    ]


async def test_a_job_that_was_cancelled_meanwhile_drops_its_result(office, engine_url):
    async with working(office, engine_url):
        await draft(office, cells=9)
        async with asyncio.timeout(30):
            while (await rows(office.database, "SELECT state FROM jobs"))[0]["state"] != "running":
                await asyncio.sleep(0.005)
        (job,) = await rows(office.database, "SELECT id FROM jobs")
        await failures.give_up(office.services, job["id"], "Somebody stopped it.")
        await asyncio.sleep(3)
    assert await rows(office.database, "SELECT * FROM versions") == []
    assert [e["kind"] for e in await rows(office.database, "SELECT kind FROM ledger")] == ["reserve", "void"]
