"""The engine's time that was lost with jobs that somebody stopped: no budget pays for it."""

SCRIPT = """
CREATE TABLE lost_time (
  job TEXT PRIMARY KEY REFERENCES jobs(id),
  -- At most so many: a job also waits its turn at the engine.
  seconds REAL NOT NULL CHECK (seconds >= 0),
  cost_micro INTEGER NOT NULL CHECK (cost_micro >= 0),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  at TEXT NOT NULL
) STRICT;
"""
