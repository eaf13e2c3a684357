"""What the browser tests sit at: pages of people, and a bot made of Bolt that answers in known ways."""

import asyncio
import io
import itertools
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

SNEAKERS = "C0SNEAKERS"


def png(size: tuple[int, int] = (120, 80), colour: str = "teal") -> bytes:
    """A picture of one colour."""
    held = io.BytesIO()
    Image.new("RGB", size, colour).save(held, "PNG")
    return held.getvalue()


def plain(text: str) -> dict[str, Any]:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def button(action_id: str, text: str, **more: Any) -> dict[str, Any]:
    """A button element."""
    return {"type": "button", "action_id": action_id, "text": plain(text), "value": action_id, **more}


class Desk:
    """Open pages as people, and remember whatever their consoles complain of."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.url = url
        self.complaints: list[str] = []

    def sit(self, person: str = "U0ADA", *, place: str = "", **context: Any) -> Page:
        """A page as this person, ready to use; `context` may set viewport, is_mobile, color_scheme."""
        usual = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
        made = self._browser.new_context(**{**usual, **context})
        made.set_default_timeout(10_000)
        self._contexts.append(made)
        page = made.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda problem: self.complaints.append(str(problem)))
        page.goto(f"{self.url}/?as={person}{place}")
        page.wait_for_selector("body.ready")
        page.get_by_text("Draftroom is online").or_(page.get_by_text("online", exact=True)).first.wait_for()
        return page

    def _heard(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.complaints.append(f"{said.text} {said.location.get('url', '')}")

    def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()


def say(page: Page, text: str, *, label: str = "Message #sunflower-spring") -> None:
    """Type into a composer and press Enter."""
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Enter")


@contextmanager
def small_bot(url: str) -> Iterator[None]:
    """Run the bot on a loop of its own, because Playwright's calls block the test's."""
    ready, done = threading.Event(), threading.Event()

    async def work() -> None:
        client = AsyncWebClient(token="xoxb-practice-000000000000", base_url=f"{url}/api/")
        handler = AsyncSocketModeHandler(_app(client), "xapp-practice-000000000000", web_client=client)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        ready.set()
        await asyncio.to_thread(done.wait)
        await handler.close_async()  # type: ignore[no-untyped-call]

    thread = threading.Thread(target=asyncio.run, args=(work(),), daemon=True)
    thread.start()
    assert ready.wait(15), "The bot did not connect."
    try:
        yield
    finally:
        done.set()
        thread.join(10)


def _app(client: AsyncWebClient) -> AsyncApp:
    """/draft with a text posts blocks, bare it opens a form; App Home, buttons and mentions answer."""
    app = AsyncApp(client=client)
    visits, turns = itertools.count(1), itertools.count(1)

    @app.command("/draft")
    async def draft(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        if body["text"] == "quiet":
            await ack("Nothing to see, except for you.")
            return
        await ack()
        if not body["text"]:
            await client.views_open(trigger_id=body["trigger_id"], view=_form())
            return
        if body["text"] == "sheet":
            await client.chat_postMessage(channel=body["channel_id"], text="A sheet", blocks=_sheet())
            return
        if body["text"] == "cards":
            blocks = [_carousel(await _uploaded(client)), _icons()]
            await client.chat_postMessage(channel=body["channel_id"], text="Cards", blocks=blocks)
            return
        file_id = await _uploaded(client)
        if body["text"].startswith("role "):
            await _step(client, body["channel_id"], body["text"].removeprefix("role "), file_id)
            return
        await client.chat_postMessage(
            channel=body["channel_id"], text=f"Drafted {body['text']}", blocks=_grid(body["text"], file_id)
        )

    @app.view("form")
    async def submitted(
        ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], client: AsyncWebClient
    ) -> None:
        state = view["state"]["values"]
        if "gradient" in state["words"]["text"]["value"]:
            await ack(response_action="errors", errors={"words": "No gradients, please."})
            return
        await ack()
        people = " ".join(f"<@{one}>" for one in state["people"]["who"]["selected_users"])
        text = (
            f"{state['words']['text']['value']} in {state['count']['n']['selected_option']['value']} {people}"
        )
        await client.chat_postMessage(channel=SNEAKERS, text=text)

    @app.action("approve")
    async def approve(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.chat_postMessage(
            channel=body["channel"]["id"],
            thread_ts=body["message"]["ts"],
            text=f"Approved by <@{body['user']['id']}>",
        )

    @app.action(re.compile("^(pro|liked|bin)"))
    async def pressed(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        action = body["actions"][0]
        told = f"{action['action_id']} {action['value']}"
        await client.chat_postMessage(channel=body["channel"]["id"], text=told)

    @app.action("pick")
    async def picked(ack: AsyncAck) -> None:
        await ack()

    @app.action("sum_up")
    async def sum_up(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        values = [one["value"] for one in body["state"]["values"]["picks"]["pick"]["selected_options"]]
        await client.chat_postMessage(channel=body["channel"]["id"], text=f"Picked {', '.join(values)}")

    @app.action("vary")
    async def vary(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        told = f"Turn {next(turns)}: {action['selected_option']['value']}"
        place, ts = body["channel"]["id"], body["message"]["ts"]
        await client.chat_update(channel=place, ts=ts, text=told, blocks=_sheet(told))

    @app.action("remove")
    async def remove(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.chat_delete(channel=body["channel"]["id"], ts=body["message"]["ts"])

    @app.shortcut("fix_picture")
    async def fix(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        place, root = body["channel"]["id"], body["message_ts"]
        sent = await client.chat_postMessage(channel=place, thread_ts=root, text="Fixing it…")
        await client.chat_update(channel=place, ts=sent["ts"], text="Fixed, as asked.")

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.chat_postMessage(
            channel=event["channel"], thread_ts=event.get("thread_ts") or event["ts"], text="*Heard* you."
        )

    @app.event("app_home_opened")
    async def home(event: dict[str, Any], client: AsyncWebClient) -> None:
        blocks = [
            {"type": "header", "text": plain("Budget at a glance")},
            {"type": "section", "text": plain(f"Visit {next(visits)}")},
            {"type": "actions", "block_id": "home", "elements": [button("raise", "Raise")]},
        ]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.action("raise")
    async def raised(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        blocks = [{"type": "header", "text": plain("Budget raised")}]
        await client.views_publish(user_id=body["user"]["id"], view={"type": "home", "blocks": blocks})

    @app.event("message")
    async def ignored() -> None:
        """People may talk among themselves."""

    return app


async def _step(client: AsyncWebClient, channel: str, text: str, file_id: str) -> None:
    """A message of that role as the bot makes it; with `look`, it ends with a first look of what is under way."""
    role, _, only = text.partition(" ")
    image = {"type": "image", "slack_file": {"id": file_id}, "alt_text": "A picture"}
    posted = await client.chat_postMessage(
        channel=channel, text="A step", metadata=_metadata(role, "brief:apple-1")
    )
    change = {"channel": posted["channel"], "ts": posted["ts"], "text": "A step", "blocks": [image]}
    await client.chat_update(**change, metadata=_metadata(role, "brief:apple-1"))
    if not only:
        await client.chat_update(**change, metadata=_metadata(role, f"brief:apple-1:{role}"))


def _metadata(role: str, effect: str) -> dict[str, Any]:
    return {"event_type": "step", "event_payload": {"role": role, "effect": effect}}


def _grid(prompt: str, file_id: str) -> list[dict[str, Any]]:
    sure = {
        "title": plain("Remove it?"),
        "text": plain("It is gone for everyone."),
        "confirm": plain("Remove"),
        "deny": plain("Keep"),
    }
    return [
        {"type": "header", "text": plain("Grid of four")},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": f"*“{prompt}”*… for <@U0BEN> :tada:"},
            "fields": [
                {"type": "mrkdwn", "text": "*Cost*\n$0.02"},
                {"type": "mrkdwn", "text": "*Left*\n$19.98"},
            ],
        },
        {"type": "image", "slack_file": {"id": file_id}, "alt_text": f"Four pictures of {unescape(prompt)}"},
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "React with :one: to :four:"}]},
        {
            "type": "actions",
            "block_id": "acts",
            "elements": [
                button("approve", "Approve", style="primary"),
                button("remove", "Remove", style="danger", confirm=sure),
            ],
        },
    ]


def _options(*labels: str) -> list[dict[str, Any]]:
    return [{"text": plain(label), "value": label.split()[-1]} for label in labels]


def _sheet(title: str = "A sheet of four") -> list[dict[str, Any]]:
    """A message with a choice of several, and a menu."""
    several = {
        "type": "multi_static_select",
        "action_id": "pick",
        "placeholder": plain("Pick pictures"),
        "options": _options(
            "1 red", "2 teal &amp; blue", "3 plum", "4 in a long label that asks for room, gold"
        ),
    }
    menu = {
        "type": "static_select",
        "action_id": "vary",
        "placeholder": plain(":art: Vary…"),
        "option_groups": [
            {"label": plain("Subtle"), "options": _options("Picture 1", "Picture 2")},
            {"label": plain("Strong"), "options": _options("Picture 3", "Picture 4")},
        ],
    }
    return [
        {"type": "header", "text": plain(title)},
        {"type": "actions", "block_id": "picks", "elements": [several, menu, button("sum_up", "Sum up")]},
    ]


async def _uploaded(client: AsyncWebClient) -> str:
    sent = await client.files_upload_v2(filename="grid.png", content=png(), title="grid")
    file_id: str = sent["file"]["id"]
    while not (await client.files_info(file=file_id))["file"]["mimetype"]:
        await asyncio.sleep(0.05)
    return file_id


def _carousel(file_id: str) -> dict[str, Any]:
    """Six cards, each with a picture and buttons."""
    cards = [
        {
            "type": "card",
            "hero_image": {"type": "image", "slack_file": {"id": file_id}, "alt_text": f"Picture {number}"},
            "title": {"type": "mrkdwn", "text": f"*{number}*"},
            "actions": [button(f"pro{number}", "Pro", style="primary"), button(f"vary{number}", "Vary")],
        }
        for number in range(1, 7)
    ]
    return {"type": "carousel", "elements": cards}


def _icons() -> dict[str, Any]:
    """Thumbs, and a bin that only Ben sees."""
    thumbs = {
        "type": "feedback_buttons",
        "action_id": "liked",
        "positive_button": {"text": plain("Good draft"), "value": "up"},
        "negative_button": {"text": plain("Bad draft"), "value": "down"},
    }
    bin_ = {
        "type": "icon_button",
        "icon": "trash",
        "action_id": "bin",
        "text": plain("Remove"),
        "value": "all",
    }
    return {"type": "context_actions", "elements": [thumbs, bin_ | {"visible_to_user_ids": ["U0BEN"]}]}


def _form() -> dict[str, Any]:
    options = [{"text": plain(str(n)), "value": str(n)} for n in (1, 4)]
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("New draft"),
        "submit": plain("Draft"),
        "blocks": [
            {
                "type": "input",
                "block_id": "words",
                "label": plain("What should it show?"),
                "element": {"type": "plain_text_input", "action_id": "text", "multiline": True},
            },
            {
                "type": "input",
                "block_id": "count",
                "label": plain("How many"),
                "element": {
                    "type": "static_select",
                    "action_id": "n",
                    "options": options,
                    "initial_option": options[1],
                },
            },
            {
                "type": "input",
                "block_id": "people",
                "label": plain("Who for"),
                "optional": True,
                "element": {"type": "multi_users_select", "action_id": "who", "max_selected_items": 2},
            },
        ],
    }
