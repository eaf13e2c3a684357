"""What the page's requests do: fixes, adjustments, extending, going back, and what is refused with a sentence."""

import asyncio
import io
import json
import os
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from PIL import Image, ImageOps

from bot import clock, ledger
from bot.briefs import table as briefs_table
from bot.briefs.model import JobState, UserError
from bot.budget import holds
from bot.editor import request
from bot.fix import actions as fix_actions
from bot.fix import table as fix_table
from bot.fix.regions import parse_region
from bot.fix.request import FixRequest
from bot.ledger import default_prices, verify
from bot.pictures import extend, masks
from bot.pictures.adjust import Adjustment, adjusted
from bot.store import pictures
from bot.worker import table as worker_table
from bot.worker.retention import Retention
from tests.bot.editor_world import box_mask, draft, editor, lying_png, payload, png
from tests.bot.office import ADA, CHANNEL, rows

NOW = clock.now()


async def jobs(office):
    return await rows(office.database, "SELECT * FROM jobs WHERE tier = 'fix' ORDER BY created_at, rowid")


async def test_a_request_from_the_page_is_the_same_job_as_a_fix_in_the_thread(office):
    async with editor(office) as world:
        version = (await world.versions())[1]
        answer = await world.post(f"{await world.link()}/fixes", payload(version["id"]), png(box_mask()))
        (job,) = await jobs(office)
        assert answer.body == {"jobs": [job["id"]]}
        request = json.loads(job["request"])
        assert (job["parent"], job["person"], job["state"]) == (version["id"], "U0ADA", "queued")
        assert request["prompt"] == "a red sneaker on a teal background"
        assert request["parts"][0]["prompt"] == "a red sneaker on a teal background, a blue label"
        assert request["staged"]
        assert request["instruction"] == "a blue label"
        held = await rows(office.database, "SELECT kind, amount_micro FROM ledger WHERE job = ?", job["id"])
        assert [row["kind"] for row in held] == ["reserve"]
        assert held[0]["amount_micro"] == office.services.prices.hold("fix", 1, 64, 64)
        # Nobody is told before somebody uses it.
        assert await rows(office.database, "SELECT 1 FROM effects WHERE key = ?", f"job:{job['id']}") == []


async def test_a_request_that_comes_twice_is_one_job(office):
    async with editor(office) as world:
        version = (await world.versions())[0]["id"]
        link = await world.link()
        answers = await asyncio.gather(
            *(world.post(f"{link}/fixes", payload(version), png(box_mask())) for _ in range(3))
        )
        assert len({json.dumps(answer.body) for answer in answers}) == 1
        assert len(await jobs(office)) == 1


async def test_who_asked_for_a_fix_can_stop_it_and_pays_nothing(office):
    async with editor(office) as world:
        version = (await world.versions())[0]["id"]
        own, others = await world.link(), await world.link("U0BEN")
        await world.post(f"{own}/fixes", payload(version), png(box_mask()))
        (job,) = await jobs(office)
        refused = await world.post_json(f"{others}/jobs/{job['id']}/stop", {})
        assert refused.status == 422
        assert "who asked for that fix" in refused.body["error"]
        assert (await world.post_json(f"{own}/jobs/{job['id']}/stop", {})).body == {"stopped": True}
        assert (await world.post_json(f"{own}/jobs/{job['id']}/stop", {})).body == {"stopped": False}
        assert (await jobs(office))[0]["state"] == "cancelled"
        kinds = await rows(office.database, "SELECT kind FROM ledger WHERE job = ?", job["id"])
        assert [row["kind"] for row in kinds] == ["reserve", "void"]
        # The thread was not told that it began either.
        assert (
            await rows(office.database, "SELECT 1 FROM effects WHERE key LIKE ?", f"job:{job['id']}%") == []
        )
        elsewhere = await world.link(brief=await draft(office, "second"))
        strange = await world.post_json(f"{elsewhere}/jobs/{job['id']}/stop", {})
        assert "isn't part of this thread" in strange.body["error"]


