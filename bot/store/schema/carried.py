"""What a pot begins with, the currency that the ledger was moved to, and since when a wish waits."""

SCRIPT = """
-- Reservations that were open when a pot began: a channel's budget, or a cap. They are spent from it when they settle.
CREATE TABLE carried_holds (
  budget INTEGER REFERENCES budgets(id),
  cap INTEGER REFERENCES caps(id),
  reservation INTEGER NOT NULL REFERENCES ledger_entries(id),
  CHECK ((budget IS NULL) <> (cap IS NULL))
) STRICT;
CREATE INDEX carried_by_budget ON carried_holds(budget) WHERE budget IS NOT NULL;
CREATE INDEX carried_by_cap ON carried_holds(cap) WHERE cap IS NOT NULL;

-- Moves of the ledger to another currency, by the operator; without a row, it is that of its entries.
CREATE TABLE currencies (
  id INTEGER PRIMARY KEY,
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  -- Units of it for one of the currency before.
  rate TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;

-- Background jobs may be of any kind: what was granted runs as one, too.
CREATE TABLE background_jobs_new (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  channel TEXT NOT NULL REFERENCES channels(id),
  person TEXT NOT NULL,
  payload TEXT NOT NULL CHECK (json_valid(payload)),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
  event_id TEXT NOT NULL UNIQUE,
  failure TEXT,
  created_at TEXT NOT NULL,
  finished_at TEXT
) STRICT;
INSERT INTO background_jobs_new SELECT * FROM background_jobs;
DROP TABLE background_jobs;
ALTER TABLE background_jobs_new RENAME TO background_jobs;
CREATE INDEX errands_waiting ON background_jobs(id) WHERE state = 'waiting';

-- When what a request waits for was refused; NULL: nothing waits.
ALTER TABLE budget_requests ADD COLUMN refused_at TEXT;
UPDATE budget_requests SET refused_at = created_at WHERE payload IS NOT NULL;
"""
