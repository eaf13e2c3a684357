"""What is acknowledged is dealt with a few times at most, later where Slack is away; reactions in their own order."""

SCRIPT = """
ALTER TABLE inbox ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE inbox ADD COLUMN not_before TEXT NOT NULL DEFAULT '';

-- The newest coming or going of a person's reaction, by Slack's own time: what arrives late counts no more.
CREATE TABLE reaction_order (
  channel TEXT NOT NULL,
  ts TEXT NOT NULL,
  person TEXT NOT NULL,
  name TEXT NOT NULL,
  event_ts TEXT NOT NULL,
  PRIMARY KEY (channel, ts, person, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX reaction_order_by_time ON reaction_order(event_ts);
"""