async def test_candidates_have_seeds_of_their_own_and_are_held_together(office):
    async with editor(office) as world:
        version = (await world.versions())[0]["id"]
        await world.post(f"{await world.link()}/fixes", payload(version, candidates=3), png(box_mask()))
        made = await jobs(office)
        assert len({json.loads(job["request"])["seed"] for job in made}) == 3


async def test_candidates_that_do_not_all_fit_the_budget_are_none(office):
    async with editor(office) as world:
        version = (await world.versions())[0]["id"]
        one = office.services.prices.hold("fix", 1, 64, 64)
        state = await holds.budget_of(office.services, CHANNEL.id)
        await holds.set_budget(
            office.services,
            f"{(state.spent_micro + 2 * one + 1) / 1e6:.6f} monthly",
            channel=CHANNEL,
            person=ADA,
        )
        link = await world.link()
        cost = (await world.get(f"{link}/cost?version={version}&candidates=3&parts=1")).body
        assert cost["fits"] is False
        refused = await world.post(f"{link}/fixes", payload(version, candidates=3), png(box_mask()))
        assert refused.status == 422
        assert "Nothing was charged" in refused.body["error"]
        assert await jobs(office) == []
        assert (
            await world.post(
                f"{link}/fixes", payload(version, candidates=2, key="another-key"), png(box_mask())
            )
        ).status == 200


def cents(shown):
    """An amount as people read it: `about $1.20` or `42 ¢`."""
    shown = shown.removeprefix("about").strip()
    return float(shown.strip("$")) * 100 if "$" in shown else float(shown.removesuffix("\xa0¢"))


async def test_the_cost_that_is_shown_is_the_estimate_of_the_job(office):
    # Dear enough to be more than a cent.
    prices = default_prices("USD", 1_000 * office.services.settings.seconds_price)
    office.services = replace(office.services, prices=prices)
    async with editor(office) as world:
        version = (await world.versions())[0]["id"]
        link = await world.link()
        one = (await world.get(f"{link}/cost?version={version}&candidates=1&parts=1")).body
        six = (await world.get(f"{link}/cost?version={version}&candidates=3&parts=2")).body
        assert cents(six["cost"]) == pytest.approx(6 * cents(one["cost"]), rel=0.1)
        assert "left this month" in one["left"]
        for bad in ("candidates=0", "candidates=99", "parts=7", "version=x", "left=101&version=1"):
            assert (await world.get(f"{link}/cost?version={version}&{bad}")).status in (200, 422)
        assert (await world.get(f"{link}/cost?version={version}&candidates=99")).status == 422


GOOD = png(box_mask())


@pytest.mark.parametrize(
    ("changes", "mask", "sentence"),
    [
        ({}, png(Image.new("L", (64, 64), 0)), "Nothing is selected"),
        ({}, png(Image.new("L", (32, 32), 255)), "32×32 pixels, the picture 64×64"),
        ({}, b"GIF89a not a picture", "no picture that I can open"),
        ({}, b"<html>I say that I am a PNG</html>", "no picture that I can open"),
        ({}, lying_png(20_000, 10_000), "far more than the 16 megapixels"),
        ({}, lying_png(64, 64), "no picture that I can open"),
        ({"parts": [{"instruction": ""}]}, GOOD, "instruction is missing"),
        ({"parts": [{"instruction": "x" * 5_000}]}, GOOD, "characters"),
        ({"parts": []}, GOOD, "1 to 6 regions"),
        ({"parts": [{"instruction": "a"}] * 2}, GOOD, "Each region needs its selection"),
        ({"candidates": 9}, GOOD, "1 to 4 candidates"),
        ({"candidates": True}, GOOD, "1 to 4 candidates"),
        ({"version": "1; DROP TABLE versions"}, GOOD, "names no version"),
        ({"key": ""}, GOOD, "no key"),
        ({"extend": {"left": 500}}, GOOD, "up to 100 %"),
        ({"extend": {"inside": 5}}, GOOD, "Say how far"),
    ],
    ids=range(16),
)
async def test_what_cannot_be_is_refused_with_a_sentence_and_costs_nothing(office, changes, mask, sentence):
    async with editor(office) as world:
        version = (await world.versions())[0]["id"]
        answer = await world.post(f"{await world.link()}/fixes", {**payload(version), **changes}, mask)
        assert answer.status == 422
        assert sentence in answer.body["error"]
        assert await jobs(office) == []
        entries = await rows(office.database, "SELECT tier FROM ledger")
        assert {row["tier"] for row in entries} == {"draft"}


