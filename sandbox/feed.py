"""The live feed of people's pages and clients: changes as small JSON objects, each to those who may see them."""

import asyncio
from dataclasses import dataclass, field

from sandbox import rendering
from sandbox.model import Json
from sandbox.state import Change, State

#: A client that lets this many updates pile up is cut off.
MAX_BACKLOG = 1000


@dataclass(eq=False)
class Listener:
    """One open page: its person and what it has yet to be sent; None ends it."""

    user: str
    queue: asyncio.Queue[Json | None] = field(default_factory=lambda: asyncio.Queue(MAX_BACKLOG))


class Feed:
    """Fans changes out to open pages."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._listeners: set[Listener] = set()

    def join(self, user: str) -> Listener:
        """Start listening as a person."""
        listener = Listener(user)
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Stop listening."""
        self._listeners.discard(listener)

    def send(self, update: Json, *, to: set[str] | None = None) -> None:
        """Send an update to these people, or to all."""
        for listener in list(self._listeners):
            if to is None or listener.user in to:
                try:
                    listener.queue.put_nowait(update)
                except asyncio.QueueFull:
                    self.leave(listener)

    def close(self) -> None:
        """End every feed."""
        for listener in list(self._listeners):
            self.leave(listener)
            while listener.queue.full():
                listener.queue.get_nowait()
            listener.queue.put_nowait(None)

    def on_change(self, change: Change) -> None:
        """Translate a workspace change."""
        kind = {"reaction_added": "reaction", "reaction_removed": "reaction"}.get(change.kind, change.kind)
        update: Json = {"type": kind, "channel": change.channel.id}
        to = set(change.channel.members)
        if change.message:
            update |= {"ts": change.message.ts, "thread_ts": change.message.thread_ts}
            if change.kind != "message_deleted":
                update["message"] = rendering.message(self._state, change.message)
            if change.message.ephemeral_for:
                to = {change.message.ephemeral_for}
        if kind == "reaction":
            added = change.kind == "reaction_added"
            update |= {"user": change.user, "reaction": change.data["reaction"], "added": added}
        if kind in ("member_joined", "member_left"):
            update["user"] = change.user
            to.add(change.user)
        self.send(update, to=to)
