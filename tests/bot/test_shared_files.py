"""A file that is shared in a conversation comes once, wherever the bot is killed in between."""

from datetime import date
from types import SimpleNamespace

import pytest
from slack_sdk.errors import SlackApiError

from bot.reports import slack as reports_slack
from bot.slack import files
from bot.slack.incoming import Click
from bot.slack.web_api import failure
from sandbox.server import Server
from tests.bot.office import ADA
from tests.sandbox.workplace import SNEAKERS, eventually, settings, web_client


class Killed(BaseException):
    """The process ends here."""


async def share(office, client, noted):
    await files.share_once(
        client,
        office.database,
        b"a,b\r\n1,2\r\n",
        event_id="press",
        filename="costs.csv",
        channel=SNEAKERS,
        comment="Here they are",
        thread_ts=None,
        also=lambda tx: noted.append(1),
    )


@pytest.mark.parametrize("killed", ["before", "after"])
async def test_a_file_is_shown_once_though_the_bot_was_killed_while_it_showed_it(office, monkeypatch, killed):
    complete, noted = files.complete, []

    async def cut_off(*arguments, **named):
        if killed == "after":
            await complete(*arguments, **named)
        raise Killed

    async with Server(settings()) as server:
        client, channel = web_client(server), server.workspace.state.channels[SNEAKERS]

        def shown():
            return [one for one in channel.messages.values() if one.text == "Here they are"]

        monkeypatch.setattr(files, "complete", cut_off)
        with pytest.raises(Killed):
            await share(office, client, noted)
        monkeypatch.setattr(files, "complete", complete)
        # What was acknowledged is dealt with again at the next start, and the start after that.
        await share(office, client, noted)
        await share(office, client, noted)
        await eventually(shown)
        (message,) = shown()
        assert [server.workspace.state.files[one].name for one in message.file_ids] == ["costs.csv"]
    assert noted == [1]


async def test_a_file_of_which_slack_does_not_say_whether_it_took_it_is_not_called_refused(
    office, monkeypatch
):
    complete = files.complete
    day = date(2026, 11, 1)
    report = SimpleNamespace(
        channel=SNEAKERS,
        channel_name="sneakers",
        span=SimpleNamespace(title="November", first=day, last=day),
    )

    async def found(*_):
        return report

    async def csv(_):
        return b"a,b\r\n1,2\r\n"

    async def who_and_where(_):
        return ADA, SimpleNamespace(id=SNEAKERS)

    async def no_answer(*arguments, **named):
        await complete(*arguments, **named)
        raise failure("no_answer")

    async with Server(settings()) as server:
        channel = server.workspace.state.channels[SNEAKERS]
        context = SimpleNamespace(
            client=web_client(server),
            services=office.services,
            who_and_where=who_and_where,
            the=lambda _: SimpleNamespace(report=found, csv=csv),
        )
        press = Click(
            action="costs_csv",
            value="2026-11-01",
            channel=SNEAKERS,
            user=ADA.id,
            ts="1700000000.000200",
            thread_ts=None,
            trigger_id="t1",
        )

        def shown():
            return [one for one in channel.messages.values() if one.file_ids]

        monkeypatch.setattr(reports_slack, "read_span", lambda _: None)
        monkeypatch.setattr(files, "complete", no_answer)
        # What raises this is dealt with once more, later.
        with pytest.raises(SlackApiError):
            await reports_slack.csv(press, context)
        monkeypatch.setattr(files, "complete", complete)
        await reports_slack.csv(press, context)
        await eventually(shown)
        assert len(shown()) == 1
