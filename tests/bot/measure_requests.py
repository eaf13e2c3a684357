"""Memory and time of each request to the bot's pages, over pictures of 16 megapixels: `python -m tests.bot.measure_requests`.

Each is asked over HTTP of a process of its own. Slow, so it is no test; tests/bot/test_every_request.py knows that none
is missing. The table stands in docs/operating.md.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import numpy as np
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock
from bot.batch import table as batch_table
from bot.editor.access import Access
from bot.editor.actions import Editing
from bot.editor.events import Progress
from bot.editor.routes import EditorSite
from bot.editor.routes import routes as editor_routes
from bot.inspect.access import Inspection
from bot.inspect.routes import InspectSite
from bot.inspect.routes import routes as inspect_routes
from bot.product import actions as product_actions
from bot.product import paint
from bot.product import table as product_table
from bot.reports.actions import Reports
from bot.reports.routes import ReportSite
from bot.reports.routes import routes as report_routes
from bot.reports.spans import Span
from bot.slack.people import Directory
from bot.store import Transaction, pictures
from bot.web.links import Links
from bot.web.site import application
from tests.bot.editor_world import KEY, World, _members, _users_info, draft, payload
from tests.bot.office import ADA, CHANNEL, open_office
from tests.bot.test_editor_page import made

#: Of the largest picture that the bot takes, in pixels.
SIZE = (4000, 3960)
#: Of the largest product.
PRODUCT_SIZE = (2048, 1536)
REGIONS = 6

Ask = Callable[["Everything"], Awaitable[tuple[int, bytes]]]
ASKED: dict[str, Ask] = {}


def asking(name: str) -> Callable[[Ask], Ask]:
    """Enter a request under the route that it goes to, with what makes it special after a comma."""

    def enter(ask: Ask) -> Ask:
        ASKED[name] = ask
        return ask

    return enter


class Everything(World):
    """All of the bot's pages over one grid whose first picture is a large one."""

    large: bytes
    mask: bytes
    product_mask: bytes
    reports: Reports
    inspection: Inspection
    #: Where Ada edits the large picture, and where she paints a product.
    door: str
    product_door: str
    #: The large picture; a fix of it that waits in the editor; and the job of one that is not drawn yet.
    version: int
    waiting: int
    queued: str

    async def prepare(self, folder: Path, reports: Reports, inspection: Inspection) -> None:
        """Make the grid's first picture a large one, have it fixed, and one fix wait; a product, too."""
        self.reports, self.inspection = reports, inspection
        self.large, self.mask = (folder / "large.png").read_bytes(), (folder / "mask.png").read_bytes()
        self.product_mask = (folder / "product_mask.png").read_bytes()
        services = self.office.services
        self.version = (await self.versions())[0]["id"]
        kept = services.picture_store.keep(self.large)

        def enlarge(tx: Transaction) -> None:
            pictures.record(tx, kept, clock.now())
            tx.execute("UPDATE versions SET picture = ? WHERE id = ?", [kept.sha256, self.version])

        await services.database.write(enlarge)
        self.door = await self.link()
        for key in ("drawn", "queued"):
            asked = payload(self.version, key=key * 4)
            told = await self.post(f"{self.door}/fixes", asked, self.mask)
            (self.queued,) = told.body["jobs"]
            if key == "drawn":
                self.waiting = await made(self, self.queued)
        await product_actions.cut(
            services,
            (folder / "product.png").read_bytes(),
            name="rock.png",
            mask=None,
            prompts=("on a beach",),
            channel=CHANNEL,
            person=ADA,
            event_id="product",
        )
        series = await services.database.read(lambda tx: batch_table.find(tx, "backgrounds:1"))
        what = product_table.name_of(series.product, series)
        shown = await paint.begin(services, what, person=ADA, channel=CHANNEL)
        self.product_door = await self.access.link(
            person=ADA.id, version=shown.id, brief=shown.brief, product=what
        )

    def adjustment(self, key: str) -> dict[str, object]:
        """A brighter, warmer, more colourful picture."""
        values = {"exposure": 0.5, "contrast": 20, "warmth": 10, "saturation": 30}
        return {"version": self.version, "values": values, "key": key * 16}

    async def get_bytes(self, path: str) -> tuple[int, bytes]:
        """What is answered: the status and the body."""
        async with self.browser.get(path) as answer:
            return answer.status, await answer.read()

    async def form(self, path: str, request: dict[str, object], *masks: bytes) -> tuple[int, bytes]:
        """As the page posts what was painted."""
        answer = await self.post(path, request, *masks)
        return answer.status, json.dumps(answer.body).encode()

    async def json(self, path: str, body: dict[str, object]) -> tuple[int, bytes]:
        """As the page posts everything else."""
        answer = await self.post_json(path, body)
        return answer.status, json.dumps(answer.body).encode()

    async def costs(self) -> str:
        """The address of a report."""
        today = datetime.now(UTC).date()
        span = Span(first=today - timedelta(days=1), last=today + timedelta(days=1))
        return await self.reports.link(person=ADA.id, channel=CHANNEL.id, span=span)


