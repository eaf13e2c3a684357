"""Series: many pictures asked for at once, as a stress test of one prompt or from a table."""

SCRIPT = """
-- What was asked; `brief` holds the pictures once it is confirmed. `items` is what each picture is to be.
CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL REFERENCES channels(id),
  person TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('stress', 'table')),
  title TEXT NOT NULL,
  negative_prompt TEXT NOT NULL,
  items TEXT NOT NULL CHECK (json_valid(items)),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'stopped', 'dropped')),
  brief TEXT UNIQUE REFERENCES briefs(id),
  shown INTEGER NOT NULL DEFAULT 0 CHECK (shown >= 0),
  delivery TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL,
  CHECK ((state IN ('waiting', 'dropped')) = (brief IS NULL))
) STRICT;
"""
