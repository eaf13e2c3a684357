"""The synchronous official client, as an app without asyncio uses it."""

import asyncio

from slack_sdk.web.client import WebClient


async def test_a_call_without_arguments_is_understood(server, client):
    synchronous = WebClient(token=client.token, base_url=client.base_url)
    answer = await asyncio.to_thread(synchronous.auth_test)
    assert answer["user_id"] == "U0DRAFTROOM"
