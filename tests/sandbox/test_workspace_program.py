"""`python -m sandbox` as a newcomer starts it, and the manifests it refuses."""

import asyncio
import re
import signal
import sys

import aiohttp
import pytest
import yaml

from sandbox.client import Person
from sandbox.manifest import BadManifest, parse
from sandbox.rates import POSTING, Rates
from sandbox.server import Server
from tests.sandbox.workplace import MANIFEST, SNEAKERS, settings, web_client


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_says_where_it_is_and_stops_cleanly(number):
    words = ["-m", "sandbox", "--port", "0", "--manifest", str(MANIFEST)]
    program = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    line = (await asyncio.wait_for(program.stdout.readline(), 15)).decode()
    found = re.fullmatch(r"practice workspace ready on (http://127\.0\.0\.1:\d+)\n", line)
    async with Person(found[1], "U0ADA") as ada:
        await ada.say(SNEAKERS, "hello")
        assert [m["text"] for m in await ada.messages(SNEAKERS)] == ["hello"]
    program.send_signal(number)
    _, complaints = await asyncio.wait_for(program.communicate(), 10)
    assert (program.returncode, complaints) == (0, b"")


async def test_it_stops_while_people_and_an_app_are_connected():
    async with Server(settings()) as server:
        client = web_client(server)
        opened = await client.apps_connections_open(app_token=server.settings.app_token)
        async with aiohttp.ClientSession() as session:
            app = await session.ws_connect(opened["url"])
            feed = await session.ws_connect(f"{server.url}/ui/ws?user=U0ADA")
            for socket in (app, feed):
                assert (await socket.receive_json(timeout=2))["type"] == "hello"
            await asyncio.wait_for(server.stop(), 5)
            endings = set()
            for socket in (app, feed):
                while not socket.closed:
                    endings.add((await socket.receive(timeout=2)).type)
            assert aiohttp.WSMsgType.CLOSE in endings


async def test_a_missing_manifest_is_a_sentence():
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        "--port",
        "0",
        "--manifest",
        "nowhere.yml",
        stderr=asyncio.subprocess.PIPE,
    )
    _, complaint = await program.communicate()
    assert program.returncode == 2
    assert b"Cannot read nowhere.yml" in complaint
    assert b"Traceback" not in complaint


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("display_information", "name"), "", "1 to 35"),
        (("display_information", "description"), "x" * 141, "140"),
        (("features", "slash_commands"), [{"command": "draft", "description": "x"}], "starts with /"),
        (("features", "shortcuts"), [{"type": "odd", "callback_id": "x"}], "shortcut"),
        (("oauth_config", "scopes", "bot"), ["chat:write"], "commands"),
        (("settings", "event_subscriptions", "bot_events"), ["message.mpim", "message.im"], None),
    ],
)
def test_manifests_that_slack_would_refuse_are_refused(path, value, sentence):
    document = yaml.safe_load(MANIFEST.read_text())
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    if sentence is None:
        document["oauth_config"]["scopes"]["bot"].remove("im:history")
        sentence = "im:history"
    with pytest.raises(BadManifest, match=sentence):
        parse(document)


def test_a_bucket_refills_with_time():
    now = [0.0]
    rates = Rates(clock=lambda: now[0])
    assert [rates.take("c", POSTING) for _ in range(10)] == [0] * 10
    assert rates.take("c", POSTING) == 1
    assert rates.take("another", POSTING) == 0
    now[0] = 2.0
    assert [rates.take("c", POSTING) for _ in range(3)] == [0, 0, 1]
