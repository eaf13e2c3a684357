"""A team with an API key and no GPU: settings, what the doctor says, and the whole loop by the preset, in dollars."""

from dataclasses import replace

import numpy as np
import pytest

from bot import doctor
from bot.approve import actions as approve_actions
from bot.briefs.model import BriefRequest
from bot.draft import actions as draft_actions
from bot.fix import actions as fix_actions
from bot.images_api.client import EngineClient, client_of
from bot.ledger import RateError
from bot.ledger.hosted import prices_of
from bot.settings import Settings, SettingsError, load
from sandbox.images_api.forms import FORMS
from sandbox.images_api.server import Server
from tests.bot.images_server import SOFTER_LEFT
from tests.bot.office import ADA, CHANNEL, rows
from tests.bot.test_rendering import ended, stored, working


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch, tmp_path):
    """No settings but a test's own."""
    monkeypatch.chdir(tmp_path)


def hosted(office, server, preset="openai", **more):
    """Settings for a server of that kind, and services that charge by them."""
    settings = Settings(
        data_dir=office.services.settings.data_dir,
        approval_grace_s=0,
        engine_url=server.url,
        engine_token="sk-practice",
        engine_preset=preset,
        **more,
    )
    office.services = replace(office.services, settings=settings, prices=prices_of(settings))
    return settings


async def loop(office, settings, aspect=(1, 1)):
    """A draft of two, one of them as Pro, and a fix of its left half; the jobs' rows."""
    async with working(office, settings.engine_url, client=client_of(settings)) as (looks, troubles):
        brief = await draft_actions.open_brief(
            office.services,
            BriefRequest(prompt="a red apple", cells=2, seed=7, aspect=aspect),
            person=ADA,
            channel=CHANNEL,
            source_key="command:x",
        )
        await ended(office, 1)
        await approve_actions.approve(office.services, brief_id=brief.id, number=2, person=ADA, event_id="e1")
        await ended(office, 2)
        await fix_actions.request_fix(
            office.services, SOFTER_LEFT, brief_id=brief.id, person=ADA, mask_upload=None, event_id="m1"
        )
        jobs = await ended(office, 3)
    assert troubles == []
    return jobs, looks


@pytest.mark.parametrize("aspect", [(1, 1), (16, 9), (3, 1)])
async def test_the_whole_loop_on_the_hosted_api(office, aspect):
    async with Server(FORMS["openai"]) as server:
        settings = hosted(office, server)
        jobs, looks = await loop(office, settings, aspect)
        assert [(job["state"], job["failure"]) for job in jobs] == [("done", None)] * 3
        assert not [entry for entry in server.log if entry.error]
    assert looks, "no first look was shown"
    first, _, pro, fixed = await rows(office.database, "SELECT * FROM versions ORDER BY id")
    assert stored(office, first["picture"]).size != stored(office, pro["picture"]).size
    assert max(stored(office, pro["picture"]).size) >= 1_536
    before, after = (np.asarray(stored(office, one["picture"])) for one in (pro, fixed))
    assert before.shape == after.shape
    changed = (before != after).any(-1)
    half = before.shape[1] // 2
    # The server changes every pixel a little, also outside of the mask: nobody sees it.
    assert not changed[:, half:].any()
    assert changed[:, : half - 40].mean() > 0.9
    settled = await rows(
        office.database, "SELECT tier, amount_micro FROM ledger WHERE kind = 'settle' ORDER BY id"
    )
    assert [entry["tier"] for entry in settled] == ["draft", "pro", "fix"]
    held = {
        entry["tier"]: entry["amount_micro"]
        for entry in await rows(
            office.database, "SELECT tier, amount_micro FROM ledger WHERE kind = 'reserve'"
        )
    }
    # A few cents, as published, and never more than was held for it.
    assert all(1_000 < entry["amount_micro"] <= held[entry["tier"]] for entry in settled)


