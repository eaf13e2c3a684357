"""The first step of the schema: briefs, jobs, versions, approvals, budgets, the ledger, the outbox, summaries."""

SCRIPT = """
CREATE TABLE channels (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL DEFAULT '',
  timezone TEXT NOT NULL,
  summary_hour INTEGER NOT NULL DEFAULT 18 CHECK (summary_hour BETWEEN 0 AND 23),
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE pictures (
  sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
  mime TEXT NOT NULL,
  width INTEGER NOT NULL CHECK (width > 0),
  height INTEGER NOT NULL CHECK (height > 0),
  size_bytes INTEGER NOT NULL CHECK (size_bytes > 0),
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE briefs (
  id TEXT PRIMARY KEY,
  channel TEXT NOT NULL REFERENCES channels(id),
  author TEXT NOT NULL,
  prompt TEXT NOT NULL CHECK (length(prompt) > 0),
  negative_prompt TEXT NOT NULL DEFAULT '',
  cells INTEGER NOT NULL CHECK (cells BETWEEN 1 AND 9),
  aspect_width INTEGER NOT NULL CHECK (aspect_width > 0),
  aspect_height INTEGER NOT NULL CHECK (aspect_height > 0),
  seed INTEGER NOT NULL CHECK (seed >= 0),
  source_key TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX briefs_by_channel ON briefs(channel, created_at);

CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  brief TEXT NOT NULL REFERENCES briefs(id),
  tier TEXT NOT NULL CHECK (tier IN ('draft', 'pro', 'fix')),
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  person TEXT NOT NULL,
  parent INTEGER REFERENCES versions(id),
  request TEXT NOT NULL CHECK (json_valid(request)),
  idempotency_key TEXT NOT NULL UNIQUE,
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  lease_owner TEXT,
  lease_until TEXT,
  not_before TEXT NOT NULL,
  created_at TEXT NOT NULL,
  started_at TEXT,
  finished_at TEXT,
  failure TEXT,
  CHECK ((state = 'running') = (lease_owner IS NOT NULL)),
  CHECK ((state = 'running') = (lease_until IS NOT NULL)),
  CHECK ((state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL))
) STRICT;
CREATE INDEX jobs_waiting ON jobs(state, not_before) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_by_brief ON jobs(brief, tier);
-- One live or finished Pro render per approved cell, whoever asks and however often.
CREATE UNIQUE INDEX one_pro_per_cell ON jobs(parent)
  WHERE tier = 'pro' AND state IN ('queued', 'running', 'done');

CREATE TABLE versions (
  id INTEGER PRIMARY KEY,
  brief TEXT NOT NULL REFERENCES briefs(id),
  job TEXT NOT NULL REFERENCES jobs(id),
  parent INTEGER REFERENCES versions(id),
  kind TEXT NOT NULL CHECK (kind IN ('cell', 'pro', 'fix')),
  number INTEGER NOT NULL CHECK (number >= 1),
  prompt TEXT NOT NULL,
  seed INTEGER NOT NULL,
  picture TEXT NOT NULL REFERENCES pictures(sha256),
  mask TEXT REFERENCES pictures(sha256),
  instruction TEXT,
  seconds REAL NOT NULL CHECK (seconds >= 0),
  created_at TEXT NOT NULL,
  CHECK ((kind = 'cell') = (parent IS NULL)),
  CHECK ((kind = 'fix') = (mask IS NOT NULL)),
  UNIQUE (job, number)
) STRICT;
CREATE INDEX versions_by_brief ON versions(brief, created_at);

CREATE TABLE approvals (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL REFERENCES versions(id),
  person TEXT NOT NULL,
  created_at TEXT NOT NULL,
  withdrawn_at TEXT
) STRICT;
CREATE INDEX approvals_by_time ON approvals(created_at);
CREATE UNIQUE INDEX one_approval_per_person ON approvals(version, person) WHERE withdrawn_at IS NULL;

CREATE TABLE budgets (
  id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL REFERENCES channels(id),
  amount_micro INTEGER NOT NULL CHECK (amount_micro >= 0),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  period TEXT NOT NULL CHECK (period IN ('daily', 'weekly', 'monthly', 'pot')),
  set_by TEXT NOT NULL,
  set_at TEXT NOT NULL
) STRICT;
CREATE INDEX budgets_by_channel ON budgets(channel, id);

CREATE TABLE ledger_entries (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  period_at TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('reserve', 'settle', 'void', 'correct')),
  reservation INTEGER REFERENCES ledger_entries(id),
  channel TEXT NOT NULL REFERENCES channels(id),
  brief TEXT NOT NULL REFERENCES briefs(id),
  job TEXT NOT NULL REFERENCES jobs(id),
  tier TEXT NOT NULL CHECK (tier IN ('draft', 'pro', 'fix')),
  person TEXT NOT NULL,
  amount_micro INTEGER NOT NULL,
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  idempotency_key TEXT NOT NULL UNIQUE,
  -- Of corrections only: who made it, and why.
  corrected_by TEXT CHECK (length(corrected_by) BETWEEN 1 AND 200),
  reason TEXT CHECK (length(reason) BETWEEN 1 AND 500),
  CHECK ((kind = 'reserve') = (reservation IS NULL)),
  CHECK (kind <> 'void' OR amount_micro = 0),
  CHECK (kind = 'correct' OR amount_micro >= 0),
  CHECK ((kind = 'correct') = (corrected_by IS NOT NULL)),
  CHECK ((kind = 'correct') = (reason IS NOT NULL))
) STRICT;
-- A reservation ends once: settled or voided, never both, never twice. Corrections end nothing.
CREATE UNIQUE INDEX one_end_per_reservation ON ledger_entries(reservation) WHERE kind IN ('settle', 'void');
CREATE INDEX ledger_corrections ON ledger_entries(reservation) WHERE kind = 'correct';
CREATE INDEX ledger_by_channel ON ledger_entries(channel, period_at);
CREATE INDEX ledger_by_job ON ledger_entries(job);
CREATE TRIGGER ledger_is_append_only_update BEFORE UPDATE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: write a new entry instead'); END;
CREATE TRIGGER ledger_is_append_only_delete BEFORE DELETE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: write a new entry instead'); END;
CREATE VIEW ledger AS
  SELECT id, at, kind, tier, channel, brief, job, person, amount_micro, currency, reservation,
         corrected_by, reason
  FROM ledger_entries ORDER BY id;

CREATE TABLE effects (
  key TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('post', 'update', 'react', 'unreact')),
  target TEXT REFERENCES effects(key),
  thread TEXT REFERENCES effects(key),
  payload TEXT NOT NULL CHECK (json_valid(payload)),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed')),
  files TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(files)),
  ts TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before TEXT NOT NULL,
  created_at TEXT NOT NULL,
  sent_at TEXT,
  in_doubt INTEGER NOT NULL DEFAULT 0 CHECK (in_doubt IN (0, 1)),
  failure TEXT
) STRICT;
CREATE INDEX effects_by_target ON effects(target) WHERE target IS NOT NULL;
CREATE INDEX effects_waiting ON effects(state, created_at) WHERE state IN ('waiting', 'sending');

-- What a Slack message of ours shows, so that a reaction or a reply finds its brief.
CREATE TABLE messages (
  channel TEXT NOT NULL,
  ts TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('grid', 'pro', 'fix', 'notice', 'summary')),
  brief TEXT REFERENCES briefs(id),
  version INTEGER REFERENCES versions(id),
  PRIMARY KEY (channel, ts)
) STRICT;
CREATE INDEX messages_by_brief ON messages(brief);

CREATE TABLE deliveries (
  key TEXT PRIMARY KEY,
  at TEXT NOT NULL
) STRICT;

-- Events of Slack's that are acknowledged but not dealt with yet.
CREATE TABLE inbox (
  event TEXT PRIMARY KEY,
  body TEXT NOT NULL CHECK (json_valid(body)),
  at TEXT NOT NULL
) STRICT;

CREATE TABLE summaries (
  channel TEXT NOT NULL REFERENCES channels(id),
  local_date TEXT NOT NULL,
  effect TEXT REFERENCES effects(key),
  created_at TEXT NOT NULL,
  PRIMARY KEY (channel, local_date)
) STRICT;
"""
