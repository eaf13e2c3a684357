"""Cards, carousels and context actions: their limits through the official client and its models, their buttons, and a
workspace that is too old for them."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import (
    ButtonElement,
    CardBlock,
    CarouselBlock,
    ContextActionsBlock,
    FeedbackButtonObject,
    FeedbackButtonsElement,
    IconButtonElement,
    ImageElement,
)

from sandbox.faults import read
from tests.sandbox.workplace import SNEAKERS, eventually, png


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def button(action_id: str = "pro", **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": plain("Pro"), "value": "v", **more}


def hero(**more: Any) -> dict[str, Any]:
    return {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "an apple", **more}


def card(**more: Any) -> dict[str, Any]:
    return {"type": "card", "title": plain("1"), **more}


def carousel(*cards: dict[str, Any]) -> dict[str, Any]:
    return {"type": "carousel", "elements": list(cards)}


def thumbs(**more: Any) -> dict[str, Any]:
    return {
        "type": "feedback_buttons",
        "action_id": "liked",
        "positive_button": {"text": plain("Good"), "value": "up"},
        "negative_button": {"text": plain("Bad"), "value": "down"},
        **more,
    }


def trash(**more: Any) -> dict[str, Any]:
    return {"type": "icon_button", "icon": "trash", "action_id": "bin", "text": plain("Remove"), **more}


def context_actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "context_actions", "elements": list(elements)}


async def test_the_official_clients_own_models_are_taken(client):
    cards = [
        CardBlock(
            hero_image=ImageElement(image_url="https://example.org/a.png", alt_text="an apple"),
            icon=ImageElement(image_url="https://example.org/i.png", alt_text="icon"),
            title="x" * long,
            subtitle="x" * long,
            body="x" * (long + 50),
            actions=[ButtonElement(text=f"Go {number}", action_id=f"go{number}") for number in range(3)],
        )
        for long in [150, *[50] * 9]
    ]
    icons = ContextActionsBlock(
        elements=[
            FeedbackButtonsElement(
                action_id="liked",
                positive_button=FeedbackButtonObject(text="x" * 75, value="up"),
                negative_button=FeedbackButtonObject(text="Bad", value="down"),
            ),
            *[
                IconButtonElement(
                    action_id=f"bin{number}", icon="trash", text="Remove", visible_to_user_ids=["U0ADA"]
                )
                for number in range(4)
            ],
        ]
    )
    sent = await client.chat_postMessage(
        channel=SNEAKERS, text="x", blocks=[*cards[:1], CarouselBlock(elements=cards), icons]
    )
    stored = sent["message"]["blocks"]
    assert [block["type"] for block in stored] == ["card", "carousel", "context_actions"]
    ids = [one["block_id"] for one in [*stored, *stored[1]["elements"]]]
    assert len(set(ids)) == 13


@pytest.mark.parametrize(
    ("block", "place"),
    [
        ({"type": "card"}, "/blocks/0]"),
        (card(subtitle=plain("x" * 151)), "/blocks/0/subtitle/text"),
        (card(title=plain("x" * 151)), "/blocks/0/title/text"),
        (card(body=plain("x" * 201)), "/blocks/0/body/text"),
        (card(hero_image={"type": "image", "image_url": "https://example.org/a.png"}), "/hero_image/alt_text"),
        (card(hero_image=hero(slack_file={"id": "F0NOWHERE1"}, image_url=None)), "/hero_image/slack_file"),
        (card(hero_image=hero(title=plain("x"))), "invalid additional property: title"),
        (card(actions=[button(str(number)) for number in range(4)]), "no more than 3 items"),
        (card(actions=[button(), button()]), "`action_id` pro already exists"),
        (card(actions=[{"type": "overflow", "action_id": "o", "options": []}]), "unsupported element type"),
        (card(colour="red"), "invalid additional property: colour"),
        (carousel(), "/blocks/0/elements"),
        (carousel(*[card()] * 11), "no more than 10 items"),
        (carousel({"type": "section", "text": plain("x")}), "unsupported type: section"),
        (carousel(card(block_id="same"), card(block_id="same")), "block ids must be unique"),
        (context_actions(), "/blocks/0/elements"),
        (context_actions(*[trash(action_id=str(number)) for number in range(6)]), "no more than 5 items"),
        (context_actions(button()), "unsupported element type: button"),
        (context_actions(trash(icon="rocket")), "must be one of: trash"),
        (context_actions(trash(text=plain("x" * 76))), "/text/text"),
        (context_actions(trash(visible_to_user_ids=["U"] * 11)), "/visible_to_user_ids"),
        (context_actions(thumbs(negative_button=None)), "/negative_button"),
        (context_actions(thumbs(positive_button={"text": plain("x")})), "/positive_button/value"),
        ({"type": "actions", "elements": [trash()]}, "unsupported element type: icon_button"),
    ],
)  # fmt: skip
async def test_what_does_not_fit_is_refused_with_its_place(client, block, place):
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=SNEAKERS, text="x", blocks=[block])
    answer = caught.value.response
    assert answer["error"] == "invalid_blocks"
    assert any(place in problem + "]" for problem in answer["errors"]), answer["errors"]


async def test_a_card_shows_a_slack_file_once_it_is_processed_and_no_webp(server, client):
    server.workspace.faults.set(read({"file_delay_s": 30}))
    made = (await client.files_upload_v2(file=png(), filename="a.png"))["files"][0]["id"]
    block = carousel(card(hero_image={"type": "image", "slack_file": {"id": made}, "alt_text": "a"}))
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await client.chat_postMessage(channel=SNEAKERS, text="x", blocks=[block])
    file = server.workspace.state.files[made]
    file.ready_at = 0
    await client.chat_postMessage(channel=SNEAKERS, text="x", blocks=[block])
    file.mimetype = "image/webp"
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await client.chat_postMessage(channel=SNEAKERS, text="x", blocks=[block])


async def test_buttons_of_cards_and_icons_reach_the_app(app, ada, client):
    heard: list[dict[str, Any]] = []

    for action_id in ("pro", "liked", "bin"):

        @app.action(action_id)
        async def pressed(ack, action):
            await ack()
            heard.append(action)

    blocks = [
        carousel(card(block_id="one", actions=[button("pro", value="1")]), card(actions=[button("other")])),
        context_actions(thumbs(), trash(value="all")),
    ]
    sent = await client.chat_postMessage(channel=SNEAKERS, text="x", blocks=blocks)
    message = {"channel": SNEAKERS, "ts": sent["ts"]}
    await ada.click(message, "pro")
    await ada.click(message, "liked", "down")
    await ada.click(message, "bin")
    await eventually(lambda: len(heard) == 3)
    assert (heard[0]["type"], heard[0]["value"], heard[0]["block_id"]) == ("button", "1", "one")
    assert (heard[1]["type"], heard[1]["value"], heard[1]["text"]["text"]) == (
        "feedback_buttons",
        "down",
        "Bad",
    )
    assert (heard[2]["type"], heard[2]["value"], heard[2]["icon"]) == ("icon_button", "all", "trash")


@pytest.mark.parametrize("block", [card(), carousel(card()), context_actions(trash())])
async def test_an_older_workspace_refuses_the_newer_blocks(server, client, block):
    server.workspace.faults.set(read({"classic_blocks": True}))
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=SNEAKERS, text="x", blocks=[block])
    assert caught.value.response["error"] == "invalid_blocks"
    assert caught.value.response["errors"] == [f"unsupported type: {block['type']} [json-pointer:/blocks/0]"]
    sent = await client.chat_postMessage(channel=SNEAKERS, text="x", blocks=[{"type": "divider"}])
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await client.chat_update(channel=SNEAKERS, ts=sent["ts"], text="x", blocks=[block])


async def test_forms_and_home_know_no_cards(client):
    view = {"type": "home", "blocks": [card()]}
    with pytest.raises(SlackApiError, match="unsupported type: card"):
        await client.views_publish(user_id="U0ADA", view=view)
