"""Who approves in a channel, and its settings: as people set them, and as those feel it who may or may not."""

import pytest

from tests.end_to_end.product import (
    GENERAL,
    SNEAKERS,
    TEAHOUSE,
    Product,
    approve_buttons,
    drafted,
    files,
    payload,
    shown,
    until,
    whispered,
    words,
)


@pytest.fixture(scope="module")
def product(tmp_path_factory, engine_url):
    """A product of this module's own, since settings last."""
    made = Product(tmp_path_factory.mktemp("policy"), engine_url).start_bot(DRAFTROOM_APPROVAL_GRACE_S="3")
    yield made
    made.stop()


@pytest.fixture
async def cleo(product):
    async with product.person("U0CLEO") as person:
        yield person


def chosen(value):
    return {"selected_option": value}


def ticked(*values):
    return {"selected_options": [{"value": value} for value in values]}


async def submit_settings(person, channel, **fields):
    """Open the settings, change some fields, send them; what the form answers."""
    answer = await person.type(channel, "/draft settings")
    assert not answer.response_text, answer.response_text
    view = await person.open_view()
    given = {name: value if isinstance(value, str) else {name: value} for name, value in fields.items()}
    return view, await person.submit(view, given)


async def set_settings(person, channel, **fields):
    _, answer = await submit_settings(person, channel, **fields)
    assert not answer.get("errors"), answer


async def counting(person, channel, grid, text):
    """The message in the thread that counts a picture's approvals, once it says that."""
    return await person.wait_for(
        channel, lambda m: text in words(m) and m["ts"] != grid["ts"], 15, grid["ts"]
    )


async def test_two_of_the_brand_team_approve_and_only_then_money_is_held(product, ada, ben, cleo):
    await set_settings(ada, SNEAKERS, needed="2", who="group", group="S0BRAND", minutes="0")
    notice = await ben.wait_for(SNEAKERS, lambda m: "changed how this channel works" in m["text"])
    assert "2 approvals of @brand-team" in words(notice)

    grid = await drafted(ben, SNEAKERS, "/draft a striped sneaker --n 3")
    assert "It needs 2 approvals of @brand-team" in words(grid)
    brief = payload(grid)["brief"]

    await ada.react(SNEAKERS, grid["ts"], "three")
    await whispered(ada, SNEAKERS, "only approvals of @brand-team count")
    assert product.rows("SELECT * FROM approvals") == []

    await ben.react(SNEAKERS, grid["ts"], "three")
    message = await counting(ada, SNEAKERS, grid, "1 of 2 approvals for picture 3: <@U0BEN>")
    assert "needs one more of @brand-team" in words(message)
    marked = await ada.wait_for(SNEAKERS, lambda m: m["ts"] == grid["ts"] and "1 of 2 approvals" in words(m))
    assert files(marked) == files(grid), "the grid keeps its picture"
    assert len(approve_buttons(marked)) == 3
    assert product.rows("SELECT * FROM jobs WHERE tier = 'pro'") == []
    assert product.rows("SELECT * FROM ledger WHERE tier = 'pro'") == []

    await ben.unreact(SNEAKERS, grid["ts"], "three")
    await counting(ada, SNEAKERS, grid, "0 of 2 approvals for picture 3; needs two of @brand-team")
    await ben.click(message, "approve_cell_3")
    await counting(ada, SNEAKERS, grid, "1 of 2 approvals for picture 3")

    await cleo.click(message, "approve_cell_3")
    waiting = await counting(ada, SNEAKERS, grid, "approved by <@U0BEN> and <@U0CLEO>")
    assert waiting["ts"] == message["ts"], "the count gives way to the render"
    assert [r["kind"] for r in product.rows("SELECT * FROM ledger WHERE tier = 'pro'")][:1] == ["reserve"]
    done = await shown(ada, SNEAKERS, "pro", grid["ts"])
    assert done["ts"] == message["ts"]
    assert "<@U0BEN> and <@U0CLEO>" in words(done)
    entries = [
        r["kind"] for r in product.rows("SELECT * FROM ledger WHERE brief = ? AND tier = 'pro'", brief)
    ]
    assert entries == ["reserve", "settle"]


