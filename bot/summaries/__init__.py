"""What a channel made and spent, as figures and as a chart, and when that is due. Knows no Slack.

`bot.summaries.chart` loads matplotlib, which is slow: import it where it is used, not at the start.
"""

from bot.summaries.figures import DaySpend, Kind, SummaryFigures, TierFigures, TopBrief
from bot.summaries.schedule_table import DueSummary, claim, due, due_weekly
from bot.summaries.subscription_table import Subscription, set_hour, subscribe, subscription_of
from bot.summaries.table import figures_of, so_far
from bot.summaries.tick import Tick

__all__ = [
    "DaySpend",
    "DueSummary",
    "Kind",
    "Subscription",
    "SummaryFigures",
    "Tick",
    "TierFigures",
    "TopBrief",
    "claim",
    "due",
    "due_weekly",
    "figures_of",
    "set_hour",
    "so_far",
    "subscribe",
    "subscription_of",
]
