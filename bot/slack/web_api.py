"""Slack's Web API as the bot calls it, and one pure table of what its answers mean.

Whatever comes back, a call that failed raises a SlackApiError with a code, and nothing is repeated behind our back:
a post that Slack carried out without telling would be there twice.
"""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.web.metrics import SLACK_CALLS

#: How long a call may take, in seconds.
TIMEOUT_S = 30
#: A pause that Slack asks for is at most believed so far, in seconds; one without a sensible number is this long.
RETRY_AFTER_LIMIT_S, RETRY_AFTER_DEFAULT_S = 3_600.0, 1.0
#: How often an answer that we do not know is tried before its effect is given up.
ATTEMPTS_LIMIT = 8
#: How long an effect waits for Slack to be reachable, or for its operator to renew a token.
PATIENCE = timedelta(days=1)
#: What is no defect of ours: the network, the disk, a database that is locked.
BAD_DAYS = (OSError, sqlite3.Error)
#: Longest pause between two tries, in seconds.
PAUSE_LIMIT_S = 60.0
#: A call whose answer was lost may still be carried out; so long nobody looks for what became of it, in seconds.
DOUBT_S = 2.0

#: Our own codes for what never was an answer of Slack's: no connection was made; or one was, and what came back was
#: nothing, or no answer that can be read. Only the first one leaves no doubt.
UNREACHABLE, NO_ANSWER, UNREADABLE = "unreachable", "no_answer", "unreadable_answer"


class Meaning(Enum):
    """What an answer means for what was asked."""

    #: It is so already.
    FINE = "fine"
    #: The method is closed for a while.
    WAIT = "wait"
    #: Slack, the network or our own disk has a bad day: patience of a day.
    OUTAGE = "outage"
    #: Whoever runs the bot can cure it: the same patience.
    OPERATOR = "operator"
    #: A refusal that we don't know: tried a few times.
    REFUSED = "refused"
    #: No repetition cures it.
    LASTING = "lasting"


def _named(meaning: Meaning, codes: str) -> dict[str, Meaning]:
    return dict.fromkeys(codes.split(), meaning)


_MEANINGS: Mapping[str, Meaning] = {
    **_named(Meaning.FINE, "already_reacted no_reaction"),
    **_named(Meaning.WAIT, "ratelimited rate_limited"),
    **_named(
        Meaning.OUTAGE,
        "internal_error fatal_error service_unavailable request_timeout accesslimited"
        f" {UNREACHABLE} {NO_ANSWER} {UNREADABLE}",
    ),
    **_named(
        Meaning.OPERATOR,
        "invalid_auth not_authed account_inactive token_revoked token_expired missing_scope no_permission"
        " team_access_not_granted two_factor_setup_required org_login_required",
    ),
    **_named(
        Meaning.LASTING,
        "channel_not_found not_in_channel is_archived restricted_action restricted_action_read_only_channel"
        " restricted_action_thread_only_channel restricted_action_non_threadable_channel"
        " posting_to_channel_denied user_is_restricted access_denied ekm_access_denied messages_tab_disabled"
        " message_not_found cant_update_message edit_window_closed thread_not_found invalid_thread_ts thread_locked"
        " msg_too_long msg_blocks_too_long no_text too_many_attachments invalid_metadata_schema metadata_too_large"
        " file_uploads_disabled file_uploads_except_images_disabled storage_limit_reached blocked_file_type"
        " file_type_blocked alt_txt_too_large invalid_name bad_timestamp not_reactable too_many_emoji"
        " too_many_reactions",
    ),
}
#: Refusals after which nothing of ours can stand in that channel.
NO_PLACE = frozenset(
    "channel_not_found not_in_channel is_archived restricted_action restricted_action_read_only_channel"
    " posting_to_channel_denied user_is_restricted access_denied ekm_access_denied messages_tab_disabled".split()
)
#: Outages of which it is sure that nothing was done.
_UNDONE = frozenset({UNREACHABLE})


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What becomes of an effect whose call failed."""

    code: str
    meaning: Meaning
    #: Given up: it is tried no more.
    final: bool
    #: It may have been done all the same.
    in_doubt: bool
    pause_s: float


def judge(error: BaseException, *, attempts: int, failures: int, age: timedelta) -> Verdict:
    """What a failure means. Never raises, whatever the error holds.

    `attempts` counts refusals, which end it after a few; `failures` those in a row, by which pauses grow.
    """
    code, pause_s = error_code(error), min(0.3 * 2.0 ** min(failures, 10), PAUSE_LIMIT_S)
    meaning, final, in_doubt = meaning_of(code), age > PATIENCE, False
    if not isinstance(error, SlackApiError):
        # A defect of ours, a file that is not there yet, a disk that is full: none of them says what Slack did.
        final = age > PATIENCE if isinstance(error, BAD_DAYS) else attempts >= ATTEMPTS_LIMIT
        meaning, in_doubt = Meaning.OUTAGE, True
    elif meaning is Meaning.WAIT:
        pause_s = retry_after_s(error)
    elif meaning is Meaning.OUTAGE:
        in_doubt = code not in _UNDONE
        pause_s = max(pause_s, DOUBT_S) if in_doubt else pause_s
    elif meaning is Meaning.OPERATOR:
        pause_s = PAUSE_LIMIT_S
    else:
        final = meaning is Meaning.LASTING or attempts >= ATTEMPTS_LIMIT
    return Verdict(code=code, meaning=meaning, final=final, in_doubt=in_doubt, pause_s=pause_s)


def meaning_of(code: str) -> Meaning:
    """What Slack's name of an error means."""
    return _MEANINGS.get(code, Meaning.REFUSED)


