"""A file that is shared in a conversation comes once, wherever the bot is killed in between."""

import pytest

from bot.slack import files
from sandbox.server import Server
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
