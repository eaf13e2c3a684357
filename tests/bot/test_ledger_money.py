"""Amounts as people read and type them."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import texts
from bot.ledger.money import (
    LARGEST_BUDGET_UNITS,
    MoneyTextError,
    about,
    decimals_of,
    format_left,
    format_money,
    parse_budget,
)
from bot.slack.blocks import Message, context, section


@pytest.mark.parametrize(
    ("micro", "currency", "text"),
    [
        (0, "USD", "$0.00"),
        (1, "USD", "<\u00a01\u00a0¢"),
        (9_999, "EUR", "<\u00a01\u00a0ct"),
        (4237, "CHF", "<\u00a0CHF 0.01"),
        (15_600, "USD", "2\u00a0¢"),
        (420_000, "GBP", "42\u00a0p"),
        (420_000, "CHF", "CHF 0.42"),
        (400_000, "JPY", "<\u00a0¥1"),
        (500_000, "USD", "50\u00a0¢"),
        (999_999, "USD", "$1.00"),
        (1_200_000, "EUR", "€1.20"),
        (1_234_567_890, "GBP", "£1,234.57"),
        (120_000_000, "JPY", "¥120"),
        (1_500_000, "JPY", "¥2"),
        (3_500_000, "CHF", "CHF 3.50"),
        (-500_000, "USD", "-50\u00a0¢"),
    ],
)
def test_amounts_read_well(micro: int, currency: str, text: str) -> None:
    assert format_money(micro, currency) == text


@given(st.integers(1, 10**13), st.sampled_from(["USD", "EUR", "JPY", "CHF"]))
def test_no_positive_amount_reads_as_nothing(micro: int, currency: str) -> None:
    assert re.search(r"[1-9]", format_money(micro, currency))


@given(st.integers(-(10**13), 10**13), st.sampled_from(["USD", "JPY"]))
def test_an_exact_amount_keeps_every_micro_unit(micro: int, currency: str) -> None:
    text = format_money(micro, currency, exact=True)
    assert Decimal(re.sub(r"[$¥,]", "", text)) * 1_000_000 == micro


def shown(text: str) -> Decimal:
    """The micro-units that an amount in dollars or cents says, and less than a cent as one."""
    return Decimal(re.sub(r"[$,¢<\u00a0]", "", text)) * (10_000 if "¢" in text else 1_000_000)


@given(st.integers(1, 10**13))
def test_an_amount_in_conversation_is_the_nearest_cent(micro: int) -> None:
    assert abs(shown(format_money(micro, "USD")) - micro) <= (5_000 if micro >= 10_000 else 10_000)


def test_what_is_not_certain_says_so_except_where_it_is_next_to_nothing() -> None:
    assert about(31_000, "USD") == "about 3\u00a0¢"
    assert about(2_310_000, "USD") == "about $2.31"
    assert about(310, "USD") == "<\u00a01\u00a0¢"


def test_amounts_that_stand_below_each_other_have_as_many_decimals() -> None:
    column = [20_000_000, 4_200, 13, 0]
    decimals = decimals_of(column, "USD")
    assert [format_money(one, "USD", decimals=decimals) for one in column] == [
        "$20.000000",
        "$0.004200",
        "$0.000013",
        "$0.000000",
    ]
    assert decimals_of([20_000_000, 500_000], "USD") == decimals_of([], "USD") == 2


def test_less_than_a_cent_opens_no_link_in_slack() -> None:
    money = format_money(1, "USD")
    message = Message(
        text=f"{money} for <@U1>", blocks=[section(f"{money} for <@U1>"), context(f"{money} >")]
    )
    assert message.text.startswith("&lt;\u00a01\u00a0¢ for <@U1>")
    assert message.blocks[0]["text"]["text"] == message.text
    assert message.blocks[1]["elements"][0]["text"].startswith("&lt;")


@pytest.mark.parametrize(
    ("micro", "currency", "text"),
    [
        (20_000_000, "USD", "$20.00"),
        (19_998_500, "USD", "$19.99"),
        (19_990_000, "USD", "$19.99"),
        (1_234_567_899_999, "EUR", "€1,234,567.89"),
        (999_999, "USD", "99\u00a0¢"),
        (9_999, "USD", "<\u00a01\u00a0¢"),
        (1, "USD", "<\u00a01\u00a0¢"),
        (0, "USD", "$0.00"),
        (-1, "USD", "$0.00"),
        (1_999_987_600, "JPY", "¥1,999"),
        (2_000_000_000, "JPY", "¥2,000"),
    ],
)
def test_what_is_left_is_rounded_down(micro: int, currency: str, text: str) -> None:
    assert format_left(micro, currency) == text


@given(st.integers(1, 10**13))
def test_what_is_left_is_never_promised_too_much(micro: int) -> None:
    said = shown(format_left(micro, "USD"))
    assert micro - 10_000 < said <= max(micro, 10_000)


@given(st.integers(10**9, 10**13))
def test_an_amount_without_decimals_is_the_nearest_one(micro: int) -> None:
    dollars = int(re.sub(r"[$,]", "", format_money(micro, "USD", whole=True)))
    assert abs(dollars * 1_000_000 - micro) <= 500_000


@pytest.mark.parametrize(
    ("micro", "currency", "text"),
    [
        (1_234_567_890, "USD", "1.234,57\u00a0$"),
        (4237, "EUR", "<\u00a01\u00a0ct"),
        (3_500_000, "CHF", "3,50\u00a0CHF"),
        (-500_000, "USD", "-50\u00a0¢"),
    ],
)
def test_amounts_are_written_as_the_language_writes_them(micro: int, currency: str, text: str) -> None:
    texts.speak("de")
    try:
        assert format_money(micro, currency) == text
    finally:
        texts.speak(texts.ENGLISH)


@pytest.mark.parametrize(
    ("text", "amount", "period"),
    [
        ("50 monthly", 50_000_000, "monthly"),
        ("$20 weekly", 20_000_000, "weekly"),
        ("$ 20 Weekly", 20_000_000, "weekly"),
        ("USD 20 weekly", 20_000_000, "weekly"),
        ("1.5 daily", 1_500_000, "daily"),
        ("100 pot", 100_000_000, "pot"),
        ("  50   per   month ", 50_000_000, "monthly"),
        ("2 a day", 2_000_000, "daily"),
        ("1,000 monthly", 1_000_000_000, "monthly"),
        ("1,234.50 monthly", 1_234_500_000, "monthly"),
        ("1.234,50 monthly", 1_234_500_000, "monthly"),
        ("1.000.000 pot", 10**12, "pot"),
        ("0.001 daily", 1_000, "daily"),
        ("US$50 monthly", 50_000_000, "monthly"),
        ("50 $ monthly", 50_000_000, "monthly"),
        ("50$ monthly", 50_000_000, "monthly"),
        ("50 USD a month", 50_000_000, "monthly"),
        ("10/week", 10_000_000, "weekly"),
        ("0 daily", 0, "daily"),
        ("0.000001 pot", 1, "pot"),
        ("1000000 monthly", 10**12, "monthly"),
    ],
)
def test_budgets_are_understood(text: str, amount: int, period: str) -> None:
    assert parse_budget(text) == (amount, period)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "how much"),
        ("   ", "how much"),
        ("50", "how often"),
        ("$50", "how often"),
        ("monthly", "no budget"),
        ("monthly 50", "no budget"),
        ("50 yearly", "no budget"),
        ("-5 daily", "negative"),
        ("−5 daily", "negative"),
        ("-inf daily", "negative"),
        ("NaN daily", "no amount"),
        ("inf monthly", "no amount"),
        ("Infinity pot", "no amount"),
        ("1e99", "exponent"),
        ("1e99 monthly", "exponent"),
        ("1E5 daily", "exponent"),
        ("50 €", "currency sign"),
        ("50€ monthly", "in USD, not in €"),
        ("50 EUR monthly", "in USD, not in EUR"),
        ("$50$ monthly", "currency sign"),
        ("1.000 monthly", "a thousand, or one"),
        ("12.500 monthly", "a thousand, or one"),
        ("1,00 monthly", "commas"),
        ("1,000,00 monthly", "commas"),
        ("0,000 monthly", "commas"),
        ("€50 monthly", "in USD, not in €"),
        ("EUR 50 monthly", "in USD, not in EUR"),
        ("٥٠ monthly", "digits 0 to 9"),
        ("５０ monthly", "digits 0 to 9"),
        ("²5 daily", "digits 0 to 9"),
        ("1,5 daily", "commas"),
        ("1000000.000001 monthly", "at most 1,000,000"),
        ("10000000 monthly", "at most 1,000,000"),
        ("9" * 5000 + " monthly", "at most 1,000,000"),
        ("0.0000001 daily", "six decimals"),
        ("0." + "1" * 5000 + " daily", "six decimals"),
        ("+5 daily", "no budget"),
        ("5. daily", "no budget"),
        (".5 daily", "no budget"),
        ("1_000 daily", "no budget"),
        ("0x10 daily", "no budget"),
        ("fifty monthly", "no budget"),
        ("50monthly", "no budget"),
    ],
)
def test_what_is_no_budget_gets_a_sentence_with_an_example(text: str, says: str) -> None:
    with pytest.raises(MoneyTextError, match=re.escape(says)) as caught:
        parse_budget(text)
    assert "`50 monthly`" in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.000 monthly", 1_000_000_000),
        ("1.234 monthly", 1_234_000_000),
        ("1,5 monthly", 1_500_000),
        ("1.5 monthly", 1_500_000),
        ("1.234,50 monthly", 1_234_500_000),
        ("0,001 monthly", 1_000),
        ("50 € monthly", 50_000_000),
        ("50 EUR monthly", 50_000_000),
        ("1,000 monthly", None),
    ],
)
def test_amounts_are_read_as_the_language_writes_them(text: str, amount: int | None) -> None:
    texts.speak("de")
    try:
        if amount is None:
            with pytest.raises(MoneyTextError, match="tausend, oder eins"):
                parse_budget(text, "EUR")
        else:
            assert parse_budget(text, "EUR") == (amount, "monthly")
    finally:
        texts.speak(texts.ENGLISH)


def test_the_sign_of_the_ledgers_own_currency_is_welcome() -> None:
    assert parse_budget("€50 monthly", "EUR") == (50_000_000, "monthly")
    with pytest.raises(MoneyTextError, match=r"in EUR, not in \$"):
        parse_budget("$50 monthly", "EUR")


@pytest.mark.slow
@given(st.text(max_size=60) | st.text("0123456789.,-+eE$€ dailymonthwekpot/", max_size=20))
def test_any_text_is_a_budget_or_a_sentence(text: str) -> None:
    sentence = ""
    try:
        amount, period = parse_budget(text)
    except MoneyTextError as error:
        sentence = str(error)
    if not sentence:
        assert 0 <= amount <= LARGEST_BUDGET_UNITS * 1_000_000
        assert period in {"daily", "weekly", "monthly", "pot"}
    else:
        assert sentence.endswith("`100 pot`.")


@given(st.integers(0, 10**12), st.sampled_from(["daily", "weekly", "monthly", "pot"]))
def test_what_is_shown_exactly_can_be_typed_back(micro: int, period: str) -> None:
    shown = format_money(micro, "USD", exact=True).replace(",", "")
    assert parse_budget(f"{shown} {period}") == (micro, period)
