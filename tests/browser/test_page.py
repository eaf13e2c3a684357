"""The page as people use it: in Chromium, on a real workspace, with a real bot."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import FilePayload, Route, expect

from sandbox.block_kit.emoji import NAMES
from tests.browser.desk import Desk, png, say

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
COMPOSER = "Message #sunflower-spring"
BOT = Path(__file__).parents[2] / "bot"
#: An emoji in a text, and one that begins a sentence in code: `":art: …` or `":{'one' if … else 'other'}: …`.
EMOJI = re.compile(r"(?<![a-z0-9]):([a-z][a-z0-9_+-]*):(?![a-z0-9])")
SPOKEN = re.compile(r"\":(?:([a-z0-9_+-]+)|\{([^{}]+)\}): ")


def test_a_newcomer_is_led_to_the_first_draft(desk: Desk) -> None:
    page = desk.sit()
    expect(page.get_by_role("heading", name="#sunflower-spring")).to_be_visible()
    expect(page.get_by_role("navigation")).to_contain_text(
        "forgotten when it stops; what the bot has stored is not"
    )
    pictures = page.get_by_role("button", name="Draft a")
    expect(pictures).to_have_count(6)
    assert page.evaluate(
        "[...document.querySelectorAll('.first-picture img')].every((one) => one.naturalWidth)"
    )
    page.get_by_role("button", name="Draft a sunflower").click()
    expect(page.get_by_label(COMPOSER, exact=True)).to_have_value("/draft a sunflower on a blue background")
    page.get_by_label(COMPOSER, exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Grid of four")).to_be_visible()


def test_a_command_is_completed_and_its_blocks_are_shown(desk: Desk) -> None:
    page = desk.sit()
    field = page.get_by_label(COMPOSER, exact=True)
    field.press_sequentially("/dr")
    option = page.get_by_role("option", name="/draft")
    expect(option).to_contain_text("Draft pictures")
    expect(option).to_contain_text("a red apple")
    field.press("Tab")
    expect(field).to_have_value("/draft ")
    field.press_sequentially("two <b>cups</b>")
    field.press("Enter")
    message = page.locator(".message", has_text="Grid of four")
    expect(message.locator("strong", has_text="“two <b>cups</b>”")).to_be_visible()
    expect(message.locator(".mention")).to_have_text("@Ben Ito")
    expect(message.locator(".field")).to_have_text([re.compile("Cost"), re.compile("Left")])
    picture = message.get_by_role("button", name="Enlarge picture: Four pictures of two <b>cups</b>")
    expect(picture).not_to_have_class(re.compile("loading|broken"))
    picture.click()
    large = page.get_by_role("dialog", name="Picture")
    expect(large.get_by_role("link", name="Download picture")).to_be_visible()
    page.keyboard.press("Escape")
    expect(large).to_be_hidden()
    expect(picture).to_be_focused()


def test_what_only_one_person_may_see_is_marked_and_unknown_commands_are_explained(desk: Desk) -> None:
    page = desk.sit()
    say(page, "/draft quiet")
    expect(page.locator(".message.ephemeral")).to_contain_text("Only visible to you")
    expect(page.locator(".message.ephemeral")).to_contain_text("Nothing to see, except for you.")
    say(page, "/paint")
    expect(page.get_by_role("alert")).to_contain_text("/paint is not a command")
    expect(page.get_by_label(COMPOSER, exact=True)).to_have_value("/paint")
    desk.complaints.clear()  # Chromium reports the refused request by itself.


def test_reactions_by_picker_and_by_chip_reach_a_teammate(desk: Desk) -> None:
    ada, ben = desk.sit(), desk.sit("U0BEN")
    say(ada, "Which one?")
    message = ada.locator(".message", has_text="Which one?")
    message.hover()
    message.get_by_role("button", name="Add reaction").first.click()
    picker = ada.get_by_role("dialog", name="Choose an emoji")
    picker.get_by_role("searchbox").fill("two")
    picker.get_by_role("button", name="two", exact=True).click()
    expect(message.locator(".chip[data-name='two']")).to_have_attribute("aria-pressed", "true")
    chip = ben.locator(".chip[data-name='two']")
    expect(chip).to_have_attribute("aria-label", re.compile("Ada Okafor"))
    chip.click()
    expect(message.locator(".chip[data-name='two'] .count")).to_have_text("2")
    chip.click()
    expect(message.locator(".chip[data-name='two'] .count")).to_have_text("1")


def test_a_thread_is_opened_answered_and_counted(desk: Desk) -> None:
    page = desk.sit()
    say(page, "/draft a kettle")
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("button", name=re.compile("1 reply")).click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread).to_contain_text("Approved by @Ada Okafor")
    field = thread.get_by_label("Reply…", exact=True)
    field.press_sequentially("@dra")
    expect(thread.get_by_role("option", name=re.compile("Draftroom"))).to_be_visible()
    field.press("Enter")
    field.press_sequentially("fix left: make it blue")
    field.press("Enter")
    expect(thread.locator("strong", has_text="Heard")).to_be_visible()
    expect(page.locator(".thread-line")).to_contain_text("3 replies")
    assert "/" in page.evaluate("location.hash")
    thread.get_by_role("button", name="Close thread").click()
    expect(thread).to_be_hidden()


def test_a_dangerous_button_asks_first(desk: Desk) -> None:
    page = desk.sit()
    say(page, "/draft a kettle")
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("heading", name="Grid of four")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", name="Grid of four")).to_have_count(0)


def test_files_are_previewed_and_sent(desk: Desk) -> None:
    page = desk.sit()
    page.locator("form.composer input[type=file]").set_input_files(
        [
            FilePayload(name="mask.png", mimeType="image/png", buffer=png()),
            FilePayload(name="notes.txt", mimeType="text/plain", buffer=b"hello"),
        ]
    )
    expect(page.locator(".file-preview")).to_have_count(2)
    page.get_by_role("button", name="Remove notes.txt").click()
    say(page, "Only this part")
    message = page.locator(".message", has_text="Only this part")
    shown = message.get_by_role("button", name="Enlarge picture: mask.png")
    expect(shown).not_to_have_class(re.compile("loading|broken"))
    box = shown.bounding_box()
    assert box
    assert abs(box["width"] / box["height"] - 120 / 80) < 0.05
    expect(page.locator(".file-preview")).to_have_count(0)


def test_a_pasted_picture_waits_for_its_words(desk: Desk) -> None:
    page = desk.sit()
    page.get_by_label(COMPOSER, exact=True).evaluate(PASTE_PICTURE)
    expect(page.locator(".file-preview")).to_contain_text("pasted.png")
    say(page, "Like this")
    message = page.locator(".message", has_text="Like this")
    expect(message.get_by_role("button", name="Enlarge picture: pasted.png")).to_be_visible()


#: Pastes a picture as an operating system does.
PASTE_PICTURE = """async (field) => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 60, height: 40 });
  const blob = await new Promise((done) => canvas.toBlob(done, 'image/png'));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([blob], 'pasted.png', { type: 'image/png' }));
  field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
}"""


def test_a_message_has_a_menu_with_its_link_and_the_shortcuts_of_the_bot(desk: Desk) -> None:
    page = desk.sit(permissions=["clipboard-read", "clipboard-write"])
    say(page, "A lamp for the lobby")
    message = page.locator(".message", has_text="A lamp for the lobby")
    message.hover()
    message.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Copy link").click()
    expect(page.get_by_text("Link copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    message.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Fix this picture").click()
    expect(message.get_by_role("button", name=re.compile("1 reply"))).to_be_visible()
    page.goto("about:blank")
    page.goto(link)
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread).to_contain_text("Fixed, as asked. (edited)")


def test_a_form_says_what_is_wrong_and_then_goes_through(desk: Desk) -> None:
    page = desk.sit()
    say(page, "/draft")
    form = page.get_by_role("dialog", name="New draft")
    field = form.get_by_label("What should it show?")
    expect(field).to_be_focused()
    form.get_by_role("button", name="Draft", exact=True).click()
    expect(form).to_contain_text("Please complete this required field.")
    field.fill("a gradient")
    form.get_by_role("button", name="Draft", exact=True).click()
    expect(form).to_contain_text("No gradients, please.")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("a plain mug")
    form.get_by_label("How many").select_option("1")
    people = form.get_by_role("group", name="Who for")
    people.get_by_label("Ben Ito").check()
    people.get_by_label("Cleo Marchetti").check()
    expect(people.get_by_label("Ada Okafor")).to_be_disabled()
    form.get_by_role("button", name="Draft", exact=True).click()
    expect(form).to_be_hidden()
    expect(page.locator(".message", has_text="a plain mug in 1 @Ben Ito @Cleo Marchetti")).to_be_visible()
    say(page, "/draft")
    expect(form).to_be_visible()
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()


def test_app_home_is_filled_by_the_bot_and_its_buttons_work(desk: Desk) -> None:
    page = desk.sit()
    page.get_by_role("navigation").get_by_role("link", name="Draftroom").click()
    expect(page.get_by_role("heading", name="Budget at a glance")).to_be_visible()
    page.get_by_role("button", name="Raise").click()
    expect(page.get_by_role("heading", name="Budget raised")).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="general").click()
    expect(page.get_by_label("Message #general", exact=True)).to_be_visible()


def test_app_home_shows_what_was_published_last(desk: Desk) -> None:
    page = desk.sit()
    nav = page.get_by_role("navigation")
    nav.get_by_role("link", name="Draftroom").click()
    expect(page.get_by_text("Visit 1")).to_be_visible()
    nav.get_by_role("link", name="general").click()

    def late(route: Route) -> None:
        """The answer, which holds what was there before, arrives after the bot's news."""
        answer = route.fetch()
        page.get_by_text("Visit 2").wait_for()
        route.fulfill(response=answer)

    page.route("**/ui/api/home", late)
    with page.expect_response("**/ui/api/home") as answered:
        nav.get_by_role("link", name="Draftroom").click()
    assert "Visit 1" in answered.value.text()
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    expect(page.get_by_text("Visit 2")).to_be_visible()