def _simple(route: str, path: str) -> None:
    @asking(route)
    async def ask(world: Everything) -> tuple[int, bytes]:
        return await world.get_bytes(world.door + path.format(version=world.version))


_simple("GET /editor/{token}", "")
_simple("GET /editor/{token}/state", "/state")
_simple("GET /editor/{token}/cost", "/cost?version={version}&candidates=4&parts=6")
_simple("GET /editor/{token}/pictures/{version}", "/pictures/{version}")
_simple("GET /editor/{token}/pictures/{version}, small", "/pictures/{version}?width=160")


@asking("GET /editor/static/{name}")
async def _static(world: Everything) -> tuple[int, bytes]:
    return await world.get_bytes("/editor/static/fix.js")


@asking("GET /editor/{token}/masks/{version}")
async def _mask(world: Everything) -> tuple[int, bytes]:
    return await world.get_bytes(f"{world.door}/masks/{world.waiting}")


@asking("POST /editor/{token}/fixes")
async def _fix(world: Everything) -> tuple[int, bytes]:
    return await world.form(f"{world.door}/fixes", payload(world.version), world.mask)


@asking("POST /editor/{token}/fixes, six regions")
async def _fixes(world: Everything) -> tuple[int, bytes]:
    parts = [{"instruction": f"a blue label {number}"} for number in range(REGIONS)]
    return await world.form(
        f"{world.door}/fixes", payload(world.version, parts=parts), *[world.mask] * REGIONS
    )


@asking("POST /editor/{token}/fixes, two people's six regions at once")
async def _fixes_of_two(world: Everything) -> tuple[int, bytes]:
    parts = [{"instruction": f"a blue label {number}"} for number in range(REGIONS)]
    answers = await asyncio.gather(
        *(
            world.form(f"{world.door}/fixes", payload(world.version, parts=parts, key=key * 16), *[world.mask] * REGIONS)
            for key in "ab"
        )
    )  # fmt: skip
    return max(answers)


@asking("POST /editor/{token}/fixes, more around it")
async def _extend(world: Everything) -> tuple[int, bytes]:
    asked = payload(world.version, extend={"left": 0.8, "right": 0, "top": 0, "bottom": 0})
    return await world.form(f"{world.door}/fixes", asked)


@asking("POST /editor/{token}/use")
async def _use(world: Everything) -> tuple[int, bytes]:
    return await world.json(f"{world.door}/use", {"version": world.waiting})


@asking("POST /editor/{token}/discard")
async def _discard(world: Everything) -> tuple[int, bytes]:
    return await world.json(f"{world.door}/discard", {"versions": [world.waiting]})


