"""The editor's site over services with a finished grid, asked over real HTTP. No tests here."""

import io
import json
import struct
import zlib
from contextlib import asynccontextmanager
from types import SimpleNamespace

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image
from slack_sdk.web.async_client import AsyncWebClient

from bot.briefs.model import BriefRequest
from bot.draft import actions as draft_actions
from bot.editor.access import Access
from bot.editor.actions import Editing
from bot.editor.events import Progress
from bot.editor.routes import EditorSite, routes
from bot.fix.drawn_over import Markups
from bot.product import paint
from bot.slack.people import Directory
from bot.web.links import Links
from bot.web.site import application
from tests.bot.office import ADA, CHANNEL, finish_draft, rows

KEY = b"k" * 32


def png(image):
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def box_mask(box=(10, 20, 40, 50), size=(64, 64)):
    mask = Image.new("L", size, 0)
    mask.paste(255, box)
    return mask


def lying_png(width, height, kind=2):
    """A PNG whose header promises so many pixels, with hardly any data behind it."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1_000))
        + chunk(b"IEND", b"")
    )


async def _users_info(request):
    """Slack, as far as the directory asks it."""
    user = request.query.get("user") or (await request.post())["user"]
    told = {"id": user, "tz": "UTC", "real_name": {"U0ADA": "Ada Okafor"}.get(user, user)}
    return web.json_response({"ok": True, "user": {**told, "is_restricted": user == "U0GUEST"}})


#: Who is in every channel.
INSIDE = {"U0ADA", "U0BEN", "U0GUEST"}


async def _members(request):
    return web.json_response({"ok": True, "members": sorted(INSIDE)})


@asynccontextmanager
async def editor(office, public_url=""):
    """The editor's site, a thread with four cells, and a way to ask."""
    slack = web.Application()
    slack.router.add_route("*", "/api/users.info", _users_info)
    slack.router.add_route("*", "/api/conversations.members", _members)
    async with TestServer(slack) as slack_server:
        client = AsyncWebClient(token="xoxb-test", base_url=str(slack_server.make_url("/api/")))
        links = Links(KEY)
        access = Access(links=links, database=office.database)
        editing = Editing(services=office.services)
        site = EditorSite(
            editing=editing,
            access=access,
            directory=Directory(client),
            progress=Progress(),
            painter=paint,
            public_url=public_url,
        )
        async with TestClient(TestServer(application(routes(lambda token: site)))) as browser:
            brief = await draft(office, "first")
            yield World(office, browser, access, links, editing, brief)


async def draft(office, key):
    """A finished grid of four cells of 64 by 64 pixels."""
    brief = await draft_actions.open_brief(
        office.services,
        BriefRequest(prompt="a red sneaker on a teal background"),
        person=ADA,
        channel=CHANNEL,
        source_key=key,
    )
    await finish_draft(office, brief)
    return brief


class World:
    """What a test of the editor holds."""

    def __init__(self, office, browser, access, links, editing, brief):
        self.office, self.browser, self.access, self.links = office, browser, access, links
        self.editing, self.brief = editing, brief
        self.markups = Markups(services=office.services)

    async def versions(self, brief=None):
        return await rows(
            self.office.database,
            "SELECT * FROM versions WHERE brief = ? ORDER BY id",
            (brief or self.brief).id,
        )

    async def link(self, person="U0ADA", brief=None):
        found = brief or self.brief
        version = (await self.versions(found))[0]["id"]
        return await self.access.link(person=person, version=version, brief=found.id)

    async def get(self, path):
        async with self.browser.get(path) as answer:
            data = await answer.read()
            body = json.loads(data) if answer.content_type == "application/json" else data
            return SimpleNamespace(status=answer.status, body=body, headers=answer.headers)

    async def post(self, path, payload, *masks, headers=None):
        """As the page posts: the wish as JSON and the masks as files, from our own site."""
        form = aiohttp.FormData(default_to_multipart=True)
        form.add_field("request", payload if isinstance(payload, str) else json.dumps(payload))
        for number, mask in enumerate(masks):
            form.add_field(f"mask{number}", mask, filename=f"mask{number}.png", content_type="image/png")
        sent = {"Sec-Fetch-Site": "same-origin"} if headers is None else headers
        async with self.browser.post(path, data=form, headers=sent) as answer:
            return SimpleNamespace(status=answer.status, body=await answer.json())

    async def post_json(self, path, body):
        async with self.browser.post(path, json=body, headers={"Sec-Fetch-Site": "same-origin"}) as answer:
            return SimpleNamespace(status=answer.status, body=await answer.json())


def payload(version, **changes):
    """A good request for a fix."""
    return {
        "version": version,
        "candidates": 1,
        "parts": [{"instruction": "a blue label"}],
        "key": "0123456789abcdef",
        **changes,
    }
