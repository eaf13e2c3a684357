"""The editor as people use it: a real Chromium, mouse and fingers, a whole product behind it; judged by pixels."""

import io
import re
import signal

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.browser.editor_desk import LAPTOP, PHONE, at, colours, drag, touch, view
from tests.end_to_end.product import SNEAKERS, files, words


def fix(page, instruction):
    """Ask for a fix and wait for its result."""
    page.get_by_label("What should be there?").fill(instruction)
    page.get_by_role("button", name="Fix it").click()
    expect(page.get_by_role("group", name="Result")).to_be_visible(timeout=60_000)


@pytest.mark.parametrize("device", [LAPTOP, PHONE], ids=["laptop with a mouse", "phone with a finger"])
def test_what_is_painted_is_fixed_and_nothing_else(editor_desk, thread, device):
    page = editor_desk.open(editor_desk.link(thread), **device)
    before = editor_desk.newest()
    expect(page.get_by_role("heading", name="a red cup")).to_be_visible()
    told = page.locator("#cost")
    expect(told).to_contain_text("Cost: ")
    expect(told).to_contain_text("left this month")
    if device is PHONE:
        touch(page, [(30, 30), (70, 30), (70, 60)])
    else:
        drag(page, (30, 30), (70, 30), (70, 60))
    expect(page.get_by_role("button", name=re.compile("Region 1"))).to_contain_text("%")
    fix(page, f"a white handle on a {'phone' if device is PHONE else 'laptop'}")
    expect(page.get_by_text("pixels outside the mask changed: 0")).to_be_visible()
    assert int(page.locator(".progress").get_attribute("data-previews") or 0) > 0, "no first look was shown"

    made = editor_desk.newest()
    assert (made["kind"], made["instruction"]) == (
        "fix",
        f"a white handle on a {'phone' if device is PHONE else 'laptop'}",
    )
    mask = editor_desk.stored(made["mask"]) > 0
    assert mask[30, 50]
    assert mask[45, 70]
    assert not mask[:12].any()
    assert not mask[90:].any()
    changed = (editor_desk.pixels(made["parent"]) != editor_desk.pixels(made["id"])).any(-1)
    assert not changed[~mask].any()
    assert changed[mask].mean() > 0.5
    assert made["parent"] != before["id"] or before["kind"] == "pro"

    told = "SELECT 1 FROM effects WHERE key LIKE ? || '%'"
    assert editor_desk.rows(told, f"job:{made['job']}") == [], "the thread knows of it before it is used"
    entries = editor_desk.rows("SELECT kind FROM ledger WHERE job = ?", made["job"])
    assert [entry["kind"] for entry in entries] == ["reserve", "settle"]
    expect(page.locator("#result-cost")).to_contain_text("It has cost")
    expect(page.get_by_role("button", name=re.compile(r"Another \("))).to_be_visible()
    page.get_by_role("button", name="Use it").click()
    expect(page.locator("#where")).to_contain_text("A white handle on a")
    message = editor_desk.thread_says(thread, f"Fixed the painted region:* “{made['instruction']}”")
    assert "<@U0ADA>" in words(message)
    assert "pixels changed outside the mask: 0" in words(message)
    assert "¢" in words(message)
    assert len(files(message)) == 2


def test_before_and_after_by_slider_and_discarded(editor_desk, thread):
    page = editor_desk.open(editor_desk.link(thread))
    whole, _, _ = view(page)
    drag(page, (20, 20), (60, 20), (60, 60), (20, 60))
    fix(page, "a blue plate")
    slider = page.get_by_label(re.compile("Before and after"))
    # The result comes first, at the place that changed.
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^1?\d\s?% "))
    assert view(page)[0] > 1.3 * whole
    left, top = at(page, 20, 20)
    right, bottom = at(page, 60, 60)
    box = page.locator("#canvas").bounding_box()
    assert box["x"] < left < right < box["x"] + box["width"]
    assert box["y"] < top < bottom < box["y"] + box["height"]
    slider.fill("1000")
    before = colours(page)
    slider.fill("0")
    after = colours(page)
    assert np.abs(before - after).max() > 20, "the slider shows no difference"
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(slider).to_have_value("3")
    made = editor_desk.newest()
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_label("What should be there?")).to_have_value("a blue plate")
    expect(page.get_by_role("button", name=re.compile("Region 1"))).not_to_contain_text("empty")
    assert abs(view(page)[0] - whole) < 0.01
    page.get_by_role("tab", name="Versions").click()
    expect(page.locator(".version").first).to_be_visible()
    expect(page.locator(".version", has_text="A blue plate")).to_have_count(0)
    (state,) = editor_desk.rows("SELECT state FROM staged_versions WHERE version = ?", made["id"])
    assert state["state"] == "discarded"
    assert editor_desk.rows("SELECT 1 FROM effects WHERE key LIKE ? || '%'", f"job:{made['job']}") == []