@asking("POST /editor/{token}/another")
async def _another(world: Everything) -> tuple[int, bytes]:
    return await world.json(f"{world.door}/another", {"version": world.waiting, "key": "another-of-these"})


@asking("POST /editor/{token}/adjustments")
async def _adjust(world: Everything) -> tuple[int, bytes]:
    return await world.form(f"{world.door}/adjustments", world.adjustment("a"))


@asking("POST /editor/{token}/adjustments, a painted part")
async def _adjust_part(world: Everything) -> tuple[int, bytes]:
    return await world.form(f"{world.door}/adjustments", world.adjustment("a"), world.mask)


@asking("POST /editor/{token}/adjustments, three people's at once")
async def _adjust_three(world: Everything) -> tuple[int, bytes]:
    answers = await asyncio.gather(
        *(world.form(f"{world.door}/adjustments", world.adjustment(key)) for key in "abc")
    )
    return max(answers)


@asking("GET /editor/{token}/product")
async def _product(world: Everything) -> tuple[int, bytes]:
    return await world.get_bytes(f"{world.product_door}/product")


@asking("POST /editor/{token}/product")
async def _use_product(world: Everything) -> tuple[int, bytes]:
    return await world.form(f"{world.product_door}/product", {"key": "k" * 16}, world.product_mask)


@asking("POST /editor/{token}/current")
async def _current(world: Everything) -> tuple[int, bytes]:
    return await world.json(f"{world.door}/current", {"version": world.version})


@asking("POST /editor/{token}/signout")
async def _sign_out(world: Everything) -> tuple[int, bytes]:
    return await world.json(f"{world.door}/signout", {})


@asking("GET /editor/{token}/jobs/{job}/events")
async def _events(world: Everything) -> tuple[int, bytes]:
    (row,) = [row for row in await world.versions() if row["id"] == world.waiting]
    return await world.get_bytes(f"{world.door}/jobs/{row['job']}/events")


@asking("POST /editor/{token}/jobs/{job}/stop")
async def _stop(world: Everything) -> tuple[int, bytes]:
    return await world.json(f"{world.door}/jobs/{world.queued}/stop", {})


@asking("GET /costs/{token}")
async def _costs(world: Everything) -> tuple[int, bytes]:
    return await world.get_bytes(await world.costs())


@asking("GET /costs/{token}/costs.csv")
async def _costs_csv(world: Everything) -> tuple[int, bytes]:
    return await world.get_bytes(f"{await world.costs()}/costs.csv")


@asking("GET /costs/{token}/thumbnails/{sha256}")
async def _thumbnail(world: Everything) -> tuple[int, bytes]:
    (row,) = [row for row in await world.versions() if row["id"] == world.version]
    return await world.get_bytes(f"{await world.costs()}/thumbnails/{row['picture']}")


@asking("GET /costs/static/{name}")
async def _costs_static(world: Everything) -> tuple[int, bytes]:
    return await world.get_bytes("/costs/static/icon.svg")


@asking("GET /inspect/{token}")
async def _question(world: Everything) -> tuple[int, bytes]:
    return await world.get_bytes(await world.inspection.link(ADA.id))


@asking("POST /inspect/{token}")
async def _inspect(world: Everything) -> tuple[int, bytes]:
    form = aiohttp.FormData()
    form.add_field("file", world.large, filename="large.png", content_type="image/png")
    async with world.browser.post(await world.inspection.link(ADA.id), data=form) as answer:
        return answer.status, await answer.read()


#: The same handlers behind another door, and pages that hold no picture, looked at elsewhere.
SAME_OR_SMALL = {
    "GET /inspect",
    "POST /inspect",
    "GET /inspect/static/{name}",
    "GET /health",
}


