"""Words that the operator refuses are refused wherever words are taken, at no cost and with nothing left behind."""

from types import SimpleNamespace

import pytest
from PIL import Image

from bot import clock
from bot.batch import actions as batch_actions
from bot.batch.spread import parse_stress
from bot.brand import actions as brand_actions
from bot.brand import table as brand_table
from bot.brand.kit import Kit
from bot.briefs.model import BriefRequest, Use, UserError
from bot.draft import actions as draft_actions
from bot.draft import again, take_in, vary
from bot.draft import table as draft_table
from bot.draft.tweaks import TweakRequest
from bot.editor.actions import Editing
from bot.editor.request import PaintedFix
from bot.fix import actions as fix_actions
from bot.fix.drawn_over import Markups
from bot.fix.each import fix_each
from bot.fix.request import FixRequest
from bot.pictures import markup, masks
from bot.pictures.box import Box
from bot.product import actions as product_actions
from tests.bot.editor_world import box_mask, draft, png
from tests.bot.office import ADA, CHANNEL, rows

BAD, GOOD = "a can of Brand_X", "a can of cola"
WHO = {"person": ADA, "channel": CHANNEL}
EVENT = WHO | {"event_id": "e"}
#: A picture in which no product can be told, and one in which one can.
BOTTLE = Image.new("RGB", (96, 96), "white")
BOTTLE.paste((30, 60, 140), (30, 20, 60, 80))


def a_fix(words, more=""):
    made = [
        FixRequest(
            region=Box(left=0, top=0, right=0.5, bottom=1), region_text="left", instruction=one, cell=1
        )
        for one in (words, more)
        if one
    ]
    return FixRequest(**{**vars(made[0]), "more": tuple(made[1:])})


async def marked(office, grid, words):
    """A drawn-over copy that was understood, with these words, before they were refused; and its id."""
    markups = Markups(services=office.services)
    await markups.understand(
        grid.drawn_over, brief=grid.brief.id, person=ADA.id, instruction="", event_id="m"
    )
    await office.database.write(lambda tx: tx.execute("UPDATE markups SET instruction = ?", [words]))
    (row,) = await rows(office.database, "SELECT id FROM markups")
    return markups, row["id"]


async def draft_in(office, **values):
    request = BriefRequest(**{"prompt": "a can", **values})
    await draft_actions.open_brief(office.services, request, source_key="k", **WHO)


async def a_draft(office, grid, words):
    await draft_in(office, prompt=words)


async def a_draft_in_a_style(office, grid, words):
    """It was saved before the words were refused."""
    await office.database.write(
        lambda tx: draft_table.keep_style(
            tx, channel=CHANNEL.id, name="spring", words=words, person=ADA.id, at=clock.now()
        )
    )
    yield
    await draft_in(office, style="spring")


async def a_draft_with_the_brand(office, grid, words):
    await office.database.write(
        lambda tx: brand_table.set_kit(
            tx, Kit(always=words), channel=CHANNEL.id, person=ADA.id, at=clock.now()
        )
    )
    yield
    await draft_in(office)


async def a_granted_draft(office, grid, words):
    payload = draft_actions.to_payload(BriefRequest(prompt=words))
    await draft_actions.run_refused(office.services, payload, **EVENT)


async def a_changed_prompt(office, grid, words):
    await again.tweak(office.services, TweakRequest(parts=(words,)), grid.brief.id, **EVENT)


async def a_variation_in_words(office, grid, words):
    await vary.vary_version(office.services, grid.first, Use.SUBTLE, prompt=words, **EVENT)


async def a_style(office, grid, words):
    await draft_actions.save_style(office.services, "spring", words, **WHO)


async def a_brand(office, grid, words):
    await brand_actions.set_kit(office.services, Kit(style=words), **EVENT)


async def a_fix_in_the_thread(office, grid, words):
    await fix_actions.request_fix(
        office.services, a_fix(words), brief_id=grid.brief.id, person=ADA, mask_upload=None, event_id="e"
    )


async def the_second_of_two_fixes(office, grid, words):
    await fix_actions.request_fix(
        office.services,
        a_fix("red", words),
        brief_id=grid.brief.id,
        person=ADA,
        mask_upload=None,
        event_id="e",
    )


async def a_granted_fix(office, grid, words):
    payload = fix_actions.to_payload(a_fix("red", words), grid.brief.id)
    await fix_actions.run_refused(office.services, payload, **EVENT)


async def a_fix_of_each(office, grid, words):
    await fix_each(
        office.services,
        a_fix(words),
        brief=grid.brief.id,
        person=ADA.id,
        mask_upload=None,
        event_id="e",
    )


async def a_fix_in_the_editor(office, grid, words):
    wanted = PaintedFix(version=grid.first, candidates=1, instructions=("red", words), extend=None, key="k")
    mask = masks.to_png(box_mask())
    editing = Editing(services=office.services)
    await editing.fix(wanted, [mask, mask], brief=grid.brief.id, person=ADA.id)


