"""Pictures to and from Slack: the three-step upload, waiting until a file can be shown, guarded downloads."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.briefs.model import Remedy
from bot.texts import say

#: How long Slack may take to process an upload, in seconds.
PROCESSING_LIMIT_S = 30.0
#: Largest file that is downloaded, in bytes.
DOWNLOAD_LIMIT = 20_000_000
#: How long a download may take, in seconds.
DOWNLOAD_TIMEOUT_S = 20.0
#: Slack's own hosts; a file of another host is somebody else's and must not see our token.
SLACK_HOSTS = ("files.slack.com", "slack.com", "slack-files.com")
_REDIRECTS = 3
_FIRST_POLL_S = 0.05


class FileNotReady(Exception):
    """Slack still processes an upload after the limit; try again later."""


async def upload(
    client: AsyncWebClient,
    data: bytes,
    *,
    filename: str,
    alt_text: str,
    channel: str | None = None,
    thread_ts: str | None = None,
) -> str:
    """Upload a picture and wait until blocks may show it. Returns its id.

    It belongs to no channel yet, unless one is named: there it is posted as a file.
    """
    ticket = await client.files_getUploadURLExternal(
        filename=filename, length=len(data), alt_txt=alt_text[:1_000]
    )
    timeout = aiohttp.ClientTimeout(total=PROCESSING_LIMIT_S)
    async with (
        aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
        session.post(str(ticket["upload_url"]), data=data) as answer,
    ):
        if answer.status != 200:
            raise FileNotReady(f"the upload of {filename} was answered with status {answer.status}")
    file_id = str(ticket["file_id"])
    await client.files_completeUploadExternal(
        files=[{"id": file_id, "title": filename}],
        channel_id=channel,
        thread_ts=thread_ts if channel else None,
    )
    await _wait_until_shown(client, file_id)
    return file_id


async def _wait_until_shown(client: AsyncWebClient, file_id: str) -> None:
    """A file may stand in a block only once Slack has found its MIME type."""
    pause, waited = _FIRST_POLL_S, 0.0
    while waited < PROCESSING_LIMIT_S:
        info = await client.files_info(file=file_id)
        if info["file"].get("mimetype"):
            return
        await asyncio.sleep(pause)
        waited += pause
        pause = min(pause * 1.6, 2.0)
    raise FileNotReady(f"Slack still processes file {file_id}")


async def download(client: AsyncWebClient, url: str, *, token: str) -> bytes:
    """Fetch a file that a person attached. Raises Remedy when it cannot be had.

    The token travels only to Slack's hosts (or to the host of the configured Web API), over https
    unless the Web API itself is a local server; each redirect is checked the same way.
    """
    headers = {"Authorization": f"Bearer {token}"}
    timeout = aiohttp.ClientTimeout(total=DOWNLOAD_TIMEOUT_S)
    async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
        for _ in range(_REDIRECTS):
            if not may_see_token(url, client.base_url):
                raise Remedy(say("file-elsewhere"))
            try:
                async with session.get(url, headers=headers, allow_redirects=False) as answer:
                    if answer.status in (301, 302, 303, 307, 308):
                        url = urljoin(url, answer.headers.get("Location", ""))
                        continue
                    return await _body(answer)
            except (TimeoutError, aiohttp.ClientError) as error:
                raise Remedy(say("file-not-handed")) from error
    raise Remedy(say("file-not-handed"))


def may_see_token(url: str, api_url: str) -> bool:
    """Whether our bot token may be sent to this address."""
    try:
        address, api = urlsplit(url), urlsplit(api_url)
        port, api_port = address.port, api.port
    except ValueError:
        return False
    if address.username or address.password or not address.hostname:
        return False
    if (address.scheme, address.hostname, port) == (api.scheme, api.hostname, api_port):
        return True
    slack = address.hostname in SLACK_HOSTS or address.hostname.endswith(".slack.com")
    return slack and address.scheme == "https" and port in (None, 443)


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    if answer.status != 200 or answer.content_type == "text/html":
        # Slack answers a token without files:read with its sign-in page and status 200.
        raise Remedy(say("file-not-readable"))
    data = await answer.content.read(DOWNLOAD_LIMIT + 1)
    while len(data) <= DOWNLOAD_LIMIT and (more := await answer.content.read(DOWNLOAD_LIMIT + 1 - len(data))):
        data += more
    if len(data) > DOWNLOAD_LIMIT:
        raise Remedy(say("file-too-large", megabytes=DOWNLOAD_LIMIT // 1_000_000))
    return data


def error_code(error: SlackApiError) -> str:
    """Slack's name of what went wrong."""
    response = error.response
    return str(response.get("error", "unknown_error")) if response is not None else "unknown_error"


async def fetch(client: AsyncWebClient, file: dict[str, Any], *, token: str) -> bytes:
    """An attached file's bytes. Slack sends some files as a stub that has to be looked up."""
    if not file.get("url_private"):
        file = (await client.files_info(file=file["id"]))["file"]
    url = file.get("url_private_download") or file.get("url_private") or ""
    return await download(client, url, token=token)


#: How long Slack may take to receive a file, in seconds.
UPLOAD_LIMIT_S = 30.0


async def share(
    client: AsyncWebClient, data: bytes, *, filename: str, channel: str, comment: str, thread_ts: str | None
) -> None:
    """Upload a file into a conversation. Raises FileNotReady, SlackApiError, aiohttp.ClientError."""
    ticket = await client.files_getUploadURLExternal(filename=filename, length=len(data))
    timeout = aiohttp.ClientTimeout(total=UPLOAD_LIMIT_S)
    async with (
        aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
        session.post(str(ticket["upload_url"]), data=data) as answer,
    ):
        if answer.status != 200:
            raise FileNotReady(f"the upload of {filename} was answered with status {answer.status}")
    await client.files_completeUploadExternal(
        files=[{"id": str(ticket["file_id"]), "title": filename}],
        channel_id=channel,
        initial_comment=comment,
        thread_ts=thread_ts,
    )
