"""What left the house and with which marks, how a channel labels it, and what was refused before it was drawn."""

SCRIPT = """
-- How a delivery says to people that a model made it: not at all, by a line in the message, by a label in the file.
ALTER TABLE policies ADD COLUMN label TEXT NOT NULL DEFAULT 'line' CHECK (label IN ('none', 'line', 'corner'));

-- Files that went out. A file in a zip has no row in `pictures`.
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL,
  version INTEGER NOT NULL REFERENCES versions(id),
  person TEXT NOT NULL,
  signed INTEGER NOT NULL CHECK (signed IN (0, 1)),
  -- 0 also where the picture was too plain to hold one
  watermarked INTEGER NOT NULL CHECK (watermarked IN (0, 1)),
  at TEXT NOT NULL
) STRICT;
CREATE INDEX deliveries_by_file ON deliveries(sha256);
CREATE INDEX deliveries_by_version ON deliveries(version);

-- What was asked for and not drawn; it has cost nothing.
CREATE TABLE refusals (
  id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL,
  person TEXT NOT NULL,
  term TEXT NOT NULL,
  reason TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;
"""
