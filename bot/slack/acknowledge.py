"""Answers that need Slack's files first: in time for the acknowledgement where they can be, later where not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from slack_sdk.errors import SlackApiError

from bot.briefs.model import UserError
from bot.texts import say

log = logging.getLogger(__name__)
T = TypeVar("T")

#: How long an acknowledgement waits for work that needs Slack or a file, in seconds; Slack gives up after 3.
IN_TIME_S = 2.0


async def in_time(work: Coroutine[Any, Any, T], late: Callable[[], Awaitable[None]]) -> T | str:
    """Do the work and return its result. Calls `late`, which acknowledges, where it takes too long, and goes on.

    Raises UserError where it failed in time; returns the sentence where it failed after that. Slack being away is raised
    at any time: what was acknowledged is done when it is back.
    """
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait([task], timeout=IN_TIME_S)
    if done:
        return task.result()
    await late()
    try:
        return await task
    except SlackApiError:
        raise
    except UserError as error:
        return error.sentence
    except Exception:
        log.exception("what was acknowledged already broke")
        return say("bot-broke")