async def _measure(name: str, folder: Path, scratch: Path) -> dict[str, float]:
    office = open_office(scratch)
    services, database = office.services, office.database
    slack = web.Application()
    slack.router.add_route("*", "/api/users.info", _users_info)
    slack.router.add_route("*", "/api/conversations.members", _members)
    async with TestServer(slack) as slack_server:
        client = AsyncWebClient(token="xoxb-test", base_url=str(slack_server.make_url("/api/")))
        directory, links = Directory(client), Links(KEY)
        access, editing = Access(links=links, database=database), Editing(services=services)
        editor = EditorSite(
            editing=editing, access=access, directory=directory, progress=Progress(), painter=paint
        )
        reports = Reports(
            services=services, directory=directory, picture_store=services.picture_store, links=links
        )
        inspection = Inspection(
            database=database,
            picture_store=services.picture_store,
            directory=directory,
            links=links,
            is_open=False,
        )
        async with TestClient(TestServer(application(all_routes(editor, reports, inspection)))) as browser:
            world = Everything(office, browser, access, links, editing, await draft(office, "first"))
            await world.prepare(folder, reports, inspection)
            # What is common to all comes first, so that the figures are each request's own.
            await world.get_bytes(f"{world.door}/state")
            Path("/proc/self/clear_refs").write_text("5")
            before, began, busy = _memory("VmRSS"), time.perf_counter(), time.process_time()
            status, body = await ASKED[name](world)
            seconds, core = time.perf_counter() - began, time.process_time() - busy
            if status not in (200, 204):
                raise RuntimeError(f"{name}: {status} {body[:300]!r}")
            added = max(0.0, _memory("VmHWM") - before)
    database.close()
    return {"mb": added, "seconds": seconds, "core_s": core}


def all_routes(editor: EditorSite, reports: Reports, inspection: Inspection) -> list[web.AbstractRouteDef]:
    """The routes that hold pictures."""
    return [
        *editor_routes(lambda token: editor),
        *report_routes(lambda token: ReportSite(reports=reports)),
        *inspect_routes(lambda token: InspectSite(inspection=inspection)),
    ]


def _memory(what: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in status if line.startswith(what)).split()[1]) / 1024


def prepare(folder: Path) -> None:
    """A picture like a photo, with grain, and a soft mask of the same size."""
    width, height = SIZE
    grain = np.random.default_rng(7).integers(0, 6, (height, width, 1), dtype=np.uint8)
    rows = np.linspace(20, 200, height, dtype=np.uint8)[:, None, None]
    columns = np.linspace(0, 40, width, dtype=np.uint8)[None, :, None]
    tint = np.array([0, 8, 15], np.uint8)
    large = Image.fromarray(rows + columns + grain + tint)
    large.save(folder / "large.png")
    large.resize(PRODUCT_SIZE).save(folder / "product.png")
    mask = Image.new("L", SIZE)
    mask.paste(Image.radial_gradient("L").resize((1800, 1800)).point(lambda v: 255 - v), (1200, 700))
    # Where `made` paints.
    mask.paste(255, (0, 0, 64, 64))
    mask.save(folder / "mask.png")
    mask.resize(PRODUCT_SIZE).point(lambda v: 255 * (v > 60)).save(folder / "product_mask.png")


def main() -> None:
    """Print the table, or, with a request's name, its own figures."""
    if len(sys.argv) > 2:
        folder = Path(sys.argv[2])
        with tempfile.TemporaryDirectory() as scratch:
            print(json.dumps(asyncio.run(_measure(sys.argv[1], folder, Path(scratch)))))
        return
    print("| request | memory that it adds, MB | seconds | of one core |\n| --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        for name in ASKED if len(sys.argv) == 1 else [name for name in ASKED if sys.argv[1] in name]:
            told = subprocess.run(
                [sys.executable, "-m", "tests.bot.measure_requests", name, folder],
                capture_output=True,
                text=True,
                check=True,
            )
            found = json.loads(told.stdout)
            print(
                f"| `{name}` | {found['mb']:.0f} | {found['seconds']:.2f} | {found['core_s']:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