def test_several_are_picked_one_after_another_and_stay_when_the_message_changes(desk: Desk) -> None:
    page = desk.sit()
    say(page, "/draft sheet")
    picks = page.get_by_role("group", name="Pick pictures")
    picks.get_by_label("1 red").check()
    picks.get_by_label("3 plum").check()
    picks.get_by_label("1 red").press("Tab")
    page.keyboard.press("Space")
    expect(picks.get_by_label("2 teal & blue")).to_be_checked()
    page.get_by_role("button", name="Vary").click()
    page.get_by_role("menuitem", name="Picture 4").click()
    expect(page.get_by_role("heading", name="Turn 1: 4")).to_be_visible()
    expect(picks.get_by_label("3 plum")).to_be_checked()
    picks.get_by_label("1 red").uncheck()
    page.get_by_role("button", name="Sum up").click()
    expect(page.locator(".message", has_text="Picked blue, plum")).to_be_visible()


def test_the_same_can_be_chosen_again_from_the_menu_of_a_message(desk: Desk) -> None:
    page = desk.sit()
    say(page, "/draft sheet")
    for turn in (1, 2):
        page.get_by_role("button", name="Vary").click()
        page.get_by_role("menuitem", name="Picture 3").click()
        expect(page.get_by_role("heading", name=f"Turn {turn}: 3")).to_be_visible()
        expect(page.get_by_role("button", name="Vary")).to_have_text("🎨 Vary…")