@pytest.mark.parametrize("preset", ["vllm-omni", "sglang"])
async def test_the_whole_loop_on_servers_of_open_models(office, preset):
    async with Server(FORMS[preset]) as server:
        settings = hosted(office, server, preset)
        jobs, _ = await loop(office, settings, (16, 9))
        assert [(job["state"], job["failure"]) for job in jobs] == [("done", None)] * 3
    *_, pro, fixed = await rows(office.database, "SELECT * FROM versions ORDER BY id")
    before, after = (np.asarray(stored(office, one["picture"])) for one in (pro, fixed))
    assert not (before != after).any(-1)[:, before.shape[1] // 2 :].any()


async def test_the_whole_loop_where_nothing_is_said_of_the_server(office):
    async with Server(FORMS["openai"]) as server:
        settings = hosted(office, server, "", engine_model="gpt-image-2")
        jobs, _ = await loop(office, settings)
        assert [(job["state"], job["failure"]) for job in jobs] == [("done", None)] * 3
        assert settings.draft_size_px == 256
    first, *_ = await rows(office.database, "SELECT * FROM versions ORDER BY id")
    assert stored(office, first["picture"]).size == (816, 816)


def test_a_preset_sets_what_is_not_set():
    plain = Settings(engine_preset="openai", engine_token="sk-x")
    assert (plain.engine_url, plain.draft_size_px, plain.pro_size_px) == (
        "https://api.openai.com",
        1024,
        1536,
    )
    own = Settings(
        engine_preset="openai", engine_token="sk-x", draft_size_px=512, engine_url="http://proxy:1"
    )
    assert (own.engine_url, own.draft_size_px, own.pro_size_px) == ("http://proxy:1", 512, 1536)
    assert Settings(engine_url="https://api.openai.com/v1", engine_token="sk-x").engine_preset == "openai"
    assert Settings().engine_preset == ""


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"DRAFTROOM_ENGINE_PRESET": "openai"}, "needs an API key in DRAFTROOM_ENGINE_TOKEN"),
        ({"DRAFTROOM_ENGINE_PRESET": "opneai"}, "DRAFTROOM_ENGINE_PRESET: "),
        ({"DRAFTROOM_ENGINE_TIERS": '{"darft": {"model": "x"}}'}, r"\[engine_tiers.draft\]"),
        ({"DRAFTROOM_ENGINE_TIERS": '{"draft": {"modle": "x"}}'}, "with model and quality in it"),
        ({"DRAFTROOM_ENGINE_PREVIEWS": "4"}, "DRAFTROOM_ENGINE_PREVIEWS: "),
    ],
)
def test_a_preset_that_cannot_be_is_refused_with_what_to_do(monkeypatch, environment, sentence):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=sentence):
        load()


def test_published_prices_are_in_dollars_and_yours_come_first():
    with pytest.raises(RateError, match="in US dollars, and DRAFTROOM_CURRENCY is EUR"):
        prices_of(Settings(engine_preset="openai", engine_token="sk-x", currency="EUR"))
    own = Settings(
        engine_preset="openai",
        engine_token="sk-x",
        currency="EUR",
        price_profile="mine",
        prices={"mine": {"draft": {"per_picture": "0.01"}}},
    )
    assert prices_of(own).estimate("draft", 4, 1024, 1024) == 40_000
    published = prices_of(Settings(engine_preset="openai", engine_token="sk-x"))
    # 4 × (296 × 30 + 100 × 5) micro-dollars.
    assert published.estimate("draft", 4, 1024, 1024) == 37_520
    with pytest.raises(RateError, match="no table"):
        prices_of(Settings(price_profile="none"))


async def test_the_doctor_says_what_the_server_can_do_and_what_a_grid_costs(office):
    async with Server(FORMS["openai"], key="sk-practice") as server:
        settings = hosted(office, server)
        said = {finding.name: finding for finding in await doctor.examine(settings)}
        assert said["engine"].good
        assert "serving gpt-image-2.6-flare, gpt-image-2.6-sunburst" in said["engine"].sentence
        assert "no seeds, up to 1 previews, masks, drafts of 1024×1024" in said["engine can"].sentence
        assert "a grid of 4 drafts about 0.0375 USD" in said["prices"].sentence
        wrong = hosted(office, server, engine_tiers={"pro": {"model": "gpt-image-9"}})
        said = {finding.name: finding for finding in await doctor.examine(wrong)}
        assert not said["engine"].good
        assert "it has no gpt-image-9" in said["engine"].sentence
        refused = settings.model_copy(update={"engine_token": type(settings.engine_token)("sk-mistaken")})
        said = {finding.name: finding for finding in await doctor.examine(refused)}
        assert not said["engine"].good
        assert "Incorrect API key provided" in said["engine"].sentence
        assert "sk-mistaken" not in said["engine"].sentence


async def test_the_doctor_says_what_was_learnt(office):
    async with Server(FORMS["openai"]) as server:
        settings = hosted(office, server, "", engine_model="gpt-image-2")
        await loop(office, settings)
        said = {finding.name: finding for finding in await doctor.examine(settings)}
    assert "no seeds" in said["engine can"].sentence
    assert "drafts of 816×816 for the 256×256 asked for" in said["engine can"].sentence


async def test_a_grid_of_nine_shows_a_first_look_of_each(office):
    async with Server(FORMS["openai"], step_s=0.2) as server:
        settings = hosted(office, server)
        async with working(office, server.url, client=client_of(settings)) as (looks, _):
            await draft_actions.open_brief(
                office.services,
                BriefRequest(prompt="a red apple", cells=9, seed=7),
                person=ADA,
                channel=CHANNEL,
                source_key="command:y",
            )
            (job,) = await ended(office)
    assert (job["state"], len(await rows(office.database, "SELECT * FROM versions"))) == ("done", 9)
    assert looks


def test_a_client_may_be_made_without_any_setting():
    assert isinstance(EngineClient("http://127.0.0.1:9").choice("draft").model, str)
