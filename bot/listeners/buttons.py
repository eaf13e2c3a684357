"""The table of buttons: each finds the step that answers it. A refusal is whispered to who pressed it, where they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.approve import slack as approve_slack
from bot.batch import messages as batch_messages
from bot.batch import slack as batch_slack
from bot.briefs import emoji
from bot.budget import messages as budget_messages
from bot.budget import slack as budget_slack
from bot.channel import messages as channel_messages
from bot.channel import slack as channel_slack
from bot.deliver import messages as deliver_messages
from bot.deliver import slack as deliver_slack
from bot.draft import messages as draft_messages
from bot.draft import slack as draft_slack
from bot.draft import warnings
from bot.editor import slack as editor_slack
from bot.fix import messages as fix_messages
from bot.fix import slack as fix_slack
from bot.home import guide
from bot.home import messages as home_messages
from bot.home import slack as home_slack
from bot.nudge import messages as nudge_messages
from bot.nudge import slack as nudge_slack
from bot.product import slack as product_slack
from bot.reports import messages as reports_messages
from bot.reports import slack as reports_slack
from bot.slack import buttons
from bot.slack.acknowledge import in_time
from bot.slack.context import Context
from bot.slack.incoming import Click, click_from

Handler = Callable[[Click, Context], Coroutine[Any, Any, None]]


async def heard(click: Click, context: Context) -> None:
    """Nothing to do: a link opens by itself, and what is picked counts when the button beside it is pressed."""


#: Who answers a button or a choice, by its action_id, or by what that begins with: `vary_cell` is `vary_cell_subtle_2`.
BUTTONS: Final[Mapping[str, Handler]] = {
    buttons.APPROVE_ACTION: approve_slack.approve,
    buttons.WITHDRAW_ACTION: approve_slack.withdraw,
    warnings.STRAIGHT: approve_slack.straight_to_pro,
    warnings.CHANGE: draft_slack.change,
    emoji.AGAIN: draft_slack.again,
    emoji.CHANGE: draft_slack.change,
    emoji.STOP: draft_slack.stop,
    emoji.REMOVE: draft_slack.remove,
    emoji.VARY: draft_slack.ask_which,
    draft_messages.MORE: draft_slack.more,
    draft_messages.TWEAK: draft_slack.tweak,
    buttons.CHOOSE_ACTION: draft_slack.vary_cell,
    buttons.CELL_ACTION: draft_slack.vary_cell,
    buttons.VERSION_ACTION: draft_slack.vary_version,
    buttons.EDIT_ACTION: editor_slack.edit,
    fix_messages.OPEN_ACTION: heard,
    fix_messages.PAINT_ACTION: editor_slack.paint_it,
    fix_messages.CONFIRM_ACTION: fix_slack.confirm,
    fix_messages.DROP_ACTION: fix_slack.drop,
    fix_messages.SAY_ACTION: fix_slack.ask,
    buttons.DELIVER_ACTION: deliver_slack.fill_in,
    deliver_messages.EXTEND: deliver_slack.extend,
    **dict.fromkeys(batch_messages.START.values(), batch_slack.start),
    **dict.fromkeys(batch_messages.DROP.values(), batch_slack.drop),
    **dict.fromkeys(batch_messages.STOP.values(), batch_slack.stop),
    batch_messages.TURN: batch_slack.turn,
    batch_messages.PICK: heard,
    batch_messages.APPROVE: batch_slack.approve,
    batch_messages.ZIP: batch_slack.download,
    batch_messages.PAINT: product_slack.begin_painting,
    nudge_messages.APPROVE: nudge_slack.approve,
    nudge_messages.STOP: nudge_slack.stop,
    nudge_messages.HELP: nudge_slack.ask_for_help,
    budget_messages.GRANT: budget_slack.grant,
    budget_messages.REFUSE: budget_slack.refuse,
    reports_messages.CSV_ACTION: reports_slack.csv,
    reports_messages.PAGE_ACTION: heard,
    guide.MORE: home_slack.more,
    home_messages.NEW: home_slack.new,
    home_messages.APPROVE: home_slack.approve,
    home_messages.RULES: home_slack.rules,
    channel_messages.OPEN_ACTION: channel_slack.open_settings,
}


_NAME = re.compile(rf"^({'|'.join(BUTTONS)})(?:_|$)")


def handler_of(action_id: str) -> Handler | None:
    """Who answers; None for what no message of ours has."""
    name = _NAME.match(action_id)
    return BUTTONS[name[1]] if name else None


def register(app: AsyncApp, context: Context) -> None:
    """Listen to all of them: what was asked is committed before Slack is acknowledged, or kept where it takes longer."""

    @app.action(_NAME)
    async def pressed(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        click = click_from(body, action)
        handler = handler_of(click.action) or heard
        try:
            outcome = await in_time(handler(click, context), ack)
        except Exception:
            # Acknowledged, it is kept: where Slack was away, it is done when it is back.
            await ack()
            raise
        if not outcome.late:
            await ack()
        if outcome.refusal:
            await context.refuse(click, outcome.refusal)
