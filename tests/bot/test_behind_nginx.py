"""The editor behind Debian's nginx, whose proxy settings are its defaults: another Host, HTTP/1.0, buffers."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
from contextlib import asynccontextmanager

import aiohttp
import pytest

from tests.bot.editor_world import box_mask, editor, png

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed (apt install nginx-light)")
CONFIG = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass {bot}; }}
  }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def behind_nginx(office, folder):
    """The editor's world, and a session at nginx's address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    async with editor(office, public_url=address) as world:
        config = folder / "nginx.conf"
        config.write_text(
            CONFIG.format(folder=folder, port=port, bot=str(world.browser.make_url("")).rstrip("/"))
        )
        nginx = await asyncio.create_subprocess_exec(
            NGINX, "-c", str(config), "-e", str(folder / "error.log"), "-p", str(folder)
        )
        try:
            async with aiohttp.ClientSession(address) as session:
                async with asyncio.timeout(20):
                    while True:
                        try:
                            async with session.get("/health"):
                                break
                        except aiohttp.ClientError:
                            assert nginx.returncode is None, (folder / "error.log").read_text()
                            await asyncio.sleep(0.05)
                yield world, session, address
        finally:
            nginx.terminate()
            await nginx.wait()


def fix(version, key):
    form = aiohttp.FormData()
    request = {
        "version": version,
        "key": key,
        "parts": [{"instruction": "a blue label"}],
        "candidates": 1,
    }
    form.add_field("request", json.dumps(request), content_type="application/json")
    form.add_field("mask0", png(box_mask()), filename="mask.png", content_type="image/png")
    return form


async def test_the_editor_works_and_a_foreign_page_does_not(office, tmp_path):
    async with behind_nginx(office, tmp_path) as (world, session, address):
        link, version = await world.link(), (await world.versions())[0]["id"]
        async with session.get(f"{link}/state") as answer:
            assert (answer.status, (await answer.json())["version"]) == (200, version)
        ours = {"Origin": address, "Sec-Fetch-Site": "same-origin"}
        foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        async with session.post(f"{link}/fixes", data=fix(version, "0123456789"), headers=foreign) as answer:
            assert answer.status == 403
        async with session.post(f"{link}/fixes", data=fix(version, "0123456789"), headers=ours) as answer:
            assert answer.status == 200, await answer.text()
            (job,) = (await answer.json())["jobs"]
        # What happens comes as it happens, though nginx has buffers.
        stop = f"{link}/jobs/{job}/stop"
        async with asyncio.timeout(20), session.get(f"{link}/jobs/{job}/events") as events:
            assert events.status == 200
            async with session.post(stop, headers=ours) as answer:
                assert (await answer.json()) == {"stopped": True}
            assert b"stopped" in await events.content.readline()
        async with session.post(f"{link}/signout", headers=ours) as answer:
            assert answer.status == 200
        async with session.get(f"{link}/state") as answer:
            assert answer.status == 403


async def test_without_our_public_address_every_post_would_be_foreign(office, tmp_path):
    """What nginx does to the Host: this is why DRAFTROOM_PUBLIC_URL has to be set."""
    async with behind_nginx(office, tmp_path) as (world, session, _):
        headers = {"Origin": "http://draft.example", "Sec-Fetch-Site": "same-origin"}
        async with session.post(f"{await world.link()}/signout", headers=headers) as answer:
            assert answer.status == 403
