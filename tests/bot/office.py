"""People, a channel and a finished grid for tests of use cases. No tests here."""

import io
from datetime import timedelta
from types import SimpleNamespace

from PIL import Image

from bot import clock, ledger
from bot.briefs import table as briefs_table
from bot.briefs.model import Channel, JobState, Person
from bot.briefs.services import Services
from bot.ledger import BudgetRule, default_prices
from bot.settings import Settings
from bot.store import Database, PictureStore, pictures
from bot.worker import table as worker_table

ADA = Person(id="U0ADA", timezone="Europe/London", is_admin=True, is_guest=False, is_bot=False)
BEN = Person(id="U0BEN", timezone="Asia/Tokyo", is_admin=False, is_guest=False, is_bot=False)
CHANNEL = Channel(id="C0SNEAKERS", name="spring-sneakers")


def open_office(folder):
    """The services over a new database in a folder, with what a test needs to look at them; its database is to be closed."""
    settings = Settings(data_dir=folder, approval_grace_s=0, draft_size_px=64, pro_size_px=128)
    database = Database(settings.database_path)
    services = Services(
        database=database,
        picture_store=PictureStore(settings.pictures_path),
        settings=settings,
        prices=default_prices("USD", settings.seconds_price),
        rule=BudgetRule(amount_micro=20_000_000, period="monthly", currency="USD"),
    )
    return SimpleNamespace(services=services, database=database)


async def rows(database, sql, *values):
    """The rows of a query as dictionaries."""
    return await database.read(lambda tx: [dict(row) for row in tx.execute(sql, list(values))])


async def finish_draft(office, brief, cells=4, *, key="", shade=80):
    """Do what the renderer does when the engine has drawn a brief's grid, or the portion of a series by its key."""
    stored = []
    for index in range(cells):
        out = io.BytesIO()
        Image.new("RGB", (64, 64), (index * 20, shade, 90)).save(out, "PNG")
        stored.append(office.services.picture_store.keep(out.getvalue()))

    def work(tx):
        at = clock.now()
        job = worker_table.job_by_key(tx, key or f"draft:{brief.id}")
        soon = at + timedelta(minutes=1)
        worker_table.lease_next(tx, tiers=["draft"], owner="me", lease=timedelta(seconds=30), at=soon)
        for number, picture in enumerate(stored, 1):
            pictures.record(tx, picture, at)
            briefs_table.add_version(
                tx,
                job=job,
                kind="cell",
                number=number,
                prompt=brief.prompt,
                seed=brief.seed + number - 1,
                picture=picture.sha256,
                seconds=0.5,
                at=at,
            )
        ledger.settle(tx, job=job.id, amount_micro=400, at=at)
        worker_table.move_job(tx, job.id, JobState.DONE, at)

    await office.database.write(work)
    return stored