async def test_a_picture_that_unpacks_into_a_bomb_is_refused(office):
    out = io.BytesIO()
    Image.new("L", (3_900, 3_900), 255).save(out, "PNG")
    async with editor(office) as world:
        version = (await world.versions())[0]["id"]
        answer = await world.post(f"{await world.link()}/fixes", payload(version), out.getvalue())
        assert answer.status == 422
        assert "3900×3900" in answer.body["error"]


async def test_several_regions_are_one_job_held_for_all_of_them(office):
    async with editor(office) as world:
        version = (await world.versions())[0]["id"]
        parts = [{"instruction": "a blue label"}, {"instruction": "a star"}]
        one, two = box_mask((2, 2, 20, 20)), box_mask((40, 40, 60, 60))
        await world.post(f"{await world.link()}/fixes", payload(version, parts=parts), png(one), png(two))
        (job,) = await jobs(office)
        request = json.loads(job["request"])
        assert [part["instruction"] for part in request["parts"]] == ["a blue label", "a star"]
        assert request["instruction"] == "a blue label; a star"
        (held,) = await rows(office.database, "SELECT amount_micro FROM ledger WHERE job = ?", job["id"])
        assert held["amount_micro"] == office.services.prices.hold("fix", 2, 64, 64)
        (whole,) = await rows(office.database, "SELECT * FROM pictures WHERE sha256 = ?", request["mask"])
        data = (
            office.services.picture_store.folder / whole["sha256"][:2] / f"{whole['sha256']}.png"
        ).read_bytes()
        assert Image.open(io.BytesIO(data)).getbbox() == (2, 2, 60, 60)


async def test_an_adjustment_is_a_free_version_even_when_nothing_is_left(office):
    async with editor(office) as world:
        await holds.set_budget(office.services, "0 daily", channel=CHANNEL, person=ADA)
        version = (await world.versions())[2]
        body = {"version": version["id"], "key": "0123456789", "values": {"exposure": 1}}
        link = await world.link()
        first, again = [await world.post(f"{link}/adjustments", body, png(box_mask())) for _ in range(2)]
        assert first.status == 200
        assert first.body == again.body
        made = (await world.versions())[-1]
        assert (made["parent"], made["kind"], made["instruction"]) == (version["id"], "fix", "exposure +1")
        entries = await rows(
            office.database, "SELECT kind, amount_micro FROM ledger WHERE job = ?", made["job"]
        )
        assert [(e["kind"], e["amount_micro"]) for e in entries] == [("reserve", 0), ("settle", 0)]
        assert await office.database.read(verify) == []


def test_an_adjustment_changes_only_what_is_selected_and_keeps_alpha_and_profile():
    rng = np.random.default_rng(1)
    picture = Image.fromarray(rng.integers(0, 256, (40, 30, 4), np.uint8))
    picture.info["icc_profile"] = b"a profile"
    mask = Image.new("L", (30, 40), 0)
    mask.paste(255, (5, 5, 20, 30))
    result = adjusted(picture, mask, Adjustment(exposure=0.7, contrast=20, warmth=-30, saturation=50))
    assert masks.changed_outside(picture, result, mask) == 0
    assert masks.changed_outside(picture, result, ImageOps.invert(mask.convert("L"))) > 300
    assert np.array_equal(np.asarray(picture)[..., 3], np.asarray(result)[..., 3])
    again = Image.open(io.BytesIO(masks.to_png(result)))
    assert again.info["icc_profile"] == b"a profile"


@pytest.mark.parametrize(
    ("by", "check"),
    [
        (Adjustment(exposure=1), lambda a, b: np.array_equal(b, np.minimum(255, a * 2))),
        (Adjustment(contrast=-100), lambda a, b: (b == 128).all()),
        (Adjustment(saturation=-100), lambda a, b: (b.max(-1) - b.min(-1)).max() <= 1),
        (
            Adjustment(warmth=100),
            lambda a, b: (b[..., 0] >= a[..., 0]).all() and (b[..., 2] <= a[..., 2]).all(),
        ),
    ],
)
def test_each_slider_does_what_it_says(by, check):
    before = np.random.default_rng(2).integers(0, 256, (16, 16, 3)).astype(np.uint8)
    after = np.asarray(adjusted(Image.fromarray(before), None, by))
    assert check(before.astype(int), after.astype(int))


