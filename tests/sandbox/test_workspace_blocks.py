"""Block Kit's limits: each one sees its rejection through the official client, and what is just inside passes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError

from sandbox.block_kit.blocks import check_message, check_view
from sandbox.modals import state_of
from tests.sandbox.workplace import SNEAKERS


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(**more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "hi"}, **more}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "a", "text": plain("Go"), **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def picture(**more: Any) -> dict[str, Any]:
    return {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "an apple", **more}


def select(**more: Any) -> dict[str, Any]:
    return {
        "type": "static_select",
        "action_id": "s",
        "options": [{"text": plain("4"), "value": "4"}],
        **more,
    }


def context(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "context", "elements": list(elements)}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(elements)}


def inline(*parts: dict[str, Any], kind: str = "rich_text_section") -> dict[str, Any]:
    return {"type": kind, "elements": list(parts)}


WORD = {"type": "text", "text": "hi"}

GOOD = [
    [
        rich(
            inline(WORD, {"type": "emoji", "name": "tada"}, {"type": "user", "user_id": "U0ADA"}),
            inline(WORD, kind="rich_text_preformatted"),
            {"type": "rich_text_list", "style": "bullet", "elements": [inline(WORD)]},
        )
    ],
    [actions({"type": "datepicker", "action_id": "d", "initial_date": "2026-11-23"})],
    [{"type": "divider"}] * 50,
    [{"type": "header", "text": plain("x" * 150)}],
    [section(text=plain("x" * 3000))],
    [section(fields=[plain("x")] * 10, accessory=button())],
    [actions(button(text=plain("x" * 75), value="v" * 2000, action_id="a" * 255, style="primary"))],
    [actions(select())],
    [picture(alt_text="x" * 2000, title=plain("Apple"))],
    [context(plain("x"), {"type": "image", "image_url": "https://example.org/a.png", "alt_text": ""})],
]

BAD = {
    "rich text of nothing": ([rich()], "/blocks/0/elements"),
    "odd rich text": ([rich({"type": "rich_text_song"})], "/blocks/0/elements/0"),
    "empty words": ([rich(inline({"type": "text", "text": ""}))], "/blocks/0/elements/0/elements/0/text"),
    "a user in preformatted text": (
        [rich(inline({"type": "user", "user_id": "U0ADA"}, kind="rich_text_preformatted"))],
        "/blocks/0/elements/0/elements/0",
    ),
    "a list without style": (
        [rich({"type": "rich_text_list", "elements": [inline(WORD)]})],
        "/blocks/0/elements/0/style",
    ),
    "a broadcast to nobody": (
        [rich(inline({"type": "broadcast", "range": "team"}))],
        "/blocks/0/elements/0/elements/0/range",
    ),
    "no date": (
        [actions({"type": "datepicker", "action_id": "d", "initial_date": "23.11.2026"})],
        "/blocks/0/elements/0/initial_date",
    ),
    "no time": (
        [actions({"type": "timepicker", "action_id": "t", "initial_time": "25:00"})],
        "/blocks/0/elements/0/initial_time",
    ),
    "no moment": (
        [actions({"type": "datetimepicker", "action_id": "m", "initial_date_time": 12})],
        "/blocks/0/elements/0/initial_date_time",
    ),
    "a button to nowhere": ([actions(button(url="apple"))], "/blocks/0/elements/0/url"),
    "a video of nothing": ([{"type": "video"}], "/blocks/0/video_url"),
    "a file from nowhere": ([{"type": "file"}], "/blocks/0"),
    "a file id that is none": (
        [{"type": "image", "slack_file": {"id": "https://example.org/F1"}, "alt_text": "x"}],
        "/blocks/0/slack_file/id",
    ),
    "a file by id and address": (
        [{"type": "image", "slack_file": {"id": "F00000000", "url": "https://x"}, "alt_text": "x"}],
        "/blocks/0/slack_file",
    ),
    "51 blocks": ([{"type": "divider"}] * 51, "/blocks"),
    "no list": ({"type": "divider"}, "/blocks"),
    "unknown type": ([{"type": "sparkle"}], "/blocks/0"),
    "inputs belong in modals": ([{"type": "input", "label": plain("x"), "element": select()}], "/blocks/0"),
    "unknown field": ([{"type": "divider", "colour": "red"}], "/blocks/0"),
    "header of 151": ([{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text"),
    "header in mrkdwn": (
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        "/blocks/0/text/type",
    ),
    "section of 3001": ([section(text=plain("x" * 3001))], "/blocks/0/text/text"),
    "empty section text": ([section(text=plain(""))], "/blocks/0/text/text"),
    "section of nothing": ([{"type": "section"}], "/blocks/0"),
    "11 fields": ([section(fields=[plain("x")] * 11)], "/blocks/0/fields"),
    "field of 2001": ([section(fields=[plain("x" * 2001)])], "/blocks/0/fields/0/text"),
    "button text of 76": ([actions(button(text=plain("x" * 76)))], "/blocks/0/elements/0/text/text"),
    "action_id of 256": ([actions(button(action_id="a" * 256))], "/blocks/0/elements/0/action_id"),
    "value of 2001": ([actions(button(value="v" * 2001))], "/blocks/0/elements/0/value"),
    "odd style": ([actions(button(style="warning"))], "/blocks/0/elements/0/style"),
    "26 elements": ([actions(*(button(action_id=str(n)) for n in range(26)))], "/blocks/0/elements"),
    "no elements": ([actions()], "/blocks/0/elements"),
    "same action_id twice": ([actions(button(), button())], "/blocks/0/elements/1/action_id"),
    "text input in a message": (
        [actions({"type": "plain_text_input", "action_id": "a"})],
        "/blocks/0/elements/0",
    ),
    "alt_text of 2001": ([picture(alt_text="x" * 2001)], "/blocks/0/alt_text"),
    "no alt_text": ([{"type": "image", "image_url": "https://example.org/a.png"}], "/blocks/0/alt_text"),
    "no picture": ([{"type": "image", "alt_text": "x"}], "/blocks/0"),
    "no address": ([picture(image_url="apple.png")], "/blocks/0/image_url"),
    "unknown file": (
        [{"type": "image", "slack_file": {"id": "F0"}, "alt_text": "x"}],
        "/blocks/0/slack_file",
    ),
    "same block_id twice": ([section(block_id="b"), section(block_id="b")], "/blocks/1/block_id"),
    "block_id of 256": ([section(block_id="b" * 256)], "/blocks/0/block_id"),
    "11 in a context": ([context(*[plain("x")] * 11)], "/blocks/0/elements"),
    "button in a context": ([context(button())], "/blocks/0/elements/0"),
    "101 options": (
        [actions(select(options=[{"text": plain("x"), "value": str(n)} for n in range(101)]))],
        "/blocks/0/elements/0/options",
    ),
    "option text of 76": (
        [actions(select(options=[{"text": plain("x" * 76), "value": "x"}]))],
        "/blocks/0/elements/0/options/0/text/text",
    ),
    "initial option of its own": (
        [actions(select(initial_option={"text": plain("9"), "value": "9"}))],
        "/blocks/0/elements/0",
    ),
    "confirm without text": (
        [actions(button(confirm={"title": plain("Sure?")}))],
        "/blocks/0/elements/0/confirm/text",
    ),
}


@pytest.mark.parametrize("blocks", GOOD)
async def test_what_fits_is_taken(client, blocks):
    posted = await client.chat_postMessage(channel=SNEAKERS, text="x", blocks=blocks)
    assert len(posted["message"]["blocks"]) == len(blocks)


@pytest.mark.parametrize("name", BAD)
async def test_what_does_not_fit_is_refused_with_its_place(client, name):
    blocks, place = BAD[name]
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=SNEAKERS, text="x", blocks=blocks)
    answer = caught.value.response
    assert answer["error"] == "invalid_blocks"
    assert any(f"[json-pointer:{place}" in message for message in answer["response_metadata"]["messages"])
    assert (await client.conversations_history(channel=SNEAKERS))["messages"] == []


def modal(**more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("Draft"), "blocks": [section()], **more}


def asked(**more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "t", **more}
    return {"type": "input", "block_id": "i", "label": plain("Prompt"), "element": element}


BAD_VIEWS = {
    "title of 25": (modal(title=plain("x" * 25)), "/view/title/text"),
    "no title": ({"type": "modal", "blocks": []}, "/view/title"),
    "101 blocks": (modal(blocks=[{"type": "divider"}] * 101), "/view/blocks"),
    "private_metadata of 3001": (modal(private_metadata="x" * 3001), "/view/private_metadata"),
    "callback_id of 256": (modal(callback_id="x" * 256), "/view/callback_id"),
    "submit of 25": (modal(submit=plain("x" * 25)), "/view/submit/text"),
    "inputs without submit": (modal(blocks=[asked()]), "/view"),
    "max_length of 3001": (
        modal(submit=plain("Go"), blocks=[asked(max_length=3001)]),
        "/view/blocks/0/element/max_length",
    ),
    "min_length above max_length": (
        modal(submit=plain("Go"), blocks=[asked(min_length=9, max_length=3)]),
        "/view/blocks/0/element/min_length",
    ),
    "initial value above max_length": (
        modal(submit=plain("Go"), blocks=[asked(initial_value="four", max_length=3)]),
        "/view/blocks/0/element/initial_value",
    ),
    "a number input that says no decimals nor whole": (
        modal(submit=plain("Go"), blocks=[asked(type="number_input")]),
        "/view/blocks/0/element/is_decimal_allowed",
    ),
    "a number in words": (
        modal(
            submit=plain("Go"),
            blocks=[asked(type="number_input", is_decimal_allowed=False, initial_value="four")],
        ),
        "/view/blocks/0/element/initial_value",
    ),
    "placeholder of 151": (
        modal(submit=plain("Go"), blocks=[asked(placeholder=plain("x" * 151))]),
        "/view/blocks/0/element/placeholder/text",
    ),
    "unknown field": (modal(colour="red"), "/view"),
    "unknown type": ({"type": "window", "blocks": []}, "/view/type"),
    "a home": ({"type": "home", "blocks": []}, "/view/type"),
}


@pytest.mark.parametrize("name", BAD_VIEWS)
async def test_modals_have_limits_of_their_own(server, client, name):
    view, place = BAD_VIEWS[name]
    trigger = server.workspace.interactions.trigger("U0ADA")
    with pytest.raises(SlackApiError) as caught:
        await client.views_open(trigger_id=trigger, view=view)
    answer = caught.value.response
    assert answer["error"] == "invalid_arguments"
    assert any(f"[json-pointer:{place}" in message for message in answer["response_metadata"]["messages"])
    # The refusal did not use the trigger up.
    good = modal(title=plain("x" * 24), private_metadata="x" * 3000, submit=plain("Go"), blocks=[asked()])
    opened = await client.views_open(trigger_id=trigger, view=good)
    assert opened["view"]["state"]["values"] == {"i": {"t": {"type": "plain_text_input", "value": None}}}


async def test_views_push_up_to_three_and_update_by_hash(server, client, ada):
    def trigger() -> str:
        return server.workspace.interactions.trigger("U0ADA")

    with pytest.raises(SlackApiError, match="not_found"):
        await client.views_push(trigger_id=trigger(), view=modal())
    first = (await client.views_open(trigger_id=trigger(), view=modal()))["view"]
    for _ in range(2):
        top = (await client.views_push(trigger_id=trigger(), view=modal()))["view"]
    assert top["root_view_id"] == first["id"]
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_push(trigger_id=trigger(), view=modal())
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=top["id"], view=modal(), hash="0.stale")
    await client.views_update(view_id=top["id"], view=modal(title=plain("New")), hash=top["hash"])
    assert (await ada.open_view())["title"]["text"] == "New"
    with pytest.raises(SlackApiError, match="not_found"):
        await client.views_update(view_id="V0NONE", view=modal())


_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["plain_text", "button"])
)
_KINDS = st.sampled_from(
    ["section", "actions", "context", "image", "input", "header", "static_select", "button"]
)
_KEYS = st.sampled_from(
    ["text", "fields", "accessory", "elements", "block_id", "action_id", "slack_file", "options", "option_groups",
     "initial_option", "initial_options", "label", "element", "confirm", "alt_text", "image_url", "value"]
)  # fmt: skip
_ANYTHING = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.builds(
            lambda kind, rest: {**rest, "type": kind}, _KINDS, st.dictionaries(_KEYS, inner, max_size=4)
        )
    ),
    max_leaves=12,
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(_ANYTHING, min_size=1, max_size=3))
def test_no_shape_of_blocks_breaks_the_check(blocks):
    verdict = check_message(blocks, lambda _: False)
    assert verdict == check_message(blocks, lambda _: False)
    if any(not isinstance(block, dict) for block in blocks):
        assert verdict
    check_view({"type": "home", "blocks": blocks}, lambda _: False)


def test_a_pick_counts_only_while_its_option_is_offered():
    def select(*values):
        options = [{"text": {"type": "plain_text", "text": value}, "value": value} for value in values]
        element = {"type": "multi_static_select", "action_id": "pick", "options": options}
        return [{"type": "actions", "block_id": "picks", "elements": [element]}]

    chosen = {"picks": {"pick": {"selected_options": [{"value": "1"}, {"value": "26"}]}}}
    state = state_of(select("26", "27"), chosen)
    assert [option["value"] for option in state["picks"]["pick"]["selected_options"]] == ["26"]
