"""The outbox against a practice workspace over real HTTP: once, in order, and honest when it cannot."""

import asyncio
import io
import re
import subprocess
import sys
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from bot import clock
from bot.slack import outbox, outbox_table
from bot.slack.blocks import Attachment, Message, image, section
from bot.slack.outbox import Outbox
from bot.slack.outbox_table import Subject
from bot.slack.web_api import WebApi
from bot.store import pictures
from bot.web.metrics import OLDEST
from bot.worker import health
from sandbox.client import Person
from tests.bot.office import rows

CHANNEL = "C0SNEAKERS"
TOKEN = "xoxb-practice-000000000000"


@pytest.fixture(scope="module")
def workspace_url():
    """A practice workspace of this module's own."""
    manifest = Path(__file__).parents[2] / "manifest.yml"
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", "0", "--manifest", str(manifest)],
        stdout=subprocess.PIPE,
        text=True,
    )
    yield re.search(r"http://\S+", process.stdout.readline()).group()
    process.terminate()
    process.wait(10)


@asynccontextmanager
async def sending(office, workspace_url):
    """An outbox at work; yields the list of effects that it gave up."""
    given_up = []

    async def on_failure(key, code):
        given_up.append((key, code))

    client = WebApi(token=TOKEN, base_url=f"{workspace_url}/api/")
    outbox = Outbox(office.database, office.services.picture_store, client, on_failure)
    task = asyncio.create_task(outbox.run())
    try:
        yield given_up
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def queue(office, key, text, *, channel=CHANNEL, target=None, picture=None):
    """Commit a message with that text, or an update of the message that `target` posted."""
    attachments = [Attachment(sha256=picture, filename="x.png", alt_text="a square")] if picture else []
    blocks = [section(text), *([image(0, "a square")] if picture else [])]
    message = Message(text=text, blocks=blocks, attachments=attachments)

    def work(tx):
        if target:
            outbox_table.queue_update(
                tx, key=key, target=target, message=message, subject=Subject(role="notice"), at=clock.now()
            )
        else:
            outbox_table.queue_post(
                tx,
                key=key,
                channel=channel,
                message=message,
                subject=Subject(role="notice"),
                at=clock.now(),
            )

    await office.database.write(work)


async def settled(office, timeout_s=40):
    """Wait until nothing is left to send."""
    async with asyncio.timeout(timeout_s):
        while await rows(office.database, "SELECT 1 FROM effects WHERE state IN ('waiting', 'sending')"):
            await asyncio.sleep(0.05)


async def texts(workspace_url, prefix, channel=CHANNEL):
    async with Person(workspace_url, "U0ADA") as ada:
        return [m["text"] for m in await ada.messages(channel) if m["text"].startswith(prefix)]


async def test_messages_arrive_once_and_in_order_even_over_the_rate_limit(office, workspace_url):
    for number in range(14):
        await queue(office, f"many:{number}", f"many {number:02}")
    async with sending(office, workspace_url) as given_up:
        await settled(office)
    assert await texts(workspace_url, "many") == [f"many {number:02}" for number in range(14)]
    assert given_up == []


async def test_a_picture_is_shown_once_slack_has_processed_it(office, workspace_url):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    picture = office.services.picture_store.keep(out.getvalue())
    await office.database.write(lambda tx: pictures.record(tx, picture, clock.now()))
    await queue(office, "pic", "with a picture", picture=picture.sha256)
    async with sending(office, workspace_url):
        await settled(office)
    async with Person(workspace_url, "U0ADA") as ada:
        (message,) = [m for m in await ada.messages(CHANNEL) if m["text"] == "with a picture"]
        (block,) = [b for b in message["blocks"] if b["type"] == "image"]
        assert await ada.file(block["slack_file"]["id"]) == out.getvalue()
        assert block["alt_text"] == "a square"


