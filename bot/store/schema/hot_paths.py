"""Indexes that the statements of every second truly use, and first looks to be deleted."""

SCRIPT = """
-- A partial index serves `state = 'waiting'` only where its own condition says that, not `state IN (…)`.
DROP INDEX effects_waiting;
CREATE INDEX effects_open ON effects(state, not_before) WHERE state = 'waiting' OR state = 'sending';
CREATE INDEX effects_by_thread ON effects(thread) WHERE thread IS NOT NULL;
DROP INDEX jobs_waiting;
CREATE INDEX jobs_queued ON jobs(not_before) WHERE state = 'queued';
CREATE INDEX jobs_running ON jobs(lease_until) WHERE state = 'running';
CREATE INDEX jobs_finished ON jobs(finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX approvals_withdrawn ON approvals(withdrawn_at) WHERE withdrawn_at IS NOT NULL;

-- Files of first looks: deleted once what was drawn stands in their place.
CREATE TABLE previews (
  file TEXT PRIMARY KEY,
  brief TEXT NOT NULL REFERENCES briefs(id),
  -- Slack may still carry out the update that shows it.
  in_doubt INTEGER NOT NULL DEFAULT 0 CHECK (in_doubt IN (0, 1)),
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX previews_by_brief ON previews(brief);
"""
