"""The emoji that mean something, by what they ask for."""

from __future__ import annotations

NUMBER_EMOJI = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


AGAIN, CHANGE, STOP, REMOVE = "draft_again", "draft_change", "draft_stop", "draft_remove"


VARY = "draft_vary"
