"""A product that nobody has found yet: nothing starts around it, and what is painted counts once."""

import io

import numpy as np
import pytest
from PIL import Image

from bot import clock
from bot.batch import actions as batch_actions
from bot.batch import table as batch_table
from bot.briefs import table as briefs_table
from bot.briefs.model import Person, UserError
from bot.nudge import table as nudge_table
from bot.pictures import cutouts, masks
from bot.product import actions, paint
from bot.product import job as product_job
from bot.product import table as product_table
from tests.bot.office import ADA, BEN, CHANNEL, rows

CLEO = Person(id="U0CLEO", timezone="UTC", is_admin=False, is_guest=False, is_bot=False)


def noise(size=(80, 70)):
    pixels = np.random.default_rng(5).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def mask(box=(20, 20, 60, 50), size=(80, 70)):
    found = Image.new("L", size, 0)
    found.paste(255, box)
    return found


async def asked(office, person=BEN):
    """An order around a picture on a busy ground."""
    out = io.BytesIO()
    noise().save(out, "PNG")
    await actions.cut(
        office.services,
        out.getvalue(),
        name="rock.png",
        mask=None,
        prompts=("on a beach",),
        channel=CHANNEL,
        person=person,
        event_id="first",
    )
    return await office.database.read(lambda tx: batch_table.find(tx, "backgrounds:1"))


async def test_nothing_starts_before_somebody_said_where_the_product_is(office):
    series = await asked(office)
    assert series.product.whole
    with pytest.raises(UserError, match="Nobody has said yet where the product is"):
        await batch_actions.decide(office.services, series.key, start=True, person=BEN)
    assert await rows(office.database, "SELECT * FROM ledger_entries") == []
    assert await rows(office.database, "SELECT * FROM briefs") == []
    assert await office.database.read(lambda tx: product_table.newest(tx, CHANNEL.id, BEN.id)) is None
    # Sent twice, it is one order and one message.
    await asked(office)
    assert len(await rows(office.database, "SELECT * FROM effects")) == 1
    await batch_actions.decide(office.services, series.key, start=False, person=BEN)
    with pytest.raises(UserError, match="decided already"):
        await paint.use(
            office.services,
            product_table.name_of(series.product, series),
            mask(),
            person=BEN,
            key="k" * 8,
        )


async def test_a_painted_product_starts_and_keeps_its_pixels(office):
    series = await asked(office)
    services, what = office.services, product_table.name_of(series.product, series)
    version = await paint.begin(services, what, person=BEN, channel=CHANNEL)
    assert (await paint.begin(services, what, person=ADA, channel=CHANNEL)).id == version.id
    # The editor's picture is nothing in the channel, and nothing that somebody drafted.
    assert len(await rows(office.database, "SELECT * FROM effects")) == 1
    assert await office.database.read(lambda tx: briefs_table.recent_briefs(tx, BEN.id, 9)) == []
    assert (
        await office.database.read(lambda tx: nudge_table.chains(tx, nudge_table.lately(tx, clock.now())))
        == []
    )
    for work in (
        paint.begin(services, what, person=CLEO, channel=CHANNEL),
        paint.use(services, what, mask(), person=CLEO, key="k" * 8),
        paint.so_far(services, what, person=CLEO),
    ):
        with pytest.raises(UserError, match="Only <@U0BEN>, who asked for it, or a workspace admin"):
            await work
    with pytest.raises(UserError, match="another size"):
        await paint.use(services, what, mask(size=(81, 70)), person=BEN, key="k" * 8)
    assert await paint.so_far(services, what, person=BEN) is None
    for _ in range(2):
        await paint.use(services, what, mask(), person=BEN, key="k" * 8)
    told = await rows(office.database, "SELECT * FROM effects WHERE action = 'update'")
    assert len(told) == 1
    assert "1 background for rock.png, " in told[0]["payload"]
    now = (await office.database.read(lambda tx: batch_table.find(tx, series.key))).product
    assert (now.id, now.whole) == (series.product.id, False)
    assert (await office.database.read(lambda tx: product_table.newest(tx, CHANNEL.id, BEN.id))) == now
    await batch_actions.decide(office.services, series.key, start=True, person=BEN)
    (job,) = await rows(office.database, "SELECT * FROM jobs WHERE state = 'queued'")
    assert job["tier"] == "draft"


@pytest.mark.parametrize(
    ("first", "later", "stands"), [(True, None, True), (True, False, False), (False, True, True)]
)
async def test_a_shadow_stays_with_the_product_until_it_is_taken_back(office, first, later, stands):
    who = {"channel": CHANNEL, "person": BEN}
    upload = Image.new("RGB", (128, 96), "white")
    upload.paste((20, 60, 120), (40, 20, 80, 60))
    await actions.cut(
        office.services,
        masks.to_png(upload),
        name="mug.png",
        mask=None,
        prompts=("on a beach",),
        shadow=first,
        event_id="first",
        **who,
    )
    await actions.order(office.services, ("on pink",), shadow=later, event_id="later", **who)
    briefs = await rows(office.database, "SELECT brief FROM series ORDER BY id")
    ground = masks.to_png(Image.new("RGB", (128, 96), (200, 200, 200)))
    for row, shaded in zip(briefs, (first, stands), strict=True):
        brief = await office.database.read(lambda tx, name=row["brief"]: briefs_table.brief(tx, name))
        result = Image.open(io.BytesIO(await product_job.restored(office.services, brief, ground)))
        assert result.getpixel((60, 40)) == (20, 60, 120)
        under, apart = result.getpixel((60, 60)), result.getpixel((60, 90))
        assert (max(under) < 140) is shaded
        assert apart == (200, 200, 200)


def test_what_is_painted_leaves_product_and_background():
    picture = noise()
    found = cutouts.painted(picture, mask())
    assert (np.asarray(found)[..., :3] == np.asarray(picture)).all()
    assert found.getchannel("A").getbbox() == (20, 20, 60, 50)
    with pytest.raises(UserError, match="Hardly anything"):
        cutouts.painted(picture, mask((0, 0, 3, 3)))
    with pytest.raises(UserError, match="Nearly everything"):
        cutouts.painted(picture, mask((0, 0, 80, 70)))
    # A grey edge alone is no product: only what is painted in full is kept as it is.
    with pytest.raises(UserError, match="Hardly anything"):
        cutouts.painted(picture, mask().point(lambda value: value // 2))
