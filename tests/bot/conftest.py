"""The services over a real database and a real folder of pictures, without Slack and without an engine."""

from types import SimpleNamespace

import pytest

from bot.briefs.services import Services
from bot.ledger import BudgetRule, default_prices
from bot.settings import Settings
from bot.store import Database, PictureStore


@pytest.fixture
def office(tmp_path, monkeypatch):
    """The services with what a test needs to look at it."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DRAFTROOM_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    settings = Settings(data_dir=tmp_path, approval_grace_s=0, draft_size_px=64, pro_size_px=128)
    database = Database(settings.database_path)
    woken = []
    database.watch({"jobs", "effects"}, lambda: woken.append(True))
    services = Services(
        database=database,
        picture_store=PictureStore(settings.pictures_path),
        settings=settings,
        prices=default_prices("USD", settings.seconds_price),
        rule=BudgetRule(amount_micro=20_000_000, period="monthly", currency="USD"),
    )
    yield SimpleNamespace(services=services, database=database, woken=woken)
    database.close()
