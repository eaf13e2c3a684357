"""What survives a crash: one SQLite file and one folder of pictures. Knows neither Slack nor the engine."""

from bot.store.database import Database, Transaction
from bot.store.loop import Loop
from bot.store.pictures import Picture, PictureStore

__all__ = ["Database", "Loop", "Picture", "PictureStore", "Transaction"]
