"""What was spent per hour and per day, and what is held: kept by triggers, so that old ledgers read as fast as new ones.

All of it follows from `ledger_entries` and is checked against it by `draftroom ledger verify`.
"""

SCRIPT = """
CREATE TABLE ledger_hours (
  channel TEXT NOT NULL,
  currency TEXT NOT NULL,
  hour TEXT NOT NULL CHECK (length(hour) = 13),
  tier TEXT NOT NULL,
  spent_micro INTEGER NOT NULL,
  jobs INTEGER NOT NULL,
  PRIMARY KEY (channel, currency, hour, tier)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_days (
  channel TEXT NOT NULL,
  currency TEXT NOT NULL,
  day TEXT NOT NULL CHECK (length(day) = 10),
  tier TEXT NOT NULL,
  spent_micro INTEGER NOT NULL,
  jobs INTEGER NOT NULL,
  PRIMARY KEY (channel, currency, day, tier)
) STRICT, WITHOUT ROWID;

-- Reservations that have not ended. One row per hold, written and removed in the entry's own transaction.
CREATE TABLE open_holds (
  reservation INTEGER PRIMARY KEY,
  channel TEXT NOT NULL,
  currency TEXT NOT NULL,
  period_at TEXT NOT NULL,
  amount_micro INTEGER NOT NULL
) STRICT;
CREATE INDEX open_holds_by_channel ON open_holds(channel, currency, period_at, amount_micro);

CREATE TRIGGER ledger_spend_is_summed AFTER INSERT ON ledger_entries
WHEN new.kind NOT IN ('reserve', 'void')
BEGIN
  INSERT INTO ledger_hours (channel, currency, hour, tier, spent_micro, jobs)
  VALUES (new.channel, new.currency, substr(new.period_at, 1, 13), new.tier, new.amount_micro, new.kind = 'settle')
  ON CONFLICT DO UPDATE SET spent_micro = spent_micro + excluded.spent_micro, jobs = jobs + excluded.jobs;
  INSERT INTO ledger_days (channel, currency, day, tier, spent_micro, jobs)
  VALUES (new.channel, new.currency, substr(new.period_at, 1, 10), new.tier, new.amount_micro, new.kind = 'settle')
  ON CONFLICT DO UPDATE SET spent_micro = spent_micro + excluded.spent_micro, jobs = jobs + excluded.jobs;
END;
CREATE TRIGGER ledger_holds_open AFTER INSERT ON ledger_entries WHEN new.kind = 'reserve'
BEGIN
  INSERT INTO open_holds (reservation, channel, currency, period_at, amount_micro)
  VALUES (new.id, new.channel, new.currency, new.period_at, new.amount_micro);
END;
CREATE TRIGGER ledger_holds_end AFTER INSERT ON ledger_entries WHEN new.kind IN ('settle', 'void')
BEGIN
  DELETE FROM open_holds WHERE reservation = new.reservation;
END;

INSERT INTO ledger_hours (channel, currency, hour, tier, spent_micro, jobs)
  SELECT channel, currency, substr(period_at, 1, 13), tier, sum(amount_micro), sum(kind = 'settle')
    FROM ledger_entries WHERE kind NOT IN ('reserve', 'void') GROUP BY 1, 2, 3, 4;
INSERT INTO ledger_days (channel, currency, day, tier, spent_micro, jobs)
  SELECT channel, currency, substr(period_at, 1, 10), tier, sum(amount_micro), sum(kind = 'settle')
    FROM ledger_entries WHERE kind NOT IN ('reserve', 'void') GROUP BY 1, 2, 3, 4;
INSERT INTO open_holds (reservation, channel, currency, period_at, amount_micro)
  SELECT id, channel, currency, period_at, amount_micro FROM ledger_entries held
   WHERE kind = 'reserve' AND NOT EXISTS (SELECT 1 FROM ledger_entries ended WHERE ended.reservation = held.id);

-- Weekly summaries that were posted; daily ones stand in `summaries`.
CREATE TABLE weekly_summaries (
  channel TEXT NOT NULL REFERENCES channels(id),
  local_date TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (channel, local_date)
) STRICT;

-- Which summaries a channel wishes for; without a row: daily and weekly ones, none for quiet days.
CREATE TABLE summary_wishes (
  channel TEXT PRIMARY KEY REFERENCES channels(id),
  daily INTEGER NOT NULL CHECK (daily IN (0, 1)),
  weekly INTEGER NOT NULL CHECK (weekly IN (0, 1)),
  quiet_days INTEGER NOT NULL CHECK (quiet_days IN (0, 1)),
  set_by TEXT NOT NULL,
  set_at TEXT NOT NULL
) STRICT;
"""
