"""What was learnt of servers, kept in a file: a bot that starts again need not be refused again."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot import clock
from bot.images_api.capabilities import Capabilities

log = logging.getLogger(__name__)

#: After so long a server is asked for everything again: it may have learnt, too.
FORGET = timedelta(days=7)


class Memory:
    """A file of capabilities by server and preset. A file that cannot be read or written is no trouble."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def recall(self, server: str) -> Capabilities | None:
        """What is known of a server; None where nothing is, or it is too old."""
        entry = self._entries().get(server)
        try:
            if entry is None or clock.now() - datetime.fromisoformat(entry["learnt_at"]) > FORGET:
                return None
            return Capabilities.from_json(entry["can"])
        except (TypeError, ValueError, KeyError, AttributeError):
            log.warning("what %s says of %s cannot be read, and is learnt anew", self._path, server)
            return None

    def keep(self, server: str, can: Capabilities) -> None:
        """Remember what a server can do."""
        entry = {"learnt_at": clock.to_text(clock.now()), "can": can.to_json()}
        text = json.dumps({**self._entries(), server: entry}, indent=1, ensure_ascii=False)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=".engines-")
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            Path(temporary).replace(self._path)
        except OSError as error:
            log.warning("%s cannot be written (%s): the next start learns anew", self._path, error.strerror)

    def _entries(self) -> Mapping[str, Any]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}