async def test_one_who_takes_it_back_before_the_render_starts_stops_it_for_free(product, ada, ben, cleo):
    await set_settings(ada, SNEAKERS, needed="2", who="group", group="S0BRAND", minutes="0")
    grid = await drafted(ada, SNEAKERS, "/draft a lone boot --n 2")
    brief = payload(grid)["brief"]
    await ben.react(SNEAKERS, grid["ts"], "one")
    await cleo.react(SNEAKERS, grid["ts"], "one")
    await counting(ada, SNEAKERS, grid, "Rendering picture 1 in Pro")
    await cleo.unreact(SNEAKERS, grid["ts"], "one")
    await counting(ada, SNEAKERS, grid, "won't be rendered: <@U0CLEO> took the approval back")
    await counting(ada, SNEAKERS, grid, "1 of 2 approvals for picture 1: <@U0BEN>")
    entries = [
        r["kind"] for r in product.rows("SELECT * FROM ledger WHERE brief = ? AND tier = 'pro'", brief)
    ]
    assert entries == ["reserve", "void"]
    # Once more, and it is rendered, in a message of its own.
    await cleo.react(SNEAKERS, grid["ts"], "one")
    await shown(ada, SNEAKERS, "pro", grid["ts"])


async def test_who_asked_may_not_approve_where_the_channel_says_so(product, ada, ben):
    await set_settings(ada, TEAHOUSE, author=ticked())
    grid = await drafted(ben, TEAHOUSE, "/draft a cracked cup --n 1")
    assert "<@U0BEN>, who asked for it, can't approve" in words(grid)
    await ben.react(TEAHOUSE, grid["ts"], "one")
    await whispered(ben, TEAHOUSE, "somebody else has to approve it")
    brief = payload(grid)["brief"]
    assert product.rows("SELECT * FROM jobs WHERE brief = ? AND tier = 'pro'", brief) == []
    await ada.react(TEAHOUSE, grid["ts"], "one")
    await shown(ben, TEAHOUSE, "pro", grid["ts"])


async def test_listed_people_and_an_emoji_for_single_pictures(product, ada, ben, cleo):
    await set_settings(
        ada,
        GENERAL,
        who="people",
        people={"selected_users": ["U0CLEO"]},
        emoji=":white_check_mark:",
    )
    await cleo.type(GENERAL, "/draft a paper crane --n 1")
    grid = await cleo.wait_for(
        GENERAL, lambda m: {r["name"] for r in m.get("reactions", [])} == {"white_check_mark"}, 60
    )
    await ben.react(GENERAL, grid["ts"], "white_check_mark")
    await whispered(ben, GENERAL, "only approvals of <@U0CLEO> count")
    await cleo.react(GENERAL, grid["ts"], "white_check_mark")
    await shown(ben, GENERAL, "pro", grid["ts"])

    several = await drafted(cleo, GENERAL, "/draft two paper cranes --n 2")
    await cleo.react(GENERAL, several["ts"], "white_check_mark")
    await whispered(cleo, GENERAL, "Which one? This grid has 2 pictures")
    brief = payload(several)["brief"]
    assert product.rows("SELECT * FROM jobs WHERE brief = ? AND tier = 'pro'", brief) == []


