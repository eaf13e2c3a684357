"""The emoji that mean something, by what they ask for."""

from __future__ import annotations

NUMBER_EMOJI = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


AGAIN, CHANGE, STOP, REMOVE = "draft_again", "draft_change", "draft_stop", "draft_remove"


VARY = "draft_vary"


#: The same by emoji, on the grid's message. Slack has older and newer names for some.
EMOJI = {
    "repeat": AGAIN,
    "arrows_counterclockwise": AGAIN,
    "pencil2": CHANGE,
    "pencil": CHANGE,
    "octagonal_sign": STOP,
    "black_square_for_stop": STOP,
    "wastebasket": REMOVE,
    "art": VARY,
}
