"""The services over a real database and a real folder of pictures, without Slack and without an engine."""

import pytest

from tests.bot.office import open_office


@pytest.fixture
def office(tmp_path, monkeypatch):
    """The services with what a test needs to look at it."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DRAFTROOM_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    office = open_office(tmp_path)
    office.woken = []
    office.database.watch({"jobs", "effects"}, lambda: office.woken.append(True))
    yield office
    office.database.close()
