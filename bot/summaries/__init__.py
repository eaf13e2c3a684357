"""What a channel made and spent, as figures and as a chart, and when that is due. Knows no Slack.

`bot.summaries.chart` loads matplotlib, which is slow: import it where it is used, not at the start.
"""

from bot.summaries.figures import DaySpend, SummaryFigures, TierFigures, TopBrief
from bot.summaries.reading import figures_of, last_day
from bot.summaries.schedule import DueSummary, Tick, claim, due

__all__ = [
    "DaySpend",
    "DueSummary",
    "SummaryFigures",
    "Tick",
    "TierFigures",
    "TopBrief",
    "claim",
    "due",
    "figures_of",
    "last_day",
]