async def test_a_draft_takes_the_channels_number_and_shape_where_it_does_not_say(product, ada, ben):
    await set_settings(ada, TEAHOUSE, cells="2", aspect="3:2")
    grid = await drafted(ben, TEAHOUSE, "/draft a bamboo whisk")
    assert len(approve_buttons(grid)) == 2
    (kept,) = product.rows("SELECT * FROM briefs WHERE id = ?", payload(grid)["brief"])
    assert (kept["aspect_width"], kept["aspect_height"]) == (3, 2)
    other = await drafted(ben, TEAHOUSE, "/draft a bamboo whisk --n 1 --ar 1:1")
    assert len(approve_buttons(other)) == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("minutes", "soon", "whole number from 0 to 1440"),
        ("minutes", "-5", "whole number"),
        ("pictures", "501", "from 0 to 500"),
        ("rerolls", "2.5", "from 0 to 50"),
        ("aspect", "10:1", "between 1:3 and 3:1"),
        ("aspect", "wide", "no aspect ratio"),
        ("emoji", "two words", "Name one emoji"),
        ("timezone", "Middle/Earth", "Name a time zone"),
        ("emoji", ":two:", "does something else already"),
        ("emoji", "wastebasket", "does something else already"),
    ],
)
async def test_what_cannot_be_set_is_said_at_its_field_and_changes_nothing(
    product, ada, field, value, sentence
):
    before = product.rows("SELECT * FROM policies")
    _, answer = await submit_settings(ada, GENERAL, **{field: value})
    assert list(answer["errors"]) == [field]
    assert sentence in answer["errors"][field]
    assert product.rows("SELECT * FROM policies") == before


async def test_the_days_of_a_channel_begin_where_it_is_set_to_be(product, ada):
    await set_settings(ada, GENERAL, timezone="los angeles")
    await ada.wait_for(GENERAL, lambda m: "America/Los_Angeles" in words(m))
    (row,) = product.rows(f"SELECT timezone FROM channels WHERE id = '{GENERAL}'")
    assert row["timezone"] == "America/Los_Angeles"
    # What is left as it is stays.
    await set_settings(ada, GENERAL, timezone="", cells="3")
    (row,) = product.rows(f"SELECT timezone FROM channels WHERE id = '{GENERAL}'")
    assert row["timezone"] == "America/Los_Angeles"
    await set_settings(ada, GENERAL, cells="4")


@pytest.mark.parametrize(
    ("fields", "at", "sentence"),
    [
        ({"who": "people", "people": {"selected_users": []}}, "people", "nothing could ever be approved"),
        (
            {"who": "people", "needed": "2", "people": {"selected_users": ["U0BEN"]}},
            "people",
            "2 approvals come from 2 different people",
        ),
        ({"who": "people", "people": {"selected_users": ["U0GUEST"]}}, "people", "Gil is a guest"),
        (
            {"who": "group", "needed": "1", "group": {"selected_option": None}},
            "group",
            "Choose the user group",
        ),
        ({"who": "group", "needed": "3", "group": "S0BRAND"}, "group", "2 people in that group"),
    ],
)
async def test_approvals_that_could_never_come_are_refused(product, ada, fields, at, sentence):
    _, answer = await submit_settings(ada, GENERAL, **fields)
    assert list(answer["errors"]) == [at]
    assert sentence in answer["errors"][at]


async def test_others_read_the_settings_and_guests_do_nothing(product, ben):
    answer = (await ben.type(GENERAL, "/draft settings")).response_text
    assert "How this channel works" in answer
    assert "Only workspace admins" in answer
    async with product.person("U0GUEST") as guest:
        assert "Guests can look" in (await guest.type(SNEAKERS, "/draft settings")).response_text


async def test_counted_approvals_outlive_a_killed_bot(make_product):
    own = make_product().start_bot()
    async with own.person("U0ADA") as ada, own.person("U0BEN") as ben:
        await set_settings(ada, SNEAKERS, needed="2")
        grid = await drafted(ada, SNEAKERS, "/draft a folded map --n 1")
        await ada.react(SNEAKERS, grid["ts"], "one")
        await counting(
            ben, SNEAKERS, grid, "1 of 2 approvals for picture 1: <@U0ADA>; needs one more of anybody"
        )
        own.kill_bot()
        own.start_bot()
        await ben.react(SNEAKERS, grid["ts"], "one")
        await shown(ada, SNEAKERS, "pro", grid["ts"])
        await until(lambda: len(own.rows("SELECT * FROM ledger WHERE tier = 'pro'")) == 2)
