"""Large pictures are worked on two at a time, whoever asks: one takes some 200 MB, so the others wait their turn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

#: Threads of their own, so that what waits for its turn keeps nobody's file waiting.
_turns = ThreadPoolExecutor(2, thread_name_prefix="pictures")


async def in_turn(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """What `work` makes of pixels, in a thread. It must not wait for another turn itself."""
    return await asyncio.get_running_loop().run_in_executor(_turns, lambda: work(*arguments, **named))
