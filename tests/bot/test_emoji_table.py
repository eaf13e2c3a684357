"""The table of emoji: every entry is answered by a function of its step, which can be called by name."""

import inspect

import pytest

from bot.briefs.emoji import NUMBER_EMOJI
from bot.listeners import reactions


@pytest.mark.parametrize("table", [reactions.ADDED, reactions.REMOVED])
def test_every_emoji_finds_a_function_in_a_steps_own_file(table):
    for emoji, handler in table.items():
        assert inspect.iscoroutinefunction(handler), emoji
        assert handler.__module__.endswith(".slack"), emoji
        assert getattr(inspect.getmodule(handler), handler.__name__) is handler, emoji


def test_numbers_approve_and_nothing_else_answers_them():
    answered = {reactions.ADDED[emoji] for emoji in NUMBER_EMOJI}
    assert answered == {reactions.ADDED[reactions.ANY]}
