"""Where each channel's last daily summary ended, in time and in the ledger, so that the next one begins there."""

SCRIPT = """
CREATE TABLE summary_cursors (
  channel TEXT PRIMARY KEY REFERENCES channels(id),
  ended_at TEXT NOT NULL,
  -- The last entry of the ledger that a daily summary told; later ones are told by the next.
  entry INTEGER NOT NULL CHECK (entry >= 0)
) STRICT;

-- What was entered up to the last summary counts as told.
INSERT INTO summary_cursors (channel, ended_at, entry)
  SELECT channel, max(created_at), coalesce((SELECT max(id) FROM ledger_entries entry
          WHERE entry.channel = summaries.channel AND entry.at < max(summaries.created_at)), 0)
    FROM summaries GROUP BY channel;
"""