def test_every_emoji_that_the_bot_or_the_workspace_names_is_known_to_the_page(desk: Desk) -> None:
    named = {name for path in (BOT / "texts").glob("*.ftl") for name in EMOJI.findall(path.read_text())}
    for path in BOT.rglob("*.py"):
        for whole, either in SPOKEN.findall(path.read_text()):
            named |= {whole} if whole else set(re.findall(r"'([a-z0-9_]+)'", either))
    assert {"art", "warning"} <= named
    unknown = desk.sit().evaluate(
        "(names) => import('/ui/static/emoji.js').then(({ charOf }) => names.filter((name) => !charOf(name)))",
        sorted((named | NAMES) - {"emoji"}),
    )
    assert unknown == []
    assert named - {"emoji"} <= NAMES


def test_one_person_can_act_as_another(desk: Desk) -> None:
    page = desk.sit()
    say(page, "Please look, @Ben Ito")
    expect(page.locator(".mention")).to_have_text("@Ben Ito")
    page.get_by_role("button", name=re.compile("You act as Ada Okafor")).click()
    page.get_by_role("menuitemradio", name=re.compile("Ben Ito")).click()
    expect(page.get_by_role("button", name=re.compile("You act as Ben Ito"))).to_be_visible()
    expect(page.locator(".mention.me")).to_have_text("@Ben Ito")
    say(page, "Looks good")
    expect(page.locator(".message", has_text="Looks good")).to_have_attribute("data-user", "U0BEN")


def test_news_elsewhere_is_marked_until_it_is_seen(desk: Desk) -> None:
    ada, ben = desk.sit(), desk.sit("U0BEN", place="#C0GENERAL")
    say(ben, "@Ada Okafor have a look", label="Message #general")
    link = ada.get_by_role("link", name="general, unread, 1 mention")
    link.click()
    expect(ada.locator(".mention.me")).to_be_visible()
    expect(ada.get_by_role("link", name="general", exact=True)).to_have_attribute("aria-current", "page")