async def test_a_post_that_a_crash_left_in_doubt_is_not_posted_twice(office, workspace_url):
    await queue(office, "doubt", "in doubt")
    async with sending(office, workspace_url):
        await settled(office)
    (before,) = await rows(office.database, "SELECT ts FROM effects WHERE key = 'doubt'")
    # What the file holds when the process dies after Slack's answer and before our commit.
    await office.database.write(
        lambda tx: tx.execute("UPDATE effects SET state = 'sending', ts = NULL, sent_at = NULL")
    )
    assert await office.database.write(outbox_table.recover) == 1
    async with sending(office, workspace_url):
        await settled(office)
    (after,) = await rows(office.database, "SELECT ts FROM effects WHERE key = 'doubt'")
    assert after == before
    assert await texts(workspace_url, "in doubt") == ["in doubt"]


async def test_a_post_that_never_happened_is_posted_after_a_crash(office, workspace_url):
    await queue(office, "lost", "not lost")
    await office.database.write(lambda tx: tx.execute("UPDATE effects SET state = 'sending'"))
    await office.database.write(outbox_table.recover)
    async with sending(office, workspace_url):
        await settled(office)
    assert await texts(workspace_url, "not lost") == ["not lost"]


async def test_an_update_waits_for_the_message_it_changes(office, workspace_url):
    await queue(office, "early", "before the change")
    await queue(office, "early:2", "after the change", target="early")
    async with sending(office, workspace_url):
        await settled(office)
    assert await texts(workspace_url, "before the") == []
    assert await texts(workspace_url, "after the") == ["after the change"]


async def test_a_channel_without_us_is_given_up_at_once_with_what_follows(office, workspace_url):
    await queue(office, "away", "nobody hears", channel="C0PRIVATE")
    await queue(office, "away:2", "nobody sees", target="away")
    async with sending(office, workspace_url) as given_up:
        await settled(office)
    assert [key for key, _ in given_up] == ["away"]
    states = await rows(office.database, "SELECT state FROM effects")
    assert [row["state"] for row in states] == ["failed", "failed"]


async def test_a_workspace_that_is_away_is_tried_again(office, workspace_url):
    await queue(office, "patient", "patient")
    async with sending(office, "http://127.0.0.1:9"):
        await asyncio.sleep(0.5)
    (row,) = await rows(office.database, "SELECT state, attempts FROM effects")
    assert row["state"] in ("waiting", "sending")
    assert row["attempts"] >= 1
    await office.database.write(outbox_table.recover)
    async with sending(office, workspace_url):
        await settled(office)
    assert await texts(workspace_url, "patient") == ["patient"]


async def test_a_late_retry_does_not_put_older_content_over_newer(office, workspace_url):
    await queue(office, "order", "order: placeholder")
    async with sending(office, workspace_url):
        await settled(office)
    await queue(office, "order:old", "order: trouble", target="order")
    await queue(office, "order:new", "order: grid", target="order")
    later = clock.to_text(clock.now() + timedelta(seconds=1.5))
    await office.database.write(
        lambda tx: tx.execute("UPDATE effects SET not_before = ? WHERE key = 'order:old'", [later])
    )
    async with sending(office, workspace_url):
        await settled(office)
    assert await texts(workspace_url, "order:") == ["order: grid"]


async def test_an_end_that_comes_with_a_wake_is_not_missed(office):
    outbox = Outbox(
        office.database,
        office.services.picture_store,
        WebApi(token=TOKEN, base_url="http://127.0.0.1:9/api/"),
        None,
    )
    task = asyncio.create_task(outbox.run())
    await asyncio.sleep(0.2)
    outbox.wake()
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=5)
    assert done
    assert task.cancelled()


async def test_what_is_put_back_for_a_rate_limit_stays_before_what_came_after_it(office):
    """The moment at which a limit ends is read twice, for one that was refused and for the next: the next is not first."""
    for number in range(3):
        await queue(office, f"many:{number}", f"many {number}")
    at = clock.now()

    def work(tx):
        refused = outbox_table.take(tx, at=at)
        later = clock.to_text(at + timedelta(seconds=1))
        outbox_table.mark_waiting(tx, refused["key"], later, in_doubt=False, code="ratelimited")
        outbox_table.hold_back(tx, refused, later)
        assert outbox_table.take(tx, at=at + timedelta(seconds=0.5)) is None
        return outbox_table.take(tx, at=at + timedelta(seconds=1))["key"]

    assert await office.database.write(work) == "many:0"


