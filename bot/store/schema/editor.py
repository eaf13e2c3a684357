"""The editor's step: signed-out people, what a thread goes on from, marked pictures that wait for a word."""

SCRIPT = """
-- A link to the editor carries the number that was current when it was given; signing out raises it.
CREATE TABLE editor_signouts (
  person TEXT PRIMARY KEY,
  number INTEGER NOT NULL CHECK (number >= 1),
  at TEXT NOT NULL
) STRICT;

-- Somebody went back: until a newer version than `newest` exists, the thread goes on from `version`.
CREATE TABLE heads (
  id INTEGER PRIMARY KEY,
  brief TEXT NOT NULL REFERENCES briefs(id),
  version INTEGER NOT NULL REFERENCES versions(id),
  newest INTEGER NOT NULL REFERENCES versions(id),
  person TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;
CREATE INDEX heads_by_brief ON heads(brief, id);

-- A drawn-over copy of a picture, understood but not confirmed yet.
CREATE TABLE markups (
  id TEXT PRIMARY KEY,
  brief TEXT NOT NULL REFERENCES briefs(id),
  version INTEGER NOT NULL REFERENCES versions(id),
  mask TEXT NOT NULL REFERENCES pictures(sha256),
  person TEXT NOT NULL,
  instruction TEXT NOT NULL DEFAULT '',
  delivery TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'confirmed', 'dropped')),
  created_at TEXT NOT NULL
) STRICT;
"""