def test_a_phone_shows_one_thing_at_a_time(desk: Desk) -> None:
    page = desk.sit(**PHONE)

    def overflow() -> int:
        return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    assert overflow() <= 0
    nav = page.get_by_role("navigation")
    expect(nav).to_be_hidden()
    page.get_by_role("button", name="Channels").click()
    expect(nav.get_by_role("link", name="cupcake-cafe")).to_be_in_viewport()
    nav.get_by_role("link", name="sunflower-spring").click()
    expect(nav).to_be_hidden()
    say(page, "/draft sheet")
    page.get_by_label("4 in a long label").check()
    say(page, "/draft a kettle with a very-long-word-" + "x" * 80)
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("button", name=re.compile("1 reply")).click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread).to_contain_text("Approved by")
    box = thread.bounding_box()
    assert box
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    assert overflow() <= 0
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, .composer textarea, select, .pick')]
            .filter((node) => node.checkVisibility() && node.getBoundingClientRect().height < 40)
            .map((node) => node.ariaLabel || node.textContent)"""
    )
    assert small == []


def test_dark_and_light_text_can_be_read(desk: Desk) -> None:
    for scheme in ("light", "dark"):
        page = desk.sit(color_scheme=scheme)
        say(page, "/draft sheet")
        page.get_by_label("1 red").last.check()
        say(page, f"Hello `code` in {scheme}")
        expect(page.locator(".message code")).to_have_count(1 if scheme == "light" else 2)
        assert page.evaluate(READABLE) == []


#: Texts whose contrast with the nearest painted background is under 4.5.
READABLE = """() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = (colour, over) => {
    canvas.fillStyle = over; canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const light = (data) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
    const part = data[i] / 255;
    return sum + weight * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  }, 0);
  const behind = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) layers.push(getComputedStyle(at).backgroundColor);
    return layers.reverse().reduce((below, colour) => `rgb(${[...rgb(colour, below)].slice(0, 3)})`, 'white');
  };
  const bad = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (node.closest('script, noscript, .toolbar, .sr-only, .skip, .tip, :disabled')) continue;
    const ground = behind(node);
    const [a, b] = [light(rgb(getComputedStyle(node).color, ground)), light(rgb(ground, ground))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) bad.push(`${walk.currentNode.data.trim()}: ${ratio.toFixed(2)}`);
  }
  return bad;
}"""


def test_the_first_loop_is_ticked_off_as_it_is_played(desk: Desk) -> None:
    page = desk.sit()
    strip = page.get_by_role("region", name="Your first loop")
    say(page, "/draft role grid look")
    expect(page.get_by_text("A step")).to_have_count(1)
    expect(strip).to_be_hidden()
    for role, name, told in (
        ("grid", "Draft", "held before anything was drawn"),
        ("pro", "Approve", "drawn on in full quality"),
        ("fix", "Fix", "every pixel beside it"),
        ("summary", "Cost", "That was the whole loop."),
    ):
        say(page, f"/draft role {role}")
        expect(strip).to_contain_text(told)
        expect(strip.get_by_role("listitem").filter(has_text=f"{name} (done)")).to_have_count(1)
    page.reload()
    expect(strip).to_contain_text("That was the whole loop.")
    strip.get_by_role("button", name="Close the guide").click()
    expect(strip).to_be_hidden()


def test_a_reply_can_also_be_sent_to_the_channel(desk: Desk) -> None:
    page = desk.sit()
    say(page, "what shall we draw?")
    line = page.locator(".message", has_text="what shall we draw?")
    line.hover()
    line.get_by_role("button", name="Reply in thread").click()
    thread = page.locator("#thread")
    thread.get_by_label("Also send to #sunflower-spring").check()
    say(page, "a lighthouse, everyone", label="Reply…")
    expect(page.locator(".message", has_text="a lighthouse, everyone")).to_have_count(2)
    expect(page.get_by_text("replied to a thread")).to_be_visible()
    expect(thread.get_by_label("Also send to #sunflower-spring")).not_to_be_checked()


def test_cards_are_pressed_stepped_through_and_rated(desk: Desk) -> None:
    page = desk.sit()
    say(page, "/draft cards")
    cards = page.get_by_role("list", name="6 cards").get_by_role("listitem")
    expect(cards).to_have_count(6)
    expect(cards.first.get_by_role("button", name="Enlarge picture: Picture 1")).to_be_visible()
    cards.first.get_by_role("button", name="Pro").click()
    expect(page.get_by_text("pro1 pro1", exact=True)).to_be_visible()
    expect(cards.last).not_to_be_in_viewport()
    page.get_by_role("button", name="Later cards").click()
    expect(cards.last).to_be_in_viewport()
    expect(page.get_by_role("button", name="Earlier cards")).to_be_visible()
    good = page.get_by_role("button", name="Good draft")
    good.click()
    expect(page.get_by_text("liked up", exact=True)).to_be_visible()
    expect(good).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Remove")).to_have_count(0)
    ben = desk.sit("U0BEN")
    ben.get_by_role("button", name="Remove").click()
    expect(ben.get_by_text("bin all", exact=True)).to_be_visible()


def test_cards_fit_a_phone(desk: Desk) -> None:
    page = desk.sit(**PHONE)
    say(page, "/draft cards")
    cards = page.get_by_role("list", name="6 cards").get_by_role("listitem")
    expect(cards).to_have_count(6)
    expect(cards.first.get_by_role("button", name="Pro")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    box = cards.first.bounding_box()
    button = cards.first.get_by_role("button", name="Pro").bounding_box()
    assert box
    assert button
    assert box["width"] < 300
    assert button["height"] >= 40