@pytest.mark.parametrize(
    "values", [{}, {"contrast": 101}, {"contrast": float("nan")}, {"contrast": "5"}, {"hue": 5}, [], None]
)
def test_an_adjustment_that_is_none_is_refused(values):
    with pytest.raises(UserError):
        Adjustment.read(values)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_an_extended_canvas_holds_the_picture_untouched(mode):
    picture = Image.effect_noise((48, 40), 80).convert(mode)
    larger = extend.extend(picture, *extend.margins({"left": 50, "top": 100}, 48, 40))
    assert larger.picture.size == (72, 80)
    assert larger.offset == (24, 40)
    assert np.array_equal(np.asarray(larger.picture.crop((24, 40, 72, 80))), np.asarray(picture))
    assert masks.changed_outside(larger.picture, larger.picture, larger.mask) == 0
    assert larger.mask.crop((24, 40, 72, 80)).getbbox() is None
    assert np.asarray(larger.mask).mean() == pytest.approx(255 * (1 - 48 * 40 / (72 * 80)))


async def test_going_back_is_where_the_next_fix_in_the_thread_starts(office):
    async with editor(office) as world:
        first, second = [version["id"] for version in (await world.versions())[:2]]
        link = await world.link()
        assert (await world.post_json(f"{link}/current", {"version": second})).body == {"changed": True}
        assert (await world.post_json(f"{link}/current", {"version": second})).body == {"changed": False}
        assert (await world.get(f"{link}/state")).body["current"] == second
        fix = FixRequest(
            region=parse_region("left"), region_text="left", instruction="make it blue", cell=None
        )
        job = await fix_actions.request_fix(
            office.services, fix, brief_id=world.brief.id, person=ADA, mask_upload=None, event_id="m1"
        )
        assert job.parent == second
        assert first != second
        (told,) = await rows(office.database, "SELECT payload FROM effects WHERE key LIKE 'back:%'")
        assert "went back" in told["payload"]


async def test_the_tree_names_people_costs_and_who_is_at_work(office):
    async with editor(office) as world:
        version = (await world.versions())[0]["id"]
        await world.post(f"{await world.link('U0BEN')}/fixes", payload(version), png(box_mask()))
        state = (await world.get(f"{await world.link()}/state")).body
        assert state["prompt"] == world.brief.prompt
        assert [entry["title"] for entry in state["versions"]] == ["Draft 1", "Draft 2", "Draft 3", "Draft 4"]
        assert all("you" in entry["detail"] for entry in state["versions"])
        (working,) = state["working"]
        assert working["person"] == "U0BEN"
        ben = (await world.get(f"{await world.link('U0BEN')}/state")).body
        assert ben["working"][0]["person"] == "You"
        assert "Ada Okafor" in ben["versions"][0]["detail"]


async def test_pictures_come_as_they_are_stored_and_small_on_demand(office):
    async with editor(office) as world:
        version = (await world.versions())[3]
        link = await world.link()
        whole = await world.get(f"{link}/pictures/{version['id']}")
        assert Image.open(io.BytesIO(whole.body)).getpixel((5, 5)) == (60, 80, 90)
        assert "private" in whole.headers["Cache-Control"]
        small = await world.get(f"{link}/pictures/{version['id']}?width=32")
        assert Image.open(io.BytesIO(small.body)).size == (32, 32)
        assert (await world.get(f"{link}/pictures/{version['id']}?width=99999")).status == 422
        assert (await world.get(f"{link}/masks/{version['id']}")).status == 422


async def staged(world, instruction="a blue label", key="0123456789abcdef"):
    """A fix from the page whose picture was made: its version, which waits."""
    await world.post(
        f"{await world.link()}/fixes",
        payload((await world.versions())[0]["id"], key=key, parts=[{"instruction": instruction}]),
        png(box_mask()),
    )
    job = (await jobs(world.office))[-1]
    return await made(world, job["id"])