def test_a_result_waits_through_another_one_and_a_restart(editor_desk, thread):
    page = editor_desk.open(editor_desk.link(thread))
    drag(page, (30, 40), (70, 40))
    fix(page, "a red spoon")
    first = editor_desk.newest()
    page.get_by_role("button", name=re.compile(r"Another \(")).click()
    choices = page.get_by_role("group", name="Candidates", exact=True).get_by_role("button")
    expect(choices).to_have_count(2, timeout=60_000)
    second = editor_desk.newest()
    assert second["seed"] != first["seed"]
    assert second["parent"] == first["parent"]
    settled = "SELECT count(*) AS n FROM ledger WHERE job IN (?, ?) AND kind = 'settle'"
    assert editor_desk.rows(settled, first["job"], second["job"])[0]["n"] == 2
    page.close()  # It would complain that the bot is away.
    editor_desk.product.kill_bot()
    editor_desk.product.start_bot()
    back = editor_desk.open(editor_desk.link(thread))
    choices = back.get_by_role("group", name="Candidates", exact=True).get_by_role("button")
    expect(choices).to_have_count(2)
    choices.first.click()
    back.get_by_role("button", name="Use it").click()
    editor_desk.thread_says(thread, "a red spoon")
    states = editor_desk.rows("SELECT version, state FROM staged_versions ORDER BY version DESC LIMIT 2")
    assert states == [
        {"version": second["id"], "state": "discarded"},
        {"version": first["id"], "state": "used"},
    ]


def test_two_people_on_one_version_make_siblings(editor_desk, thread):
    pro = editor_desk.rows("SELECT id FROM versions WHERE kind = 'pro' ORDER BY id LIMIT 1")[0]["id"]
    ada, ben = editor_desk.open(editor_desk.link(thread)), editor_desk.open(editor_desk.link(thread, "U0BEN"))
    for page, who in ((ada, "Ada"), (ben, "Ben")):
        drag(page, (40, 40), (60, 60))
        page.get_by_label("What should be there?").fill(f"a flower for {who}")
    for page in (ada, ben):
        page.get_by_role("button", name="Fix it").click()
    for page in (ada, ben):
        expect(page.get_by_role("group", name="Result")).to_be_visible(timeout=60_000)
        page.get_by_role("button", name="Use it").click()
        expect(page.locator("#where")).to_contain_text("A flower for")
    made = editor_desk.rows("SELECT * FROM versions WHERE instruction LIKE 'a flower for %'")
    assert [version["parent"] for version in made] == [pro, pro]
    people = editor_desk.rows(
        "SELECT person FROM jobs WHERE id IN (?, ?)", *[version["job"] for version in made]
    )
    assert {row["person"] for row in people} == {"U0ADA", "U0BEN"}
    ada.reload()
    ada.get_by_role("tab", name="Versions").click()
    branch = ada.locator("li", has=ada.locator("> .entry", has_text="Pro render")).last
    expect(branch.locator("> ul > li", has_text="A flower for Ada")).to_be_visible()
    expect(branch.locator("> ul > li", has_text="A flower for Ben")).to_contain_text("Ben Ito")


def test_an_adjustment_is_seen_at_once_and_saved_exactly(editor_desk, thread):
    page = editor_desk.open(editor_desk.link(thread))
    page.get_by_role("radio", name="Rectangle").click()
    drag(page, (16, 16), (80, 64))
    page.get_by_role("tab", name="Adjust").click()
    plain = colours(page)
    page.get_by_label("Exposure").fill("1")
    page.wait_for_timeout(200)
    assert colours(page).sum() > plain.sum() + 10_000
    page.get_by_label("Saturation").fill("-100")
    page.get_by_role("button", name="Save as a version").click()
    expect(page.locator("#where")).to_contain_text("Exposure +1, saturation −100")
    made = editor_desk.newest()
    old, new = editor_desk.pixels(made["parent"]).astype(float), editor_desk.pixels(made["id"])
    inside = editor_desk.stored(made["mask"]) > 0
    assert np.allclose(_corner(inside), (16, 16, 79, 63), atol=1)
    assert not (old != new)[~inside].any()
    assert (new[inside].max(-1) - new[inside].min(-1)).max() <= 1, "there is colour left"
    expected = np.clip(np.floor(((old * 2) @ [0.299, 0.587, 0.114]) + 0.5), 0, 255)
    assert np.abs(new[..., 0][inside] - expected[inside]).max() <= 1
    entries = editor_desk.rows("SELECT amount_micro FROM ledger WHERE job = ?", made["job"])
    assert [entry["amount_micro"] for entry in entries] == [0, 0]
    assert "free" in words(editor_desk.thread_says(thread, "exposure +1, saturation −100"))


