"""Limits beside a channel's own budget: the workspace's, a person's, Pro's; terms, grants, alerts, and what waits for money."""

SCRIPT = """
-- A cap beside the channel's budget; the last row of its kind and channel is in force, and no amount lifts it.
CREATE TABLE caps (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('workspace', 'person', 'pro')),
  channel TEXT REFERENCES channels(id),
  amount_micro INTEGER CHECK (amount_micro >= 0),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  period TEXT NOT NULL CHECK (period IN ('daily', 'weekly', 'monthly', 'pot')),
  set_by TEXT NOT NULL,
  set_at TEXT NOT NULL,
  CHECK ((kind = 'workspace') = (channel IS NULL))
) STRICT;
CREATE INDEX caps_by_channel ON caps(channel, kind, id);

-- How a channel's budget behaves; the last row is in force.
CREATE TABLE budget_terms (
  id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL REFERENCES channels(id),
  soft INTEGER NOT NULL CHECK (soft IN (0, 1)),
  roll_over INTEGER NOT NULL CHECK (roll_over IN (0, 1)),
  set_by TEXT NOT NULL,
  set_at TEXT NOT NULL
) STRICT;
CREATE INDEX budget_terms_by_channel ON budget_terms(channel, id);

-- Extra money for the period that `at` lies in.
CREATE TABLE grants (
  id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL REFERENCES channels(id),
  amount_micro INTEGER NOT NULL CHECK (amount_micro > 0),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  person TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;
CREATE INDEX grants_by_channel ON grants(channel, at);

CREATE TABLE alerts (
  channel TEXT NOT NULL REFERENCES channels(id),
  period_start TEXT NOT NULL,
  percent INTEGER NOT NULL CHECK (percent BETWEEN 1 AND 100),
  at TEXT NOT NULL,
  PRIMARY KEY (channel, period_start, percent)
) STRICT, WITHOUT ROWID;

-- What a person could not have for want of money, so that it can run when more is granted; the newest for each.
CREATE TABLE wants (
  person TEXT NOT NULL,
  channel TEXT NOT NULL REFERENCES channels(id),
  wish TEXT NOT NULL CHECK (json_valid(wish)),
  needed_micro INTEGER NOT NULL CHECK (needed_micro >= 0),
  at TEXT NOT NULL,
  PRIMARY KEY (person, channel)
) STRICT, WITHOUT ROWID;

-- Requests for more money, and what became of them.
CREATE TABLE pleas (
  id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL REFERENCES channels(id),
  person TEXT NOT NULL,
  amount_micro INTEGER NOT NULL CHECK (amount_micro > 0),
  wish TEXT CHECK (wish IS NULL OR json_valid(wish)),
  state TEXT NOT NULL CHECK (state IN ('open', 'granted', 'refused')),
  decided_by TEXT,
  created_at TEXT NOT NULL,
  decided_at TEXT
) STRICT;

CREATE INDEX ledger_by_person ON ledger_entries(channel, person, period_at);
"""
