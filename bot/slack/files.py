"""Pictures to and from Slack: an upload's three steps, each to be taken once, and guarded downloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock
from bot.briefs.model import UserError
from bot.slack import seen_table
from bot.slack.web_api import error_code
from bot.store import Database, Transaction
from bot.texts import say

#: How long Slack may take to receive a file, in seconds.
UPLOAD_LIMIT_S = 30.0
#: Largest file that is downloaded, in bytes.
DOWNLOAD_LIMIT = 20_000_000
#: How long a download may take, in seconds.
DOWNLOAD_TIMEOUT_S = 20.0
#: Slack's own hosts; a file of another host is somebody else's and must not see our token.
SLACK_HOSTS = ("files.slack.com", "slack.com", "slack-files.com")
_REDIRECTS = 3


class FileNotReady(OSError):
    """Slack did not take the bytes, or still processes them; try again later."""


async def send(client: AsyncWebClient, data: bytes, *, filename: str, alt_text: str = "") -> str:
    """Send a file's bytes; nobody sees it before `complete`. Returns its id. Raises FileNotReady, SlackApiError."""
    # Not the client's own method: that one puts the text, which people wrote, into the address.
    fields = {"filename": filename, "length": str(len(data)), "alt_txt": alt_text[:1_000]}
    ticket = await client.api_call(
        "files.getUploadURLExternal", data={name: value for name, value in fields.items() if value}
    )
    if not ticket.get("upload_url") or not ticket.get("file_id"):
        raise FileNotReady(f"Slack gave no address for {filename}")
    timeout = aiohttp.ClientTimeout(total=UPLOAD_LIMIT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            session.post(str(ticket["upload_url"]), data=data) as answer,
        ):
            if answer.status != 200:
                raise FileNotReady(f"the upload of {filename} was answered with status {answer.status}")
    except (aiohttp.ClientError, TimeoutError) as error:
        raise FileNotReady(f"the upload of {filename} broke off: {type(error).__name__}") from error
    return str(ticket["file_id"])


async def complete(
    client: AsyncWebClient,
    file_id: str,
    *,
    filename: str,
    channel: str | None = None,
    thread_ts: str | None = None,
    comment: str | None = None,
) -> None:
    """Make a sent file real. It belongs to no channel yet, unless one is named: there it is posted as a file."""
    kind = filename.rpartition(".")[2]
    await client.files_completeUploadExternal(
        files=[{"id": file_id, "title": filename, "highlight_type": kind}],
        channel_id=channel,
        thread_ts=thread_ts if channel else None,
        initial_comment=comment,
    )


async def may_be_shown(client: AsyncWebClient, file_id: str) -> bool:
    """Whether blocks may show a file: only once Slack has found its MIME type. Raises SlackApiError."""
    return bool(((await client.files_info(file=file_id))["file"] or {}).get("mimetype"))


async def share_once(
    client: AsyncWebClient,
    database: Database,
    data: bytes,
    *,
    event_id: str,
    filename: str,
    channel: str,
    comment: str,
    thread_ts: str | None,
    also: Callable[[Transaction], None] = lambda tx: None,
) -> None:
    """Upload a file into a conversation, once for an event that may be dealt with twice.

    `also` is committed before anybody sees it. Raises FileNotReady, SlackApiError.
    """
    key, at = f"file:{event_id}", clock.now()
    file_id = await database.read(lambda tx: seen_table.to_show(tx, key))
    if is_new := file_id is None:
        # Where the process ends before the commit, nobody has seen it, and it is sent again.
        file_id = await send(client, data, filename=filename)

        def first(tx: Transaction) -> bool:
            if not seen_table.first_time(tx, key, at, file_id):
                return False
            also(tx)
            return True

        if not await database.write(first):
            return
    if not file_id:
        return
    try:
        await complete(
            client, file_id, filename=filename, channel=channel, thread_ts=thread_ts, comment=comment
        )
    except SlackApiError as error:
        # The process ended between Slack's yes and its being noted.
        if is_new or error_code(error) != "file_not_found":
            raise
    await database.write(lambda tx: seen_table.shown(tx, key))


async def download(client: AsyncWebClient, url: str, *, token: str) -> bytes:
    """Fetch a file that a person attached. Raises UserError when it cannot be had.

    The token travels only to Slack's hosts (or to the host of the configured Web API), over https
    unless the Web API itself is a local server; each redirect is checked the same way.
    """
    headers = {"Authorization": f"Bearer {token}"}
    timeout = aiohttp.ClientTimeout(total=DOWNLOAD_TIMEOUT_S)
    async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
        for _ in range(_REDIRECTS):
            if not may_see_token(url, client.base_url):
                raise UserError(say("file-elsewhere"))
            try:
                async with session.get(url, headers=headers, allow_redirects=False) as answer:
                    if answer.status in (301, 302, 303, 307, 308):
                        url = urljoin(url, answer.headers.get("Location", ""))
                        continue
                    return await _body(answer)
            except (TimeoutError, aiohttp.ClientError) as error:
                raise UserError(say("file-not-handed")) from error
    raise UserError(say("file-not-handed"))


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
        raise UserError(say("file-not-readable"))
    data = await answer.content.read(DOWNLOAD_LIMIT + 1)
    while len(data) <= DOWNLOAD_LIMIT and (more := await answer.content.read(DOWNLOAD_LIMIT + 1 - len(data))):
        data += more
    if len(data) > DOWNLOAD_LIMIT:
        raise UserError(say("file-too-large", megabytes=DOWNLOAD_LIMIT // 1_000_000))
    return data


async def fetch(client: AsyncWebClient, file: dict[str, Any], *, token: str) -> bytes:
    """An attached file's bytes. Slack sends some files as a stub that has to be looked up."""
    if not file.get("url_private"):
        file = (await client.files_info(file=file["id"]))["file"]
    url = file.get("url_private_download") or file.get("url_private") or ""
    return await download(client, url, token=token)