def test_every_tool_selects_what_it_should(editor_desk, thread):
    page = editor_desk.open(editor_desk.link(thread))

    def share():
        text = page.locator("#coverage").text_content()
        return int(re.search(r"([0-9]+) %", text)[1]) if "%" in text else 0

    page.get_by_role("radio", name="Rectangle").click()
    drag(page, (0, 0), (64, 128))
    assert share() == 50
    page.get_by_role("button", name="Invert").click()
    assert share() == 50
    page.get_by_role("button", name="Shrink").click()
    shrunk = share()
    assert 45 <= shrunk < 50
    page.get_by_role("button", name="Grow").click()
    assert share() == 50
    page.get_by_role("radio", name="Lasso").click()
    page.get_by_role("button", name="Take away").click()
    drag(page, (64, 0), (128, 0), (128, 64), (64, 64), (64, 2))
    assert 24 <= share() <= 27
    page.get_by_role("button", name="Undo").click()
    assert share() == 50
    page.get_by_role("button", name="Redo").click()
    assert 24 <= share() <= 27
    page.get_by_role("radio", name="Eraser").click()
    drag(page, (70, 70), (120, 70))
    assert share() < 26
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("radio", name="Select like this").click()
    page.get_by_role("button", name="Take away").click()
    page.get_by_label("Tolerance").fill("100")
    page.get_by_label("Joined only").uncheck()
    page.mouse.click(*at(page, 64, 64))
    assert share() > 30
    page.keyboard.press("a")
    assert share() == 100


def test_zoom_and_pan_by_wheel_keys_and_two_fingers(editor_desk, thread):
    page = editor_desk.open(editor_desk.link(thread))
    scale, *_ = view(page)
    point = at(page, 100, 100)
    page.mouse.move(*point)
    page.mouse.wheel(0, -200)
    page.wait_for_timeout(150)
    assert view(page)[0] > scale * 1.2
    assert np.allclose(at(page, 100, 100), point, atol=1.5), "the wheel does not zoom around the pointer"
    page.keyboard.press("0")
    page.wait_for_timeout(150)
    assert np.isclose(view(page)[0], scale)
    page.locator("#canvas").focus()
    _, left, _ = view(page)
    page.keyboard.press("Alt+ArrowRight")
    page.wait_for_timeout(150)
    assert view(page)[1] == pytest.approx(left - 40, abs=1)

    phone = editor_desk.open(editor_desk.link(thread), **PHONE)
    small, *_ = view(phone)
    touch(phone, [(60, 64), (30, 64)], [(68, 64), (98, 64)])
    phone.wait_for_timeout(150)
    assert view(phone)[0] > small * 1.8
    expect(phone.locator("#coverage")).to_have_text("Paint over what should change")


def test_a_fix_by_keyboard_alone(editor_desk, thread):
    page = editor_desk.open(editor_desk.link(thread))
    page.locator("#canvas").focus()
    page.keyboard.press("r")
    for key in (
        "ArrowLeft",
        "Shift+ArrowLeft",
        "Space",
        *["Shift+ArrowRight"] * 3,
        *["Shift+ArrowDown"] * 3,
        "Space",
    ):
        page.keyboard.press(key)
    expect(page.locator("#coverage")).to_contain_text("% selected")
    page.get_by_label("What should be there?").focus()
    page.keyboard.type("a green leaf")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("group", name="Result")).to_be_focused(timeout=60_000)
    made = editor_desk.newest()
    assert made["instruction"] == "a green leaf"
    left, top, right, bottom = (int(v) for v in (*_corner(editor_desk.stored(made["mask"])),))
    assert right - left > 4
    assert bottom - top > 4


def _corner(mask):
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return columns[0], rows[0], columns[-1], rows[-1]


