"""What each request takes is measured; here, that none is forgotten, and that what is measured is what is served."""

from aiohttp import web

from bot.web.site import application
from tests.bot.measure_requests import ASKED, SAME_OR_SMALL, all_routes


def test_every_request_to_a_page_with_pictures_is_measured():
    site = application(all_routes(None, None, None))
    served = {
        f"{route.method} {route.resource.canonical}"
        for route in site.router.routes()
        if isinstance(route, web.ResourceRoute) and route.method != "HEAD"
    }
    assert served == {name.partition(",")[0] for name in ASKED} | SAME_OR_SMALL