async def made(world, job_id, box=(12, 22, 38, 48)):
    """What the worker commits of a job, without an engine: the parent's picture, darker inside the mask."""
    services = world.office.services
    job = await services.database.read(lambda tx: worker_table.job(tx, job_id))
    parent = await services.database.read(lambda tx: briefs_table.version(tx, job.parent))
    before = job.task.canvas or parent.picture
    picture = await services.database.read(lambda tx: pictures.find(tx, before))
    after = Image.open(io.BytesIO(services.picture_store.read(picture))).convert("RGB").copy()
    after.paste((len(job.id), 10, 20), box)
    kept = services.picture_store.keep(png(after))

    def work(tx):
        pictures.record(tx, kept, NOW)
        version = briefs_table.add_version(
            tx, job=job, kind="fix", number=briefs_table.count_versions(tx, job.brief, "fix") + 1, prompt=job.task.prompt,
            seed=job.task.seed, picture=kept.sha256, mask=job.task.mask, instruction=job.task.instruction, seconds=1.0, at=NOW,
        )  # fmt: skip
        worker_table.lease_next(tx, tiers=["fix"], owner="me", lease=timedelta(seconds=30), at=clock.now())
        ledger.settle(tx, job=job.id, amount_micro=300, at=NOW)
        worker_table.move_job(tx, job.id, JobState.DONE, NOW)
        fix_table.stage(tx, version.id, person=job.person, at=NOW)
        return version.id

    return await services.database.write(work)


async def told(world):
    """Messages of fixes that the thread was or will be told."""
    return await rows(
        world.office.database,
        "SELECT key FROM effects WHERE key LIKE 'job:%' AND payload LIKE '%blue label%'",
    )


async def current(world):
    found = await world.office.database.read(lambda tx: briefs_table.current_version(tx, world.brief.id))
    return found and found.id


async def test_a_result_waits_in_the_editor_until_it_is_used(office):
    async with editor(office) as world:
        link = await world.link()
        version = await staged(world)
        state = (await world.get(f"{link}/state")).body
        (waiting,) = state["staged"]
        assert (waiting["id"], waiting["cost"]) == (version, "<\xa01\xa0¢")
        assert waiting["another"]
        assert version not in [one["id"] for one in state["versions"]]
        assert await told(world) == []
        assert await current(world) is None
        assert (await world.get(f"{await world.link('U0BEN')}/state")).body["staged"] == []
        assert (await world.get(f"{link}/pictures/{version}")).status == 200

        answer = await world.post_json(f"{link}/use", {"version": version})
        assert answer.body == {"used": True}
        state = (await world.get(f"{link}/state")).body
        assert (state["staged"], state["current"]) == ([], version)
        assert version in [one["id"] for one in state["versions"]]
        assert await current(world) == version
        assert len(await told(world)) == 1
        # Pressed twice, or by an impatient finger: it stands there once.
        assert (await world.post_json(f"{link}/use", {"version": version})).body == {"used": False}
        assert len(await told(world)) == 1


async def test_a_result_on_a_larger_canvas_is_used_however_long_it_waited(office):
    async with editor(office) as world:
        link, store = await world.link(), office.services.picture_store
        wish = payload((await world.versions())[0]["id"], extend={"right": 50})
        await world.post(f"{link}/fixes", wish, png(box_mask((64, 0, 96, 64), (96, 64))))
        job = (await jobs(office))[-1]
        canvas = json.loads(job["request"])["canvas"]
        version = await made(world, job["id"], (70, 2, 94, 60))

        async def months_pass():
            for path in store.folder.rglob("*.png"):
                os.utime(path, (0, 0))
            kept = {"sheets": timedelta(days=-1), "unapproved": timedelta(days=-1)}
            await Retention(database=office.database, picture_store=store, **kept).tidy()
            return [path for path in store.folder.rglob("*.png") if path.stem == canvas]

        (file,) = await months_pass()
        data = file.read_bytes()
        file.unlink()
        lost = await world.post_json(f"{link}/use", {"version": version})
        assert (lost.status, "no longer kept" in lost.body["error"]) == (404, True)
        file.write_bytes(data)
        assert (await world.post_json(f"{link}/use", {"version": version})).body == {"used": True}
        # Its result is a version now, and the empty canvas served its time.
        assert await months_pass() == []


