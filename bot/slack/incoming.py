"""What people do in Slack, as values: a command, a click, a form that was sent, an emoji. What a step's handlers are given."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.slack.blocks import Message
from bot.slack.text import unescape


def is_for(team: str, body: Mapping[str, Any]) -> bool:
    """Whether an event is that workspace's: one of another organisation reaches us where a channel is shared, only."""
    if body.get("type") != "event_callback" or not team:
        return True
    named = [body.get("team_id"), body.get("context_team_id")]
    named += [one.get("team_id") for one in body.get("authorizations") or ()]
    return team in named or not any(named)


@dataclass(frozen=True, kw_only=True)
class Command:
    """What was typed after `/draft`, or after the bot's name where that is a command."""

    text: str
    channel: str
    user: str
    #: With it Slack lets a form be opened, for 3 seconds.
    trigger_id: str
    thread_ts: None = None

    @property
    def event_id(self) -> str:
        """Slack's name of the event, which may come twice."""
        return f"command:{self.trigger_id}"


#: What a command is answered with, for that person alone; None where what it does shows by itself.
Answer = Message | str | None


@dataclass(frozen=True, kw_only=True)
class Click:
    """A button that was pressed, or a choice that was made."""

    #: Its action_id: what stands in the table, and perhaps more after it.
    action: str
    #: What the button or the option stands for; empty where a choice was taken back.
    value: str
    #: Empty in App Home.
    channel: str
    user: str
    #: The message's, and that of the thread in which it stands.
    ts: str
    thread_ts: str | None
    #: With it Slack lets a form be opened, for 3 seconds.
    trigger_id: str
    #: What is picked in the message, by block and action.
    state: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def event_id(self) -> str:
        """Slack's name of this click, which may come twice."""
        return f"button:{self.trigger_id}"

    @property
    def ending(self) -> str:
        """What stands after the last `_` of its action_id."""
        return self.action.rpartition("_")[2]


def click_from(body: Mapping[str, Any], action: Mapping[str, Any]) -> Click:
    """The click that Slack tells of; an ephemeral message's has a container, and no message."""
    message, container = body.get("message") or {}, body.get("container") or {}
    ts = str(message.get("ts") or container.get("message_ts") or "")
    thread_ts = message.get("thread_ts") or container.get("thread_ts")
    option = action.get("selected_option") or {}
    return Click(
        action=str(action["action_id"]),
        value=str(action.get("value") or option.get("value") or ""),
        channel=str((body.get("channel") or {}).get("id") or container.get("channel_id") or ""),
        user=body["user"]["id"],
        ts=ts,
        # A message with replies names itself.
        thread_ts=None if thread_ts == ts else thread_ts,
        trigger_id=str(body["trigger_id"]),
        state=(body.get("state") or {}).get("values") or {},
    )


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form that was sent. What it remembers begins with the channel in which it was opened."""

    channel: str
    #: What else it remembers, word by word.
    remembered: tuple[str, ...]
    user: str
    #: Slack's name of the event, which may come twice.
    event_id: str
    thread_ts: None = None
    #: What each field holds, by the field's name, as Slack tells it.
    fields: Mapping[str, Mapping[str, Any]]

    def typed(self, name: str) -> str:
        """The text of a field; empty where it has none, or there is no such field."""
        return unescape(str(self.fields.get(name, {}).get("value") or ""))

    def chosen(self, name: str) -> str:
        """The value of the one option that is chosen in a field."""
        return str((self.fields.get(name, {}).get("selected_option") or {}).get("value") or "")

    def ticked(self, name: str) -> tuple[str, ...]:
        """The values of the options that are ticked in a field."""
        return tuple(one["value"] for one in self.fields.get(name, {}).get("selected_options") or ())


def form_from(body: Mapping[str, Any], view: Mapping[str, Any]) -> Form:
    """The form that Slack tells of: each field has one action."""
    channel, *remembered = str(view["private_metadata"]).split()
    values = view["state"]["values"]
    return Form(
        channel=channel,
        remembered=tuple(remembered),
        user=body["user"]["id"],
        event_id=f"view:{view['id']}",
        fields={block: next(iter(actions.values())) for block, actions in values.items()},
    )


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """An emoji that somebody put on a message, or took away again."""

    #: Slack's name of it, without skin tone.
    emoji: str
    channel: str
    user: str
    #: The message's.
    ts: str
    #: Slack's name of the event, which may come twice.
    event_id: str
    #: What the message is about; None where it is none of ours.
    subject: sqlite3.Row | None
    #: Slack does not tell it.
    thread_ts: None = None

    @property
    def grid(self) -> str | None:
        """The brief whose grid the message shows."""
        if self.subject is None or self.subject["role"] != "grid":
            return None
        brief: str | None = self.subject["brief"]
        return brief


@dataclass(frozen=True, kw_only=True)
class Shortcut:
    """What somebody chose from the menu of a message."""

    channel: str
    user: str
    #: The message's.
    ts: str
    thread_ts: str | None
    #: With it Slack lets a form be opened, for 3 seconds.
    trigger_id: str
    #: The message as Slack tells it, perhaps without its files.
    message: Mapping[str, Any]

    @property
    def event_id(self) -> str:
        """Slack's name of the event, which may come twice."""
        return f"shortcut:{self.trigger_id}"


def shortcut_from(body: Mapping[str, Any]) -> Shortcut:
    """The shortcut that Slack tells of."""
    return Shortcut(
        channel=body["channel"]["id"],
        user=body["user"]["id"],
        ts=body["message_ts"],
        thread_ts=body["message"].get("thread_ts"),
        trigger_id=body["trigger_id"],
        message=body["message"],
    )


@dataclass(frozen=True, kw_only=True)
class Mention:
    """A message that names the bot."""

    channel: str
    user: str
    thread_ts: str | None