def is_away(error: BaseException) -> bool:
    """Whether Slack may answer later what it did not answer now."""
    away = (Meaning.OUTAGE, Meaning.WAIT)
    return isinstance(error, SlackApiError) and meaning_of(error_code(error)) in away


def unless_away(error: BaseException) -> None:
    """Raise it where Slack may tell later: then what hangs on it is asked again, not refused."""
    if is_away(error):
        raise error


def error_code(error: BaseException) -> str:
    """Slack's name of what went wrong, or what else it was. Never raises."""
    if not isinstance(error, SlackApiError):
        return str(error)[:200] or type(error).__name__
    data = getattr(error.response, "data", error.response)
    code = data.get("error") if isinstance(data, Mapping) else UNREADABLE
    return str(code or "unknown_error")[:200]


def failure(code: str) -> SlackApiError:
    """The error of a call that failed for that reason."""
    return SlackApiError(code, {"ok": False, "error": code})  # type: ignore[no-untyped-call]


def retry_after_s(error: SlackApiError) -> float:
    """The pause that Slack asks for, in seconds; a sensible one where it does not say. Never raises."""
    return _seconds(getattr(error.response, "headers", None))


def _seconds(headers: object) -> float:
    found = ""
    if isinstance(headers, Mapping):
        found = next(
            (str(value) for name, value in headers.items() if str(name).lower() == "retry-after"), ""
        )
    try:
        seconds = float(found)
    except ValueError:
        return RETRY_AFTER_DEFAULT_S
    if not math.isfinite(seconds) or seconds <= 0:
        return RETRY_AFTER_DEFAULT_S
    return min(seconds, RETRY_AFTER_LIMIT_S)


class WebApi(AsyncWebClient):
    """A client without retries of its own, for which every answer is a JSON object.

    A rate limit belongs to the method: while it lasts, calls of it fail here, without being sent.
    """

    def __init__(self, *, token: str | None, base_url: str, timeout_s: int = TIMEOUT_S) -> None:
        super().__init__(token=token, base_url=base_url, timeout=timeout_s, retry_handlers=[])
        #: Monotonic moment at which a method opens again; chat.postMessage by channel.
        self._closed: dict[str, float] = {}

    def closed_for(self, method: str, channel: str = "") -> float:
        """Seconds until a method may be called again; zero when it may."""
        until = self._closed.get(_limited(method, channel), 0.0)
        return max(0.0, until - time.monotonic())

    async def _request(self, *, http_verb: str, api_url: str, req_args: dict[str, Any]) -> dict[str, Any]:
        method = api_url.rpartition("/")[2]
        answer = await self._judged(method, http_verb=http_verb, api_url=api_url, req_args=req_args)
        data = answer["data"]
        code = "" if data.get("ok") else str(data.get("error", ""))
        SLACK_CALLS.labels(method, meaning_of(code).value if code else "ok").inc()
        return answer

    async def _judged(
        self, method: str, *, http_verb: str, api_url: str, req_args: dict[str, Any]
    ) -> dict[str, Any]:
        sent = req_args.get("json") or req_args.get("data") or req_args.get("params") or {}
        channel = str(sent.get("channel", "")) if isinstance(sent, dict) else ""
        if (pause_s := self.closed_for(method, channel)) > 0:
            return _failed("ratelimited", 429, _pause(method, pause_s))
        try:
            answer: dict[str, Any] = await super()._request(
                http_verb=http_verb, api_url=api_url, req_args=req_args
            )
        except aiohttp.ClientConnectorError:
            return _failed(UNREACHABLE)
        except SlackApiError:
            return _failed(UNREADABLE)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return _failed(NO_ANSWER)
        data, status = answer["data"], int(answer["status_code"])
        code = str(data.get("error", "")) if isinstance(data, dict) else ""
        if status == 429 or meaning_of(code) is Meaning.WAIT:
            pause_s = _seconds(answer["headers"])
            self._closed[_limited(method, channel)] = time.monotonic() + pause_s
            return _failed("ratelimited", 429, _pause(method, pause_s))
        if not isinstance(data, dict) or "ok" not in data or (status >= 500 and not code):
            return _failed(UNREADABLE, status)
        return answer


def _pause(method: str, pause_s: float) -> dict[str, str]:
    """The header that says it. The Socket Mode client reads whole seconds only."""
    whole = method == "apps.connections.open"
    return {"Retry-After": str(math.ceil(pause_s)) if whole else f"{pause_s:.3f}"}


def _limited(method: str, channel: str) -> str:
    """What a rate limit counts: a method's calls, or one channel's posts."""
    return f"{method} {channel}" if method == "chat.postMessage" else method


def _failed(code: str, status: int = 0, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    return {"data": {"ok": False, "error": code}, "status_code": status, "headers": dict(headers or {})}
