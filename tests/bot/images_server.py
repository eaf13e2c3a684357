"""A server of the Images API whose answers are a test's own, and what tests ask such servers for. No tests here."""

from contextlib import asynccontextmanager

from aiohttp import web

from bot.fix.request import FixRequest
from bot.pictures.box import Box

GENERATIONS, EDITS = "/v1/images/generations", "/v1/images/edits"
#: The left half of the newest picture, in another colour.
SOFTER_LEFT = FixRequest(
    region=Box(left=0, top=0, right=0.5, bottom=1),
    region_text="left",
    instruction="softer light",
    cell=None,
)


@asynccontextmanager
async def serving(answers, **options):
    """Answer at these paths; the server's address. `options` are the runner's."""
    app = web.Application(client_max_size=2**26)
    for path, answer in answers.items():
        app.router.add_route("*", path, answer)
    runner = web.AppRunner(app, **options)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def fields_of(request):
    """What a request says beside its pictures, whether it is JSON or a form."""
    if request.content_type == "application/json":
        return await request.json()
    form = await request.post()
    return {name: value for name, value in form.items() if isinstance(value, str)}