def test_several_regions_with_an_instruction_each_become_one_version(editor_desk, thread):
    page = editor_desk.open(editor_desk.link(thread))
    page.get_by_role("radio", name="Rectangle").click()
    drag(page, (8, 8), (40, 40))
    page.get_by_label("What should be there?").fill("a yellow star")
    page.get_by_role("button", name="Region", exact=True).click()
    drag(page, (80, 80), (120, 120))
    page.get_by_role("button", name="Fix it").click()
    expect(page.get_by_role("alert")).to_contain_text("Say what should be in region 2.")
    page.get_by_label("What should be in region 2?").fill("a blue moon")
    page.get_by_role("button", name="Fix it").click()
    expect(page.get_by_role("group", name="Result")).to_be_visible(timeout=60_000)
    made = editor_desk.newest()
    assert made["instruction"] == "a yellow star; a blue moon"
    changed = (editor_desk.pixels(made["parent"]) != editor_desk.pixels(made["id"])).any(-1)
    assert changed[10:38, 10:38].mean() > 0.5
    assert changed[82:118, 82:118].mean() > 0.5
    mask = editor_desk.stored(made["mask"]) > 0
    assert not mask[45:75].any()
    assert not changed[~mask].any()


def test_the_canvas_is_extended_and_the_picture_in_it_stays(editor_desk, thread):
    page = editor_desk.open(editor_desk.link(thread))
    page.get_by_role("button", name="Extend").click()
    page.get_by_label("What continues there?").fill("more of the table")
    page.get_by_role("button", name="Fix it").click()
    expect(page.get_by_role("group", name="Result")).to_be_visible(timeout=60_000)
    made = editor_desk.newest()
    old, new = editor_desk.pixels(made["parent"]), editor_desk.pixels(made["id"])
    assert new.shape[:2] == (128, 160)
    assert np.array_equal(new[:, :128], old)


def test_candidates_are_chosen_among_and_all_stay(editor_desk, thread):
    page = editor_desk.open(editor_desk.link(thread))
    drag(page, (40, 90), (90, 90))
    page.get_by_role("button", name="More candidates").click()
    fix(page, "a brown spoon")
    choices = page.get_by_role("group", name="Candidates", exact=True).get_by_role("button")
    expect(choices).to_have_count(2)
    choices.nth(1).click()
    page.get_by_role("button", name="Use it").click()
    expect(page.locator("#where")).to_contain_text("A brown spoon")
    made = editor_desk.rows("SELECT * FROM versions WHERE instruction = 'a brown spoon' ORDER BY id")
    assert len({version["seed"] for version in made}) == 2
    assert made[0]["parent"] == made[1]["parent"]
    page.get_by_role("tab", name="Versions").click()
    expect(page.locator(".version[aria-current='true']")).to_contain_text("A brown spoon")


def test_a_running_fix_is_stopped_and_costs_nothing(editor_desk, thread):
    page = editor_desk.open(editor_desk.link(thread))
    drag(page, (40, 40), (60, 60))
    page.get_by_label("What should be there?").fill("a stopped spoon")
    before = len(editor_desk.rows("SELECT id FROM versions"))
    # The engine holds its breath, so that the fix is surely still being made.
    editor_desk.product.engine.send_signal(signal.SIGSTOP)
    try:
        page.get_by_role("button", name="Fix it").click()
        page.get_by_role("button", name="Stop").click()
        expect(page.locator(".toast")).to_contain_text("Stopped. Nothing was charged.")
        expect(page.get_by_label("What should be there?")).to_have_value("a stopped spoon")
        expect(page.get_by_role("button", name=re.compile("Region 1"))).to_contain_text("%")
    finally:
        editor_desk.product.engine.send_signal(signal.SIGCONT)
    (job,) = editor_desk.rows("SELECT * FROM jobs WHERE request LIKE '%a stopped spoon%'")
    assert job["state"] == "cancelled"
    kinds = editor_desk.rows("SELECT kind FROM ledger WHERE job = ?", job["id"])
    assert [row["kind"] for row in kinds] == ["reserve", "void"]
    assert len(editor_desk.rows("SELECT id FROM versions")) == before


