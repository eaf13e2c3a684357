"""What a fix in the editor made, until somebody uses it or not. Every version is kept; only those in use are shown."""

SCRIPT = """
CREATE TABLE staged_versions (
  version INTEGER PRIMARY KEY REFERENCES versions(id),
  person TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'used', 'discarded')),
  -- of the last change
  at TEXT NOT NULL
) STRICT;
CREATE INDEX staged_versions_by_person ON staged_versions(person) WHERE state = 'waiting';

-- Versions that are part of their thread.
CREATE VIEW shown_versions AS
  SELECT * FROM versions WHERE id NOT IN (SELECT version FROM staged_versions WHERE state <> 'used');
"""
