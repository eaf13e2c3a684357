"""Reports add up to what the budgets and the summaries count, in any zone, and tell whom each asset is for."""

import csv
import io
import itertools
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.briefs.model import UserError
from bot.ledger import rollups
from bot.reports.export import csv_of, harmless
from bot.reports.figures import GROUPINGS
from bot.reports.spans import Span, parse_span, read_span
from bot.reports.table import report_of, set_terms, terms_of
from bot.reports.terms import parse_client, parse_margin, percent
from bot.summaries import figures_of
from tests.bot.ledger_world import NOON, TWENTY, World

TODAY = date(2026, 11, 23)
MAY = Span(first=date(2026, 5, 1), last=date(2026, 5, 31))


@pytest.fixture
def world(tmp_path):
    found = World(tmp_path / "draftroom.sqlite3")
    found.channel()
    return found


def table(report, names=None):
    text = csv_of(report, names or {}, {}).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("", "2026-11-01", "2026-11-30"),
        ("today", "2026-11-23", "2026-11-23"),
        ("yesterday", "2026-11-22", "2026-11-22"),
        ("This Week", "2026-11-23", "2026-11-29"),
        ("last week", "2026-11-16", "2026-11-22"),
        ("month", "2026-11-01", "2026-11-30"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2026-11-05", "2026-11-05", "2026-11-05"),
        ("2026-11-01..2026-11-15", "2026-11-01", "2026-11-15"),
        ("2026-11-01…2026-11-15", "2026-11-01", "2026-11-15"),
        ("2026-11-01 – 2026-11-15", "2026-11-01", "2026-11-15"),
        ("2026-11-01 to 2026-11-15", "2026-11-01", "2026-11-15"),
    ],
)
def test_a_period_is_read_as_people_write_it(text, first, last):
    span = parse_span(text, TODAY)
    assert (span.first.isoformat(), span.last.isoformat()) == (first, last)
    assert read_span(str(span)) == span


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "2026-11-15..2026-11-01",
        "2024-01-01..2026-01-01",
        "fortnight",
        "2026-13",
        "..",
        "2026-11-01..",
        "1999-01-01",
        "٢٠٢٦-11-01",
        "2026-11-01..02..03",
        "of living",
        "9" * 3_000,
    ],
)
def test_a_bad_period_gets_a_sentence(text):
    with pytest.raises(UserError) as error:
        parse_span(text, TODAY)
    assert str(error.value).endswith(".")
    assert len(str(error.value)) < 350


@pytest.mark.parametrize("text", ["=cmd", "two words", "x" * 33, "", "a;b", "@home", "-x", "ÄRGER"])
def test_a_bad_client_code_gets_a_sentence(text):
    with pytest.raises(UserError, match="Nothing was changed"):
        parse_client(text)


@pytest.mark.parametrize("text", ["-5%", "NaN", "1e9", "twenty", "", "1001%", "5.123%", "٢٠%", "20 €", "5%%"])
def test_a_bad_margin_gets_a_sentence(text):
    with pytest.raises(UserError, match="Nothing was changed"):
        parse_margin(text)


