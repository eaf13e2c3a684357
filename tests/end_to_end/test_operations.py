"""What an operator's monitoring asks, what the log says, and a stop that lets people have what is being drawn."""

import json
import signal

import aiohttp

from tests.end_to_end.product import SNEAKERS, drafted, files, free_port, payload, run_bot, until


async def get(url, **headers):
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_an_operator_sees_whether_it_is_well_and_what_it_did(make_product):
    port = free_port()
    product = make_product(DRAFTROOM_WEB_PORT=str(port), DRAFTROOM_LOG_FORMAT="json").start_bot()
    site = f"http://127.0.0.1:{port}"
    status, body = await get(f"{site}/healthz")
    assert (status, json.loads(body)["well"]) == (200, True), body
    async with product.person("U0ADA") as ada:
        await drafted(ada, SNEAKERS, "/draft a red apple --n 2")
    status, metrics = await get(f"{site}/metrics")
    assert status == 200
    assert 'draftroom_bot_jobs_total{kind="draft",outcome="done"} 1.0' in metrics
    assert 'draftroom_bot_slack_calls_total{method="chat.postMessage",outcome="ok"} 1.0' in metrics
    assert "draftroom_bot_acknowledgement_seconds_count 1.0" in metrics
    # Who comes through a proxy comes from elsewhere.
    status, _ = await get(f"{site}/metrics", **{"X-Forwarded-For": "203.0.113.7"})
    assert status == 403
    lines = [json.loads(line) for line in product.log.read_text().splitlines() if line.startswith("{")]
    (brief,) = product.rows("SELECT id FROM briefs")
    (job,) = product.rows("SELECT id FROM jobs")
    about = [line["message"] for line in lines if line.get("brief") == brief["id"]]
    assert about == [f"{job['id']} begins", f"{job['id']} is done"]
    assert "xoxb-" not in product.log.read_text()


async def test_metrics_with_a_token_are_for_who_brings_it(make_product):
    port = free_port()
    product = make_product(
        DRAFTROOM_WEB_PORT=str(port), DRAFTROOM_METRICS_TOKEN="a-token-of-ours"
    ).start_bot()
    site = f"http://127.0.0.1:{port}"
    assert (await get(f"{site}/metrics"))[0] == 403
    assert (await get(f"{site}/metrics", Authorization="Bearer another"))[0] == 403
    assert (await get(f"{site}/metrics", Authorization="Bearer a-token-of-ours"))[0] == 200
    product.stop()


async def test_it_is_unwell_while_slack_is_away(make_product):
    port = free_port()
    product = make_product(DRAFTROOM_WEB_PORT=str(port)).start_bot()
    product.workspace.kill()
    product.workspace.wait()
    product.workspace = None

    async def unwell():
        return (await get(f"http://127.0.0.1:{port}/healthz"))[0] == 503

    for _ in range(200):
        if await unwell():
            break
    assert "not connected" in (await get(f"http://127.0.0.1:{port}/healthz"))[1]


async def test_a_stop_lets_people_have_what_is_being_drawn(make_product):
    product = make_product(DRAFTROOM_DRAIN_S="60").start_bot()
    async with product.person("U0ADA") as ada:
        await ada.type(SNEAKERS, "/draft a red apple --n 9")
        await until(lambda: product.rows("SELECT 1 FROM jobs WHERE state = 'running'"))
        product.bot.send_signal(signal.SIGTERM)
        assert product.bot.wait(60) == 0
        (grid,) = [m for m in await ada.messages(SNEAKERS) if payload(m).get("role") == "grid"]
        assert len(files(grid)) == 1
    assert product.ledger() == [("reserve", "draft"), ("settle", "draft")]
    assert product.rows("SELECT 1 FROM effects WHERE state = 'waiting' AND action <> 'react'") == []


def test_a_misspelt_setting_is_refused_with_what_was_meant(tmp_path):
    status, said = run_bot(tmp_path, DRAFTROOM_DEFAULT_BUGDET="20 monthly")
    assert status == 2
    assert "There is no setting DRAFTROOM_DEFAULT_BUGDET; did you mean DRAFTROOM_DEFAULT_BUDGET" in said


async def test_an_older_program_leaves_a_newer_database_alone(make_product):
    product = make_product().start_bot()
    product.bot.send_signal(signal.SIGTERM)
    assert product.bot.wait(20) == 0
    import sqlite3

    with sqlite3.connect(product.data / "draftroom.sqlite3") as database:
        database.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('draftroom', '9999_later', '')"
        )
    environment = {name: value for name, value in product.settings.items() if name != "DRAFTROOM_DATA_DIR"}
    status, said = run_bot(product.folder, **environment, DRAFTROOM_DATA_DIR=str(product.data))
    assert status == 1
    assert "written by a newer version of Draftroom" in said
