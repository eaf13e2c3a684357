"""Prices that hosted engines publish, as an operator would write them in a table of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.ledger.prices import Prices, prices_from
from bot.ledger.rates import RateError
from bot.settings import Settings

#: gpt-image-2.6, in US dollars a million tokens: words in 5, pictures in 8, pictures out 30 (November 2026). A picture of
#: 1024² is 196 tokens at low, 439 at medium, 1,756 at high quality; each preview is 100 more.
_OPENAI: Final = {
    "draft": {
        "per_million_input_tokens": 5,
        "per_million_output_tokens": 30,
        "expected_input_tokens": 100,
        "expected_output_tokens": 296,
        "expected_pixels": 1_048_576,
        "least_pixels": 655_360,
    },
    # Pictures go in, too: all that goes in is charged as they are, which is a little too much for the words.
    "pro": {
        "per_million_input_tokens": 8,
        "per_million_output_tokens": 30,
        "expected_input_tokens": 1_500,
        "expected_output_tokens": 1_756,
        "expected_pixels": 1_048_576,
        "least_pixels": 655_360,
    },
    "fix": {
        "per_million_input_tokens": 8,
        "per_million_output_tokens": 30,
        "expected_input_tokens": 3_000,
        "expected_output_tokens": 439,
        "expected_pixels": 1_048_576,
        "least_pixels": 655_360,
    },
}
#: By preset; all in US dollars.
HOSTED: Final[Mapping[str, Mapping[str, Any]]] = {"openai": _OPENAI}


def prices_of(settings: Settings) -> Prices:
    """The price table in use: the operator's, else what the engine's preset publishes, else by the second.

    Raises RateError with a sentence.
    """
    profile = settings.price_profile
    if profile and profile not in settings.prices:
        known = ", ".join(settings.prices) or "none"
        raise RateError(
            f"DRAFTROOM_PRICE_PROFILE is “{profile}”, but there is no table [prices.{profile}]. Known tables: {known}."
        )
    table = settings.prices.get(profile, {})
    if not profile and settings.engine_preset in HOSTED:
        if settings.currency != "USD":
            raise RateError(
                f"The prices of DRAFTROOM_ENGINE_PRESET={settings.engine_preset} are in US dollars, and"
                f" DRAFTROOM_CURRENCY is {settings.currency}. Set it to USD, or write a table of your own"
                " and name it in DRAFTROOM_PRICE_PROFILE (docs/prices.md)."
            )
        table = dict(HOSTED[settings.engine_preset])
    return prices_from(
        table, currency=settings.currency, second_price=settings.seconds_price, where=f"prices.{profile}"
    )