def outbox_of(office, url, on_failure=None):
    """An outbox that does not run yet."""
    return Outbox(
        office.database,
        office.services.picture_store,
        WebApi(token=TOKEN, base_url=f"{url}/api/"),
        on_failure,
    )


async def test_an_end_before_what_follows_is_undone_leaves_the_effect_to_be_given_up_again(
    office, workspace_url
):
    await queue(office, "away", "nobody hears", channel="C0PRIVATE")
    reached = asyncio.Event()

    async def killed(key, code):
        reached.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(outbox_of(office, workspace_url, killed).run())
    async with asyncio.timeout(20):
        await reached.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await office.database.write(outbox_table.recover) == 1
    async with sending(office, workspace_url) as given_up:
        await settled(office)
    assert [key for key, _ in given_up] == ["away"]
    (row,) = await rows(office.database, "SELECT state FROM effects")
    assert row["state"] == "failed"


@pytest.mark.parametrize(
    ("due_in_s", "waits"), [(-1, True), (outbox.SOON_S - 1, True), (outbox.SOON_S + 60, False)]
)
async def test_a_flush_waits_for_what_is_due_already_or_soon(office, due_in_s, waits):
    box = outbox_of(office, "http://127.0.0.1:9")
    await asyncio.wait_for(box.flush(), 5)
    await queue(office, "due", "due")
    due = clock.to_text(clock.now() + timedelta(seconds=due_in_s))
    await office.database.write(lambda tx: tx.execute("UPDATE effects SET not_before = ?", [due]))
    if waits:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(box.flush(), 0.2)
    else:
        await asyncio.wait_for(box.flush(), 5)


async def test_what_waits_for_something_that_never_came_keeps_nobody(office):
    await queue(office, "gone", "gone")
    await office.database.write(lambda tx: tx.execute("UPDATE effects SET state = 'failed'"))
    await queue(office, "gone:2", "after it", target="gone")
    await asyncio.wait_for(outbox_of(office, "http://127.0.0.1:9").flush(), 5)
    assert await office.database.read(outbox_table.oldest_waiting) is None


@pytest.mark.parametrize("state", ["waiting", "sending"])
@pytest.mark.parametrize("due_in", [timedelta(minutes=-1), timedelta(minutes=1)], ids=["due", "put off"])
async def test_a_message_that_waits_for_long_is_seen_by_who_watches(office, state, due_in):
    says = health.checks(lambda: {"T1": office.database}, None)["outbox"]
    await queue(office, "stuck", "stuck")
    assert await says() is None
    long_ago = clock.to_text(clock.now() - health.STUCK - timedelta(minutes=1))
    due = clock.to_text(clock.now() + due_in)
    await office.database.write(
        lambda tx: tx.execute(
            "UPDATE effects SET created_at = ?, not_before = ?, state = ?", [long_ago, due, state]
        )
    )
    assert "a message is due since" in await says()
    await health.measure(lambda: {"T1": office.database})
    assert OLDEST.labels("messages")._value.get() > health.STUCK.total_seconds()


async def test_a_message_whose_picture_is_gone_comes_at_once_in_words(office, workspace_url):
    out = io.BytesIO()
    Image.new("RGB", (41, 30), "teal").save(out, "PNG")
    picture = office.services.picture_store.keep(out.getvalue())
    await office.database.write(lambda tx: pictures.record(tx, picture, clock.now()))
    office.services.picture_store.path(picture).unlink()
    await queue(office, "pictureless", "with a lost picture", picture=picture.sha256)
    async with sending(office, workspace_url) as given_up:
        await settled(office)
    async with Person(workspace_url, "U0ADA") as ada:
        (message,) = [m for m in await ada.messages(CHANNEL) if m["text"] == "with a lost picture"]
    assert [block["type"] for block in message["blocks"]] == ["section", "context"]
    assert "no longer kept" in str(message["blocks"][1])
    assert given_up == []
