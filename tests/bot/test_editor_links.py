"""Links to the editor: for one person and one picture's thread, until they expire or the person signs out."""

import base64
import json
import stat

import pytest

from bot.editor.access import LINK_LIFE_S, NoAccess
from bot.web.links import BadLink, Links, load_key
from tests.bot.editor_world import KEY, box_mask, draft, editor, payload, png
from tests.bot.office import rows


def make(links, **changes):
    given = {"person": "U0ADA", "subject": "B:1:0", "life_s": 60, **changes}
    return links.make("editor", **given)


def test_a_link_says_whom_and_what_it_is_for():
    claim = Links(KEY).read("editor", make(Links(KEY)))
    assert (claim.person, claim.subject) == ("U0ADA", "B:1:0")


@pytest.mark.parametrize("life_s", [0, -1, -3_600])
def test_a_link_expires(life_s):
    links = Links(KEY)
    with pytest.raises(BadLink):
        links.read("editor", make(links, life_s=life_s))


def test_a_link_serves_one_purpose():
    links = Links(KEY)
    with pytest.raises(BadLink):
        links.read("ledger", make(links))


def test_a_link_of_another_key_is_worthless():
    with pytest.raises(BadLink):
        Links(KEY).read("editor", make(Links(b"x" * 32)))


def test_no_character_of_a_link_can_be_altered():
    links = Links(KEY)
    token = make(links)
    for index, letter in enumerate(token):
        other = "A" if letter != "A" else "B"
        with pytest.raises(BadLink):
            links.read("editor", token[:index] + other + token[index + 1 :])


@pytest.mark.parametrize("tail", ["", "=", "A", ".", " ", "\n", "é"])
def test_a_link_cannot_be_cut_or_lengthened(tail):
    links = Links(KEY)
    token = make(links)
    with pytest.raises(BadLink):
        links.read("editor", token[:-1] if not tail else token + tail)


def test_the_claim_cannot_be_swapped_under_a_signature():
    links = Links(KEY)
    body, _, signature = make(links).partition(".")
    claim = json.loads(base64.urlsafe_b64decode(body + "=="))
    claim["p"] = "U0BEN"
    forged = base64.urlsafe_b64encode(json.dumps(claim, separators=(",", ":")).encode()).rstrip(b"=").decode()
    with pytest.raises(BadLink):
        links.read("editor", f"{forged}.{signature}")


def test_the_key_is_made_once_and_nobody_else_can_read_it(tmp_path):
    path = tmp_path / "data" / "web.key"
    key = load_key(path)
    assert load_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_link_opens_its_own_thread_only(office):
    async with editor(office) as world:
        other = await draft(office, "second")
        link = await world.link()
        state = await world.get(f"{link}/state")
        assert state.status == 200
        own = {version["id"] for version in state.body["versions"]}
        assert own == {version["id"] for version in await world.versions()}
        for foreign in await world.versions(other):
            for path in (
                f"pictures/{foreign['id']}",
                f"masks/{foreign['id']}",
                f"cost?version={foreign['id']}",
            ):
                refused = await world.get(f"{link}/{path}")
                assert refused.status == 422
                assert refused.body["error"] == "That version isn't part of this thread."
            for path, body in (
                ("fixes", payload(foreign["id"])),
                ("adjustments", {**payload(foreign["id"]), "values": {"contrast": 5}}),
            ):
                assert (await world.post(f"{link}/{path}", body, png(box_mask()))).status == 422
            assert (await world.post_json(f"{link}/current", {"version": foreign["id"]})).status == 422


async def test_what_is_done_through_a_link_is_done_by_its_person(office):
    async with editor(office) as world:
        version = (await world.versions())[0]["id"]
        answer = await world.post(f"{await world.link('U0BEN')}/fixes", payload(version), png(box_mask()))
        assert answer.status == 200
        (job,) = await rows(office.database, "SELECT person, tier FROM jobs WHERE tier = 'fix'")
        assert job["person"] == "U0BEN"


async def test_an_expired_link_is_told_in_a_sentence_and_shows_nothing(office):
    async with editor(office) as world:
        version = (await world.versions())[0]["id"]
        token = world.links.make("editor", person="U0ADA", subject=f"{world.brief.id}:{version}:0", life_s=-1)
        for path in ("state", f"pictures/{version}", f"cost?version={version}"):
            answer = await world.get(f"/editor/{token}/{path}")
            assert answer.status == 403
            assert "expired" in answer.body["error"]
        assert (await world.post(f"/editor/{token}/fixes", payload(version), png(box_mask()))).status == 403
        assert await rows(office.database, "SELECT id FROM jobs WHERE tier = 'fix'") == []


async def test_signing_out_makes_all_links_of_that_person_void_and_nobody_elses(office):
    async with editor(office) as world:
        ada, again, ben = await world.link(), await world.link(), await world.link("U0BEN")
        assert (await world.post_json(f"{ada}/signout", {})).status == 200
        for link in (ada, again):
            answer = await world.get(f"{link}/state")
            assert answer.status == 403
            assert "signed out" in answer.body["error"]
        assert (await world.get(f"{ben}/state")).status == 200
        assert (await world.get(f"{await world.link()}/state")).status == 200


async def test_a_guest_may_look_and_not_spend(office):
    async with editor(office) as world:
        link = await world.link("U0GUEST")
        version = (await world.versions())[0]["id"]
        assert (await world.get(f"{link}/state")).status == 200
        refused = await world.post(f"{link}/fixes", payload(version), png(box_mask()))
        assert refused.status == 422
        assert "Guests can look, and do no more" in refused.body["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    ],
)
async def test_another_site_cannot_post_for_somebody(office, headers):
    async with editor(office) as world:
        version = (await world.versions())[0]["id"]
        answer = await world.post(
            f"{await world.link()}/fixes", payload(version), png(box_mask()), headers=headers
        )
        assert answer.status == 403
        assert await rows(office.database, "SELECT id FROM jobs WHERE tier = 'fix'") == []


async def test_the_page_lets_nothing_in_from_elsewhere(office):
    async with editor(office) as world:
        page = await world.get(await world.link())
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert b"http://" not in page.body.replace(b"http://www.w3.org", b"")
        assert b"https://" not in page.body


@pytest.mark.parametrize("name", ["..%2froutes.py", "index.html.bak", "nothing.js", "base.html", "%2e%2e"])
async def test_only_the_pages_own_files_are_served(office, name):
    async with editor(office) as world:
        assert (await world.get(f"/editor/static/{name}")).status in (403, 404)


async def test_a_link_says_nothing_that_is_not_asked(office):
    async with editor(office) as world:
        with pytest.raises(NoAccess):
            await world.access.visitor("")
        assert LINK_LIFE_S <= 24 * 3600