def test_a_problem_is_told_and_the_selection_survives(editor_desk, thread):
    page = editor_desk.open(editor_desk.link(thread))
    drag(page, (40, 40), (60, 60))
    page.get_by_role("button", name="Fix it").click()
    expect(page.get_by_role("alert")).to_contain_text("Say what should be there.")
    editor_desk.do("U0ADA", lambda ada: ada.type(SNEAKERS, "/draft budget set 0 daily"))
    try:
        page.get_by_label("What should be there?").fill("a fork")
        page.get_by_role("button", name="Fix it").click()
        expect(page.get_by_role("alert").last).to_contain_text("Nothing was charged")
        expect(page.get_by_role("button", name=re.compile("Region 1"))).to_contain_text("%")
        expect(page.get_by_label("What should be there?")).to_have_value("a fork")
    finally:
        editor_desk.do("U0ADA", lambda ada: ada.type(SNEAKERS, "/draft budget set 20 monthly"))
    editor_desk.complaints.clear()  # Chromium reports the refused request by itself.


def test_signing_out_ends_every_link(editor_desk, thread):
    url = editor_desk.link(thread, "U0BEN")
    page, other = editor_desk.open(url), editor_desk.open(url)
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Sign out…").click()
    asked = page.get_by_role("dialog", name="Sign out?")
    asked.get_by_role("button", name="Stay").click()
    expect(page.get_by_role("heading", name="a red cup")).to_be_visible()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Sign out…").click()
    asked.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="The editor is closed")).to_be_visible()
    other.reload()
    expect(other.get_by_text("You signed out, so this link is void")).to_be_visible()
    fresh = editor_desk.open(editor_desk.link(thread, "U0BEN"))
    expect(fresh.get_by_role("heading", name="a red cup")).to_be_visible()
    editor_desk.complaints.clear()


def _drawn_over(editor_desk):
    """A thread of its own, whose only pictures are a draft and its Pro render; and that render, enlarged, with a red
    box drawn on it, as a phone sends it."""
    thread = editor_desk.thread("a green cup")
    version = editor_desk.rows("SELECT id FROM versions WHERE kind = 'pro' ORDER BY id DESC")[0]["id"]
    picture = Image.fromarray(editor_desk.pixels(version)).convert("RGB")
    copy = picture.resize((192, 192), Image.Resampling.BICUBIC)
    ImageDraw.Draw(copy).rectangle((60, 45, 120, 105), fill=(255, 0, 0))
    out = io.BytesIO()
    copy.save(out, "JPEG", quality=80)
    return thread, out.getvalue()


def test_marks_without_words_are_asked_about_in_a_form(editor_desk):
    thread, drawn_over = _drawn_over(editor_desk)
    editor_desk.do("U0CLEO", lambda cleo: cleo.upload(SNEAKERS, drawn_over, "marked.jpg", "", thread))
    told = editor_desk.thread_says(thread, "What should be there?", role="notice")

    async def answer(cleo):
        await cleo.click(told, "say_markup")
        view = await cleo.open_view()
        refused = await cleo.submit(view, {"instruction": {"instruction": {"value": " "}}})
        assert "Say what should be there" in str(refused["errors"])
        await cleo.submit(view, {"instruction": {"instruction": {"value": "a green napkin"}}})

    editor_desk.do("U0CLEO", answer)
    editor_desk.thread_says(thread, "Fixed the marked region: “a green napkin”")
    made = editor_desk.newest()
    assert made["instruction"] == "a green napkin"
    assert np.allclose(_corner(editor_desk.stored(made["mask"]) > 0), (40, 30, 80, 70), atol=2)


def test_a_drawn_over_copy_in_the_thread_is_understood_and_fixed_on_a_word(editor_desk):
    thread, drawn_over = _drawn_over(editor_desk)
    editor_desk.do(
        "U0BEN", lambda ben: ben.upload(SNEAKERS, drawn_over, "marked.jpg", "a white saucer", thread)
    )
    told = editor_desk.thread_says(thread, "a white saucer", role="notice")
    assert "Nothing is spent yet" in words(told)
    spent = len(editor_desk.rows("SELECT * FROM ledger"))
    editor_desk.do("U0BEN", lambda ben: ben.click(told, "confirm_markup"))
    editor_desk.thread_says(thread, "Fixed the marked region: “a white saucer”")
    assert len(editor_desk.rows("SELECT * FROM ledger")) == spent + 2
    made = editor_desk.newest()
    assert made["instruction"] == "a white saucer"
    mask = editor_desk.stored(made["mask"]) > 0
    assert np.allclose(_corner(mask), (40, 30, 80, 70), atol=2)
    started, changed = editor_desk.pixels(made["parent"]), editor_desk.pixels(made["id"])
    assert not (started != changed).any(-1)[~mask].any()