async def a_drawn_over_copy_with_words(office, grid, words):
    markups = Markups(services=office.services)
    await markups.understand(
        grid.drawn_over, brief=grid.brief.id, person=ADA.id, instruction=words, event_id="e"
    )


async def a_drawn_over_copy_whose_words_waited(office, grid, words):
    markups, name = await marked(office, grid, words)
    yield
    await markups.confirm(name, person=ADA.id)


async def words_for_a_drawn_over_copy(office, grid, words):
    markups, name = await marked(office, grid, "")
    yield
    await markups.confirm(name, person=ADA.id, instruction=words)


async def a_stress_test(office, grid, words):
    await batch_actions.stress(office.services, parse_stress(f"stress 2 {words}"), **EVENT)


async def a_table(office, grid, words):
    table = f"prompt\na cup\n{words}\n".encode()
    await batch_actions.table(office.services, table, name="t.csv", **EVENT)


async def a_product_with_backgrounds(office, grid, words):
    await product_actions.cut(
        office.services, png(BOTTLE), name="vase.png", mask=None, prompts=("a beach", words), **EVENT
    )


async def more_backgrounds(office, grid, words):
    await product_actions.cut(
        office.services,
        png(BOTTLE),
        name="vase.png",
        mask=None,
        prompts=(),
        **WHO,
        event_id="before",
    )
    yield
    await product_actions.order(office.services, ("a beach", words), **EVENT)


async def a_products_file_name(office, grid, words):
    await product_actions.cut(
        office.services, png(BOTTLE), name=f"{words}.png", mask=None, prompts=("a beach",), **EVENT
    )


async def a_picture_brought_in_with_words(office, grid, words):
    picture = office.services.picture_store.keep(png(BOTTLE))
    await take_in.take_in(office.services, picture, name="1.png", words=words, source_key="k", **WHO)


async def a_picture_brought_in_by_its_name(office, grid, words):
    picture = office.services.picture_store.keep(png(BOTTLE))
    name = words.replace(" ", "_") + ".png"
    await take_in.take_in(office.services, picture, name=name, words="", source_key="k", **WHO)


#: Every way by which words reach the engine, or are kept to reach it later. One in two steps stops after the first.
PATHS = [
    *(a_draft, a_draft_in_a_style, a_draft_with_the_brand, a_granted_draft, a_changed_prompt),
    *(a_variation_in_words, a_style, a_brand),
    *(a_fix_in_the_thread, the_second_of_two_fixes, a_granted_fix, a_fix_of_each, a_fix_in_the_editor),
    *(a_drawn_over_copy_with_words, a_drawn_over_copy_whose_words_waited, words_for_a_drawn_over_copy),
    *(a_stress_test, a_table, a_product_with_backgrounds, more_backgrounds, a_products_file_name),
    *(a_picture_brought_in_with_words, a_picture_brought_in_by_its_name),
]


@pytest.fixture
async def grid(office, monkeypatch):
    brief = await draft(office, "first")
    (row,) = await rows(office.database, "SELECT id FROM versions WHERE brief = ? AND number = 1", brief.id)
    # Cells of one colour have nothing by which a copy could be told.
    understood = markup.Markup(mask=box_mask(), share=0.2)
    monkeypatch.setattr(markup, "read", lambda original, upload: understood)
    return SimpleNamespace(brief=brief, first=row["id"], drawn_over=png(Image.new("RGB", (64, 64))))


async def walked(path, office, grid, words):
    """Walk a path; what stands in the database before its last step."""
    steps = path(office, grid, words)
    if hasattr(steps, "__anext__"):
        await anext(steps)
        yield await everything(office)
        async for _ in steps:
            """There is no third step."""
    else:
        yield await everything(office)
        await steps


async def everything(office):
    """How many rows each table has, but for the log of refusals."""
    tables = await rows(office.database, "SELECT name FROM sqlite_master WHERE type = 'table'")
    names = {row["name"] for row in tables} - {"refusals"}
    return {
        name: (await rows(office.database, f"SELECT count(*) AS n FROM {name}"))[0]["n"] for name in names
    }


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
async def test_refused_words_are_refused_on_every_path(office, grid, path):
    office.services.settings.refused["brand x"] = "A competitor's mark."
    steps = walked(path, office, grid, BAD)
    before = await anext(steps)
    with pytest.raises(UserError, match="A competitor's mark"):
        await anext(steps)
    assert await everything(office) == before
    logged = await rows(office.database, "SELECT channel, person, term FROM refusals")
    assert logged == [{"channel": CHANNEL.id, "person": ADA.id, "term": "brand x"}]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
async def test_other_words_get_through_on_every_path(office, grid, path):
    office.services.settings.refused["brand x"] = "A competitor's mark."
    steps = walked(path, office, grid, GOOD)
    before = await anext(steps)
    async for _ in steps:
        """The last step."""
    assert await everything(office) != before
    assert await rows(office.database, "SELECT * FROM refusals") == []
