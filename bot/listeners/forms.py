"""The table of forms: each finds the step that reads it. A refusal stands at its field."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.brand import messages as brand_messages
from bot.brand import slack as brand_slack
from bot.briefs import emoji
from bot.channel import messages as channel_messages
from bot.channel import slack as channel_slack
from bot.deliver import messages as deliver_messages
from bot.deliver import slack as deliver_slack
from bot.draft import form as draft_form
from bot.draft import slack as draft_slack
from bot.fix import messages as fix_messages
from bot.fix import slack as fix_slack
from bot.slack.acknowledge import in_time
from bot.slack.context import Context
from bot.slack.incoming import Form, form_from

#: What it returns is told to the person, where the form was opened.
Handler = Callable[[Form, Context], Coroutine[Any, Any, str | None]]

#: Who reads a form, by its callback_id, and the field where a refusal stands that names none of the form's;
#: empty where the form is a question without fields.
FORMS: Final[Mapping[str, tuple[Handler, str]]] = {
    draft_form.CALLBACK: (draft_form.sent, "prompt"),
    emoji.REMOVE: (draft_slack.remove_form_sent, ""),
    channel_messages.CALLBACK: (channel_slack.form_sent, "needed"),
    brand_messages.FORM: (brand_slack.form_sent, "palette"),
    deliver_messages.FORM: (deliver_slack.form_sent, "sizes"),
    fix_messages.SAY_FORM: (fix_slack.form_sent, "instruction"),
}


def register(app: AsyncApp, context: Context) -> None:
    """Listen to all of them: what was asked is committed before the form closes, or kept where it takes longer."""

    async def sent(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        handler, usual = FORMS[view["callback_id"]]
        form = form_from(body, view)
        outcome = await in_time(handler(form, context), ack)
        if outcome.refusal and usual and not outcome.late:
            named = outcome.refusal.field
            field = named if named in form.fields else usual
            await ack(response_action="errors", errors={field: outcome.refusal.sentence})
            return
        if not outcome.late:
            await ack()
        if sentence := outcome.refusal.sentence if outcome.refusal else outcome.answer:
            await context.whisper(form.channel, form.user, sentence)

    for callback_id in FORMS:
        app.view(callback_id)(sent)