async def test_a_discarded_result_is_kept_and_is_no_part_of_its_thread(office):
    async with editor(office) as world:
        link = await world.link()
        version = await staged(world)
        assert (await world.post_json(f"{link}/discard", {"versions": [version]})).status == 200
        state = (await world.get(f"{link}/state")).body
        assert state["staged"] == []
        assert version not in [one["id"] for one in state["versions"]]
        assert [row["id"] for row in await world.versions()][-1] == version
        assert await current(world) is None
        assert await told(world) == []
        refused = await world.post_json(f"{link}/use", {"version": version})
        assert (refused.status, "discarded" in refused.body["error"]) == (422, True)
        # Its money was spent when it was drawn.
        job = (await jobs(office))[-1]
        kinds = await rows(office.database, "SELECT kind FROM ledger_entries WHERE job = ?", job["id"])
        assert [row["kind"] for row in kinds] == ["reserve", "settle"]


async def test_another_is_the_same_fix_from_another_seed_and_costs_anew(office):
    async with editor(office) as world:
        link = await world.link()
        version = await staged(world)
        first = (await jobs(office))[-1]
        body = {"version": version, "key": "another-key-1"}
        (job,) = (await world.post_json(f"{link}/another", body)).body["jobs"]
        assert (await world.post_json(f"{link}/another", body)).body["jobs"] == [job]
        second = (await jobs(office))[-1]
        one, two = json.loads(first["request"]), json.loads(second["request"])
        assert (one.pop("seed") != two.pop("seed"), one) == (True, two)
        assert second["parent"] == first["parent"]
        newer = await made(world, job)
        state = (await world.get(f"{link}/state")).body
        assert [found["id"] for found in state["staged"]] == [version, newer]
        # The older one may still be the better one.
        await world.post_json(f"{link}/use", {"version": version})
        await world.post_json(f"{link}/discard", {"versions": [newer]})
        assert await current(world) == version


async def test_only_who_asked_uses_a_result_and_nothing_is_made_of_it_before(office):
    async with editor(office) as world:
        version = await staged(world)
        other = await world.link("U0BEN")
        for path, body in (
            ("use", {"version": version}),
            ("discard", {"versions": [version]}),
            ("another", {"version": version, "key": "another-key-2"}),
        ):
            assert (await world.post_json(f"{other}/{path}", body)).status == 422
        answer = await world.post(
            f"{await world.link()}/fixes", payload(version, key="x" * 12), png(box_mask())
        )
        assert answer.status == 422
        assert (await world.post_json(f"{await world.link()}/current", {"version": version})).status == 422


async def test_a_colour_is_free_and_comes_once(office):
    async with editor(office) as world:
        link, version = await world.link(), (await world.versions())[0]["id"]
        told = (await world.get(f"{link}/cost?version={version}&candidates=3&say=make+it+blue")).body
        assert (told["cost"], told["fits"]) == ("", True)
        mixed = (await world.get(f"{link}/cost?version={version}&parts=2&say=make+it+blue&say=a+star")).body
        alone = (await world.get(f"{link}/cost?version={version}&parts=1&say=a+star")).body
        assert mixed["cost"] == alone["cost"] != ""
        asked = payload(version, candidates=3, parts=[{"instruction": "make it blue"}])
        answer = await world.post(f"{link}/fixes", asked, png(box_mask()))
        (job,) = answer.body["jobs"]
        held = await rows(office.database, "SELECT amount_micro FROM ledger_entries WHERE job = ?", job)
        assert [row["amount_micro"] for row in held] == [0]


@pytest.mark.parametrize(
    "read", [request.read_fix, request.read_adjustment, request.read_key, request.read_version]
)
@pytest.mark.parametrize("opening", ["[", '{"parts":'])
def test_a_request_that_is_nested_without_end_is_refused_with_a_sentence(read, opening):
    with pytest.raises(UserError, match="cannot be read"):
        read(opening * 100_000)
