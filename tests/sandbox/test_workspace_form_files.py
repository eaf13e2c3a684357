"""File inputs of modals: what Slack's check takes, what people may attach, and what the app may read afterwards."""

from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.client import Person, Refused
from sandbox.server import Server
from tests.sandbox.workplace import png


def form(kind: str = "modal", **element: Any) -> dict[str, Any]:
    given = {"type": "file_input", "action_id": "f", **element}
    label = {"type": "plain_text", "text": "Picture"}
    blocks = [{"type": "input", "block_id": "b", "label": label, "element": given, "optional": True}]
    if kind == "home":
        return {"type": "home", "blocks": blocks}
    return {"type": "modal", "callback_id": "form", "title": label, "submit": label, "blocks": blocks}


@pytest.mark.parametrize(
    ("element", "place"),
    [
        ({"max_files": 0}, "/max_files"),
        ({"max_files": 11}, "/max_files"),
        ({"filetypes": []}, "/filetypes"),
        ({"filetypes": "png"}, "/filetypes"),
        ({"placeholder": {"type": "plain_text", "text": "Choose"}}, ""),
        ({"focus_on_load": True}, ""),
    ],
)
async def test_what_a_file_input_may_not_have(
    server: Server, client: AsyncWebClient, element: dict[str, Any], place: str
):
    trigger = server.workspace.interactions.trigger("U0ADA")
    with pytest.raises(SlackApiError) as caught:
        await client.views_open(trigger_id=trigger, view=form(**element))
    assert f"[json-pointer:/view/blocks/0/element{place}" in str(caught.value.response["response_metadata"])


async def test_a_home_has_no_file_inputs(client: AsyncWebClient):
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.views_publish(user_id="U0ADA", view=form("home"))


async def test_what_is_attached_comes_with_the_form_and_may_be_read(
    server: Server, client: AsyncWebClient, app: AsyncApp, ada: Person
):
    heard: list[dict[str, Any]] = []

    @app.view("form")
    async def sent(ack: AsyncAck, view: dict[str, Any]) -> None:
        heard.append(view["state"]["values"]["b"]["f"])
        await ack()

    async def asked() -> dict[str, Any]:
        trigger = server.workspace.interactions.trigger("U0ADA")
        await client.views_open(trigger_id=trigger, view=form(filetypes=["png", "jpg"], max_files=1))
        return await ada.open_view()

    file_id = await ada.store(png(), "apple.PNG")
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_info(file=file_id)
    assert await ada.submit(await asked(), {"b": [file_id]}) == {"ok": True}
    (file,) = heard[0]["files"]
    assert heard[0]["type"] == "file_input"
    assert (file["id"], file["name"], file["mimetype"]) == (file_id, "apple.PNG", "image/png")
    assert (await client.files_info(file=file_id))["file"]["id"] == file_id
    allowed = {"Authorization": f"Bearer {server.settings.bot_token}"}
    async with aiohttp.ClientSession(headers=allowed) as session, session.get(file["url_private"]) as answer:
        assert await answer.read() == png()

    await ada.submit(await asked(), {})
    assert heard[1] == {"type": "file_input", "files": []}

    # What was deleted meanwhile is a stub, as Slack shows deleted files.
    await ada.delete_file(file_id)
    await ada.submit(await asked(), {"b": [file_id]})
    assert heard[2]["files"] == [{"id": file_id, "mode": "tombstone"}]


async def test_what_people_may_not_attach(server: Server, client: AsyncWebClient, ada: Person):
    trigger = server.workspace.interactions.trigger("U0ADA")
    await client.views_open(trigger_id=trigger, view=form(filetypes=["png"], max_files=1))
    view = await ada.open_view()
    good = await ada.store(png(), "a.png")
    for files, sentence in [
        ([await ada.store(b"hello", "a.txt")], "these types: png"),
        ([good, await ada.store(png(), "b.png")], "attach one file"),
        ([await ada.store(png() + bytes(10_000_000), "c.png")], "at most 10 MB"),
    ]:
        assert sentence in (await ada.submit(view, {"b": files}))["errors"]["b"]
    async with Person(server.url, "U0BEN") as ben:
        others = await ben.store(png(), "b.png")
        with pytest.raises(Refused, match="file_not_found"):
            await ben.delete_file(good)
    with pytest.raises(Refused, match="file_not_found"):
        await ada.submit(view, {"b": [others]})
