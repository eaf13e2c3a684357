"""The editor's HTTP: the page and its files, the tree and its pictures, what is asked for, and how a fix gets on."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from aiohttp import BodyPartReader, web
from PIL import Image
from slack_sdk.errors import SlackApiError

from bot.briefs.model import Person, UserError
from bot.briefs.services import Services
from bot.editor import page_texts, tree
from bot.editor import request as editor_request
from bot.editor.access import Access, NoAccess, Visitor
from bot.editor.actions import Editing
from bot.editor.events import Progress, follow
from bot.ledger import about
from bot.ledger.wording import left_of
from bot.pictures import opening
from bot.pictures.turns import in_turn
from bot.slack.people import Directory
from bot.slack.web_api import error_code
from bot.store import pictures
from bot.store.pictures import PictureGone
from bot.texts import say
from bot.web.pages import Pages
from marks.writing import encode, marks_of

log = logging.getLogger(__name__)
T = TypeVar("T")

#: Largest request, in bytes: a few masks of large pictures.
BODY_LIMIT = 40_000_000
#: Largest text field of a request, in bytes.
FIELD_LIMIT = 100_000
#: Widest small copy of a picture, in pixels.
THUMBNAIL_LIMIT = 512

_PAGES = Pages(
    page_texts.PAGE,
    "/editor",
    "script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; form-action 'none';"
    " require-trusted-types-for 'script'",
    Permissions_Policy="camera=(), microphone=(), geolocation=()",
)


class Painter(Protocol):
    """Whoever takes in what is painted as a product."""

    async def so_far(self, services: Services, what: str, *, person: Person) -> bytes | None:
        """Where the product is as a mask (PNG, white); None while nobody has said. Raises UserError."""

    async def use(
        self, services: Services, what: str, mask: Image.Image, *, person: Person, key: str
    ) -> None:
        """Cut the product out where the mask is white. Raises UserError."""


#: Event streams that one link keeps open at once: a few tabs, each watching a few fixes.
STREAMS_LIMIT = 12


@dataclass(frozen=True, kw_only=True)
class EditorSite:
    """Serves the editor below `/editor`."""

    editing: Editing
    access: Access
    directory: Directory
    progress: Progress
    painter: Painter
    #: The address by which people reach the site; empty: that of the request itself.
    public_url: str = ""
    #: How many event streams are open by each link.
    streams: Counter[str] = field(default_factory=Counter)

    async def let_in(self, request: web.Request) -> Visitor:
        """Who comes, where their link holds and they come from our own page. Raises NoAccess."""
        if request.method == "POST" and not from_our_page(request, self.public_url):
            raise NoAccess(say("editor-foreign-page"))
        visitor = await self.access.visitor(request.match_info["token"])
        await self._check_inside(visitor)
        return visitor

    async def _check_inside(self, visitor: Visitor) -> None:
        """Raise NoAccess for who is a colleague no longer, or no longer in the channel; asked of Slack each minute."""
        person = await self.directory.person(visitor.person)
        channel = await self.editing.channel(visitor.brief)
        if (
            person.is_stranger
            or person.is_deactivated
            or not await self.directory.is_member(channel, person.id)
        ):
            raise NoAccess(say("editor-not-inside"))

    async def _state(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        services, prices = self.editing.services, self.editing.services.prices
        found = await services.database.read(lambda tx: tree.read(tx, visitor.brief, visitor.person, prices))
        names = dict(zip(found.people, await asyncio.gather(*map(self._name, found.people)), strict=True))
        view = tree.named(found, names, visitor.person)
        return web.json_response(
            {
                "prompt": view.prompt,
                "product": bool(visitor.product),
                "version": visitor.version,
                "current": view.current,
                "versions": view.versions,
                "working": view.working,
                "staged": view.staged,
                "limits": {
                    "candidates": editor_request.CANDIDATES_LIMIT,
                    "parts": editor_request.PARTS_LIMIT,
                },
            },
            headers={"Cache-Control": "no-store"},
        )

    async def _name(self, person: str) -> str:
        try:
            return (await self.directory.person(person)).name
        except UserError:
            return ""

    async def _cost(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        query = request.query
        sides = {
            side: _integer(query[side], 0, 100)
            for side in ("left", "right", "top", "bottom")
            if side in query
        }
        cost = await self.editing.cost(
            _integer(query.get("version", ""), 0, 10**15),
            brief=visitor.brief,
            candidates=_integer(query.get("candidates", "1"), 1, editor_request.CANDIDATES_LIMIT),
            parts=_integer(query.get("parts", "1"), 1, editor_request.PARTS_LIMIT),
            sides=sides if any(sides.values()) else None,
            said=query.getall("say", []),
        )
        answer = {
            "cost": about(cost.micro, cost.currency) if cost.micro else "",
            "left": left_of(cost.left),
            "fits": cost.fits,
        }
        return web.json_response(answer, headers={"Cache-Control": "no-store"})

    async def _picture(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        _, picture = await self.editing.version(int(request.match_info["version"]), brief=visitor.brief)
        data, kind = await self.editing.read(picture), picture.mime
        if "width" in request.query:
            width = _integer(request.query["width"], 16, THUMBNAIL_LIMIT)
            data, kind = await asyncio.to_thread(_thumbnail, data, width), "image/webp"
        # A version never changes, but whoever signs out shall not find it in a shared cache.
        return web.Response(body=data, content_type=kind, headers={"Cache-Control": "private, max-age=3600"})

    async def _mask(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        version, _ = await self.editing.version(int(request.match_info["version"]), brief=visitor.brief)
        if version.mask is None:
            raise UserError(say("editor-selection-none"))
        sha256 = version.mask
        picture = await self.editing.services.database.read(lambda tx: pictures.find(tx, sha256))
        return web.Response(body=await self.editing.read(picture), content_type=picture.mime)

    async def _fix(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        await self.directory.actor(_fixer(visitor))
        text, painted = await _form(request)
        jobs = await self.editing.fix(
            editor_request.read_fix(text), painted, brief=visitor.brief, person=visitor.person
        )
        return web.json_response({"jobs": jobs})

    async def _use(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        await self.directory.actor(_fixer(visitor))
        version = editor_request.read_version(await _text(request))
        used = await self.editing.use(version, brief=visitor.brief, person=visitor.person)
        return web.json_response({"used": used})

    async def _discard(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        await self.directory.actor(_fixer(visitor))
        versions = editor_request.read_versions(await _text(request))
        await self.editing.discard(versions, brief=visitor.brief, person=visitor.person)
        return web.json_response({})

    async def _another(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        await self.directory.actor(_fixer(visitor))
        text = await _text(request)
        job = await self.editing.another(
            editor_request.read_version(text),
            brief=visitor.brief,
            person=visitor.person,
            key=editor_request.read_key(text),
        )
        return web.json_response({"jobs": [job]})

    async def _adjust(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        await self.directory.actor(_fixer(visitor))
        text, painted = await _form(request)
        page_request = editor_request.read_adjustment(text)
        version = await self.editing.adjust(
            page_request, painted[0] if painted else None, brief=visitor.brief, person=visitor.person
        )
        return web.json_response({"version": version})

    async def _product(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Where the product is so far, as a mask; nothing while nobody has said."""
        person = await self.directory.actor(_painter(visitor))
        mask = await self.painter.so_far(self.editing.services, visitor.product, person=person)
        headers = {"Cache-Control": "no-store"}
        if mask is None:
            return web.Response(status=204, headers=headers)
        return web.Response(body=mask, content_type="image/png", headers=headers)

    async def _use_product(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        person = await self.directory.actor(_painter(visitor))
        text, painted = await _form(request)
        if len(painted) != 1:
            raise UserError(say("editor-unreadable"))
        _, picture = await self.editing.version(visitor.version, brief=visitor.brief)
        mask = await in_turn(editor_request.read_mask, painted[0], picture.width, picture.height)
        key = f"{person.id}:{editor_request.read_key(text)}"
        await self.painter.use(self.editing.services, visitor.product, mask, person=person, key=key)
        return web.json_response({})

    async def _go_back(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        await self.directory.actor(_fixer(visitor))
        version = editor_request.read_version(await _text(request))
        changed = await self.editing.go_back(version, brief=visitor.brief, person=visitor.person)
        return web.json_response({"changed": changed})

    async def _sign_out(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        await self.editing.sign_out(visitor.person)
        return web.json_response({})

    async def _stop(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        job = request.match_info["job"]
        stopped = await self.editing.stop(job, brief=visitor.brief, person=visitor.person)
        return web.json_response({"stopped": stopped})

    async def _events(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        job_id, link = request.match_info["job"], request.match_info["token"]
        await self.editing.outcome(job_id, brief=visitor.brief)
        if self.streams[link] >= STREAMS_LIMIT:
            return _refusal(429, say("editor-too-many-streams"))
        self.streams[link] += 1
        try:
            return await self._stream(request, job_id, visitor)
        finally:
            self.streams[link] -= 1
            if not self.streams[link]:
                del self.streams[link]

    async def _stream(self, request: web.Request, job_id: str, visitor: Visitor) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream",
                "Cache-Control": "no-store",
                # Else nginx gathers events until they fill a buffer.
                "X-Accel-Buffering": "no",
                **_PAGES.headers,
            }
        )
        await response.prepare(request)
        try:
            async for event in follow(self.editing, self.progress, job_id, brief=visitor.brief):
                await response.write(b"data: " + json.dumps(event).encode() + b"\n\n")
        except (ConnectionResetError, asyncio.CancelledError):
            log.debug("whoever watched %s is gone", job_id)
        return response


Answer = Callable[[EditorSite, web.Request, Visitor], Awaitable[web.StreamResponse]]


def routes(site_of: Callable[[str], EditorSite | None]) -> list[web.AbstractRouteDef]:
    """What to add to the web application; `site_of` finds the workspace's site that a link was given by."""
    door = "/editor/{token}"

    def guarded(answer: Answer) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Let only those in whose link holds; tell refusals as sentences."""

        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                site = site_of(request.match_info["token"])
                if site is None:
                    raise NoAccess(say("editor-link-broken"))
                response = await answer(site, request, await site.let_in(request))
            except NoAccess as error:
                response = _refusal(403, str(error))
            except UserError as error:
                response = _refusal(422, error.sentence)
            except SlackApiError as error:
                # Who they are could not be asked.
                response = _refusal(503, say("slack-refused", code=error_code(error)))
            except PictureGone:
                response = _refusal(404, say("picture-gone"))
            except web.HTTPRequestEntityTooLarge:
                response = _refusal(413, say("editor-too-much", megabytes=BODY_LIMIT // 1_000_000))
            if not response.prepared:
                response.headers.update(_PAGES.headers)
            return response

        return handle

    return [
        _PAGES.static(),
        web.get(door, page),
        web.get(f"{door}/state", guarded(EditorSite._state)),
        web.get(f"{door}/cost", guarded(EditorSite._cost)),
        web.get(door + r"/pictures/{version:\d{1,15}}", guarded(EditorSite._picture)),
        web.get(door + r"/masks/{version:\d{1,15}}", guarded(EditorSite._mask)),
        web.post(f"{door}/fixes", guarded(EditorSite._fix)),
        web.post(f"{door}/use", guarded(EditorSite._use)),
        web.post(f"{door}/discard", guarded(EditorSite._discard)),
        web.post(f"{door}/another", guarded(EditorSite._another)),
        web.post(f"{door}/adjustments", guarded(EditorSite._adjust)),
        web.get(f"{door}/product", guarded(EditorSite._product)),
        web.post(f"{door}/product", guarded(EditorSite._use_product)),
        web.post(f"{door}/current", guarded(EditorSite._go_back)),
        web.post(f"{door}/signout", guarded(EditorSite._sign_out)),
        web.get(f"{door}/jobs/{{job}}/events", guarded(EditorSite._events)),
        web.post(f"{door}/jobs/{{job}}/stop", guarded(EditorSite._stop)),
    ]


def _painter(visitor: Visitor) -> str:
    """Who comes to paint a product. Raises NoAccess where the link is not for that."""
    if not visitor.product:
        raise NoAccess(say("editor-link-broken"))
    return visitor.person


def _fixer(visitor: Visitor) -> str:
    """Who comes to change a picture. Raises NoAccess for a product's: it has no thread to show what came of it."""
    if visitor.product:
        raise NoAccess(say("editor-link-broken"))
    return visitor.person


async def page(request: web.Request) -> web.StreamResponse:
    """The page itself; what it may show, its link decides."""
    return _PAGES.sent(page_texts.page())


def from_our_page(request: web.Request, public_url: str = "") -> bool:
    """Whether a browser says that a request comes from this very site; silence is no consent.

    A proxy may hand on another Host than people see: `public_url` is our address as well.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if origin is not None and origin != public_url.rstrip("/") and origin.partition("://")[2] != request.host:
        return False
    return site == "same-origin" if site is not None else origin is not None


async def _text(request: web.Request) -> str:
    return (await request.content.read(FIELD_LIMIT)).decode("utf-8", "replace")


async def _form(request: web.Request) -> tuple[str, list[bytes]]:
    """The request's JSON and its masks in order. Raises UserError."""
    if not request.content_type.startswith("multipart/"):
        raise UserError(say("editor-unreadable"))
    text, painted, size = "", {}, 0
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise UserError(say("editor-unreadable"))
            data = bytearray()
            while chunk := await part.read_chunk():
                data += chunk
                size += len(chunk)
                if size > BODY_LIMIT or (part.name == "request" and len(data) > FIELD_LIMIT):
                    raise web.HTTPRequestEntityTooLarge(BODY_LIMIT, size)
            if part.name == "request":
                text = data.decode("utf-8", "replace")
            elif part.name and part.name.startswith("mask") and part.name[4:] in _NUMBERS:
                painted[int(part.name[4:])] = bytes(data)
    except ValueError as error:
        raise UserError(say("editor-unreadable")) from error
    return text, [painted[number] for number in sorted(painted)]


_NUMBERS = {str(number) for number in range(editor_request.PARTS_LIMIT)}


def _integer(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 16 or not least <= int(text) <= most:
        raise UserError(say("editor-no-whole-number", text=text[:20], least=str(least), most=str(most)))
    return int(text)


def _thumbnail(data: bytes, width: int) -> bytes:
    image = opening.seen(data)
    image.thumbnail((width, width), Image.Resampling.LANCZOS)
    return encode(image, "WEBP", marks_of(data), quality=82)


def _refusal(status: int, sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=status, headers={"Cache-Control": "no-store"})
