"""The nouns of a workspace: people, channels, messages, files, views. Plain state; knows nothing of HTTP."""

import copy
import time
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class SlackError(Exception):
    """A refusal with Slack's own error name; `extra` joins the answer, e.g. needed/provided scopes."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra


@dataclass(frozen=True, kw_only=True)
class Team:
    """A workspace's names, and the bot as it is installed there."""

    id: str
    name: str
    domain: str
    bot_id: str
    bot_user: str


@dataclass(frozen=True, kw_only=True)
class User:
    """Somebody in the workspace; `tz` is an IANA name."""

    id: str
    name: str
    real_name: str
    tz: str
    #: Whose member it is: another team's people meet this one in shared channels, or nowhere.
    team_id: str
    #: Of a stranger: an admin of the other team.
    is_admin: bool = False
    #: A guest; with `is_ultra_restricted` too, of a single channel.
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    #: Deactivated: known by name, and no more.
    deleted: bool = False
    #: The enterprise that the person's team belongs to, if it does: its id and name.
    enterprise: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class UserGroup:
    """Some members under one handle."""

    id: str
    handle: str
    name: str
    users: tuple[str, ...]
    created: int


@dataclass(kw_only=True)
class Message:
    """A message as stored; `rendering.message` makes the Slack object of it."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: Json | None = None
    file_ids: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited: Json | None = None
    subtype: str | None = None
    hidden: bool = False
    by_bot: bool = False
    ephemeral_for: str | None = None

    def copy(self) -> "Message":
        """The message as it is now, whatever becomes of it."""
        return copy.deepcopy(self)


@dataclass(kw_only=True)
class Channel:
    """A conversation; `messages` by ts in order of posting, `threads` the answers by their parent's ts."""

    id: str
    name: str
    members: list[str]
    creator: str
    created: int
    is_private: bool = False
    is_im: bool = False
    #: Other teams that share it, by Slack Connect.
    shared_with: tuple[str, ...] = ()
    messages: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, list[Message]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Slack's channel_type: channel, group or im."""
        return "im" if self.is_im else "group" if self.is_private else "channel"

    def replies(self, ts: str) -> list[Message]:
        """The answers in a thread, without its parent, oldest first; ephemeral ones left out."""
        return [message for message in self.threads.get(ts, []) if not message.ephemeral_for]


@dataclass(kw_only=True)
class File:
    """An uploaded file; `ready_at` (monotonic seconds) is when Slack would have finished processing it."""

    id: str
    name: str
    title: str
    user: str
    created: int
    data: bytes = b""
    alt_txt: str | None = None
    length: int = 0
    upload_key: str = ""
    uploaded: bool = False
    completed: bool = False
    ready_at: float = 0.0
    mimetype: str = ""
    filetype: str = ""
    width: int | None = None
    height: int | None = None
    shares: dict[str, list[Json]] = field(default_factory=dict)
    #: Its person gave it to the app in a form, so that the app may read it.
    given: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether the file has been processed."""
        return self.completed and time.monotonic() >= self.ready_at


@dataclass(kw_only=True)
class View:
    """A modal or App Home tab as one person sees it."""

    id: str
    user: str
    body: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: Json = field(default_factory=dict)
