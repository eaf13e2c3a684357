"""The doors of the machine: ports, addresses, bodies, streams, and events that are not ours."""

from __future__ import annotations

import io
import logging
import socket

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image

from bot.editor import routes
from bot.settings import without_password
from bot.slack.incoming import is_for
from bot.start.process import WithoutPasswords
from bot.web.site import application, serve
from engine.api.access import guard
from engine.serving.errors import Refused
from tests.bot.editor_world import editor
from tests.bot.office import rows


@pytest.mark.parametrize("other_port", [True, False])
async def test_a_taken_port_is_replaced_only_where_no_proxy_waits_at_it(other_port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        if not other_port:
            with pytest.raises(OSError, match="in use"):
                await serve(application([]), "127.0.0.1", port, other_port=False)
            return
        runner, found = await serve(application([]), "127.0.0.1", port)
        assert found != port
        await runner.cleanup()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://ada:s3cret@engine.example/v1", "https://engine.example/v1"),
        ("https://token@engine.example", "https://engine.example"),
        ("can't reach http://a:b@h:80/x and http://c:d@i", "can't reach http://h:80/x and http://i"),
        ("https://ada:p@ss@engine.example", "https://engine.example"),
        ("https://engine.example/a@b", "https://engine.example/a@b"),
        ("write to ada@example.com", "write to ada@example.com"),
    ],
)
def test_no_address_is_said_or_logged_with_a_password(text, shown):
    assert without_password(text) == shown
    sink = io.StringIO()
    handler = logging.StreamHandler(sink)
    handler.setFormatter(WithoutPasswords(logging.Formatter("%(message)s")))
    log = logging.Logger("a test")
    log.addHandler(handler)
    log.warning("about %s", text)
    assert sink.getvalue() == f"about {shown}\n"


@pytest.mark.parametrize(
    ("body", "ours"),
    [
        ({"team_id": "T1"}, True),
        ({"team_id": "T2"}, False),
        # A shared channel: the event is theirs, and comes to us.
        ({"team_id": "T2", "context_team_id": "T1"}, True),
        ({"team_id": "T2", "authorizations": [{"team_id": "T1"}]}, True),
        ({"team_id": "T2", "authorizations": [{"team_id": "T2"}]}, False),
        ({}, True),
    ],
)
def test_an_event_of_another_workspace_is_not_ours(body, ours):
    assert is_for("T1", {"type": "event_callback", **body}) is ours


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 200),
        ("http://127.0.0.1:3000", 200),
        ("http://localhost", 200),
        ("null", 401),
        ("", 401),
        ("https://evil.example", 401),
        ("http://[", 401),
    ],
)
async def test_the_engine_without_a_token_answers_no_page_from_elsewhere(origin, status):
    async def fine(request):
        return web.Response()

    @web.middleware
    async def told(request, handler):
        try:
            return await handler(request)
        except Refused as refusal:
            return web.Response(status=refusal.status)

    site = web.Application(middlewares=[told, guard(None, loopback=True)])
    site.router.add_post("/v1/images/generations", fine)
    async with TestClient(TestServer(site)) as client:
        headers = {} if origin is None else {"Origin": origin}
        assert (await client.post("/v1/images/generations", headers=headers)).status == status


async def test_a_link_keeps_few_streams_open(office, monkeypatch):
    monkeypatch.setattr(routes, "STREAMS_LIMIT", 2)
    async with editor(office) as world:
        link = await world.link()
        version = (await world.versions())[0]
        fix = {
            "version": version["id"],
            "key": "0123456789",
            "parts": [{"instruction": "a hat"}],
            "candidates": 1,
        }
        mask = io.BytesIO()

        Image.new("L", (64, 64), 255).save(mask, "PNG")
        answer = await world.post(f"{link}/fixes", fix, mask.getvalue())
        assert answer.status == 200, answer.body
        job = answer.body["jobs"][0]
        job = job if isinstance(job, str) else job["id"]
        events = f"{link}/jobs/{job}/events"
        opened = [await world.browser.get(events) for _ in range(2)]
        assert [one.status for one in opened] == [200, 200]
        refused = await world.browser.get(events)
        assert (refused.status, "too often" in await refused.text()) == (429, True)
        # Another link is not hindered.
        other = await world.link("U0BEN")
        also = await world.browser.get(f"{other}/jobs/{job}/events")
        assert also.status == 200
        for one in [*opened, also]:
            one.close()
        assert await rows(office.database, "SELECT 1 FROM jobs WHERE id = ?", job)