def test_a_margin_is_read_and_told_in_per_cent():
    read = {text: percent(parse_margin(text)) for text in ("20%", "12.5 %", "0", "1000%", "7.05%")}
    assert read == {"20%": "20", "12.5 %": "12.5", "0": "0", "1000%": "1000", "7.05%": "7.05"}


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/New_York", date(2026, 3, 8)),
        ("America/New_York", date(2026, 11, 1)),
        ("Europe/London", date(2026, 3, 29)),
        ("Europe/London", date(2026, 10, 25)),
        ("Australia/Lord_Howe", date(2026, 4, 5)),
        ("Asia/Kathmandu", date(2026, 6, 1)),
        ("Asia/Beirut", date(2026, 3, 29)),
        ("America/Santiago", date(2026, 4, 4)),
    ],
)
def test_days_follow_the_channels_clock_across_its_changes(zone, day):
    edges = Span(first=day - timedelta(days=1), last=day + timedelta(days=1)).edges(ZoneInfo(zone))
    assert [edge[0] for edge in edges] == [day + timedelta(days=n) for n in (-1, 0, 1)]
    for (_, _, end), (_, start, _) in itertools.pairwise(edges):
        assert end == start
    for local, start, end in edges:
        assert start.astimezone(ZoneInfo(zone)).date() == local
        assert (end - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date() == local


@pytest.mark.parametrize("zone", ["UTC", "America/St_Johns", "Pacific/Kiritimati", "Asia/Kathmandu"])
def test_every_sum_equals_the_summary_and_the_budget(tmp_path, zone):
    world, dice = World(tmp_path / "one.sqlite3"), random.Random(zone)
    world.channel(timezone=zone)
    world.channel("C2", timezone=zone)
    for _ in range(40):
        at = NOON + timedelta(seconds=dice.randrange(-20 * 86_400, 20 * 86_400))
        brief = world.brief(dice.choice(["C1", "C1", "C2"]), at=at)
        for tier in ("draft", "pro", "fix"):
            if dice.random() < 0.6:
                world.spend(
                    brief, tier, dice.randrange(10_000), at=at + timedelta(minutes=dice.randrange(90))
                )
        world.reserve(world.job(brief), 5, at=at)
    for span in (MAY, Span(first=date(2026, 5, 18), last=date(2026, 5, 24))):
        report = report_of(world.db, "C1", span, "USD")
        edges = span.edges(ZoneInfo(zone))
        start, end = edges[0][1], edges[-1][2]
        summary = figures_of(world.db, "C1", start, end, default=TWENTY)
        counted = rollups.spent_by_tier(world.db, "C1", start, end, "USD")
        assert report.total_micro == summary.spent_micro == sum(counted.values()) > 0
        assert dict(report.by("tier")) == {t.tier: t.spent_micro for t in summary.tiers}
        for grouping in GROUPINGS:
            assert sum(micro for _, micro in report.by(grouping)) == report.total_micro
        assert sum(asset.total_micro for asset in report.assets) == report.total_micro
        told = sum(Decimal(row["total"]) for row in table(report))
        assert told * 1_000_000 == report.total_micro
        days = {day: sum(tiers.values()) for day, tiers in report.by_day_and_tier().items()}
        assert sum(days.values()) == report.total_micro


def test_a_settle_counts_on_the_day_of_its_reservation(world):
    brief = world.brief()
    job = world.job(brief)
    night = datetime(2026, 5, 31, 23, 59, tzinfo=UTC)
    world.reserve(job, 500, at=night)
    world.settle(job, 700, at=night + timedelta(minutes=5))
    assert report_of(world.db, "C1", MAY, "USD").by("day") == [("2026-05-31", 700)]
    june = Span(first=date(2026, 6, 1), last=date(2026, 6, 30))
    assert report_of(world.db, "C1", june, "USD").lines == ()


def test_what_was_released_and_other_currencies_are_left_out(world):
    brief = world.brief()
    job = world.job(brief)
    world.reserve(job, 900)
    world.void(job)
    world.spend(brief, "draft", 40)
    report = report_of(world.db, "C1", MAY, "EUR")
    assert (report.total_micro, report.assets, report.other_currencies) == (0, (), ("USD",))
    assert report_of(world.db, "C1", MAY, "USD").total_micro == 40


def test_an_asset_names_its_approvers_and_the_latest_picture_of_each_approved_cell(world):
    brief = world.brief(prompt="a red apple")
    draft = world.spend(brief, "draft", 400)
    cells = [world.picture(draft, kind="cell", number=n) for n in (1, 2, 3)]
    pro = world.picture(world.spend(brief, "pro", 900), kind="pro", parent=cells[1])
    world.picture(world.spend(brief, "fix", 70), kind="fix", parent=pro)
    other = world.picture(world.spend(brief, "pro", 800), kind="pro", number=2, parent=cells[2])
    world.approve(cells[1], person="U2")
    world.approve(cells[1], person="U3", at=NOON + timedelta(minutes=1))
    world.approve(cells[2], person="U2", at=NOON + timedelta(minutes=2))
    world.approve(cells[0], person="U9", withdrawn=True)
    (row,) = table(report_of(world.db, "C1", MAY, "USD"), {"U2": "Ada", "U1": "Ben"})
    assert other
    assert row["pictures"] == f"fix-{brief}-1.png, pro-{brief}-3.png"
    assert (row["author"], row["approvers"]) == ("Ben", "Ada, U3")
    assert [row[name] for name in ("draft", "pro", "fix", "total")] == [
        "0.000400",
        "0.001700",
        "0.000070",
        "0.002170",
    ]
    assert (row["currency"], row["channel"], row["approved"]) == ("USD", "#spring", "2026-05-20 12:00")


def test_dates_in_the_table_are_the_channels(world):
    world.channel("C9", timezone="Asia/Tokyo")
    world.spend(world.brief("C9", at=NOON + timedelta(hours=6)), "draft", 3, at=NOON + timedelta(hours=6))
    (row,) = table(report_of(world.db, "C9", MAY, "USD"))
    assert (row["opened"], row["time_zone"]) == ("2026-05-21 03:00", "Asia/Tokyo")


def test_briefs_keep_the_client_and_margin_that_held_when_they_were_opened(world):
    def set_at(day, **terms):
        given = {"client": None, "margin_bp": None, **terms}
        world.do(lambda tx: set_terms(tx, channel="C1", person="U1", at=NOON + timedelta(days=day), **given))

    for day in (-5, 1, 3):
        brief = world.brief(at=NOON + timedelta(days=day), prompt=f"day {day}")
        world.spend(brief, "draft", 333, at=NOON + timedelta(days=day))
    set_at(0, client="ACME", margin_bp=2_000)
    set_at(2, margin_bp=1_250)
    set_at(2.5, client="")
    assert terms_of(world.db, "C1").client == ""
    report = report_of(world.db, "C1", MAY, "USD")
    terms = {
        asset.prompt: (asset.client, asset.margin_bp, asset.with_margin_micro) for asset in report.assets
    }
    assert terms == {
        "day -5": ("ACME", 2_000, 400),
        "day 1": ("ACME", 2_000, 400),
        "day 3": ("", 1_250, 375),
    }
    assert report.by("client") == [("ACME", 666), ("", 333)]
    assert report.with_margin_micro == 1_175
    assert sum(Decimal(row["total_with_margin"]) for row in table(report)) == Decimal("0.001175")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =1",
        "＝1",
        "a;=1",
        "a\n=cmd|' /C calc'!A0",
        "\u200b=1",
    ],
)
def test_no_cell_is_read_as_a_formula(text, world):
    world.spend(world.brief(prompt=text), "draft", 5)
    (row,) = table(report_of(world.db, "C1", MAY, "USD"))
    assert row["prompt"] == harmless(text)
    for part in row["prompt"].replace("\n", ";").split(";"):
        assert part.strip("\u200b \t\r\n")[:1] not in ("=", "+", "-", "@", "＝")


def test_the_table_is_read_back_whatever_a_prompt_holds(world):
    prompt = 'he said "no, never"\nand left; ÄÖ 漢字 🍎, a-b = c'
    world.spend(world.brief(prompt=prompt), "draft", 5)
    report = report_of(world.db, "C1", MAY, "USD")
    assert csv_of(report, {}, {}).startswith(b"\xef\xbb\xbf")
    (row,) = table(report)
    assert row["prompt"] == prompt
