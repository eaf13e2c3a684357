"""The bot with a clock that can be set: `TORTURE_CLOCK` names a file that holds by how many seconds it is wrong."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import clock
from bot.start.process import main

_SHIFT = Path(os.environ["TORTURE_CLOCK"])


def _now() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=float(_SHIFT.read_text() or 0))


if __name__ == "__main__":
    clock.now = _now
    raise SystemExit(main())
