"""How a channel works: who approves, when to say that it drags on, defaults; and what follows from that for a brief."""

SCRIPT = """
-- A channel's settings; the last row is in force, and a channel without one has the defaults.
CREATE TABLE policies (
  id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL REFERENCES channels(id),
  needed INTEGER NOT NULL CHECK (needed BETWEEN 1 AND 5),
  who TEXT NOT NULL CHECK (who IN ('anyone', 'people', 'group')),
  people TEXT NOT NULL CHECK (json_valid(people)),
  user_group TEXT NOT NULL,
  user_group_handle TEXT NOT NULL,
  author_may INTEGER NOT NULL CHECK (author_may IN (0, 1)),
  emoji TEXT NOT NULL,
  exit_minutes INTEGER NOT NULL CHECK (exit_minutes >= 0),
  exit_pictures INTEGER NOT NULL CHECK (exit_pictures >= 0),
  exit_rerolls INTEGER NOT NULL CHECK (exit_rerolls >= 0),
  advice INTEGER NOT NULL CHECK (advice IN (0, 1)),
  cells INTEGER NOT NULL CHECK (cells BETWEEN 1 AND 9),
  aspect_width INTEGER NOT NULL CHECK (aspect_width > 0),
  aspect_height INTEGER NOT NULL CHECK (aspect_height > 0),
  set_by TEXT NOT NULL,
  set_at TEXT NOT NULL,
  CHECK ((who = 'group') = (user_group <> ''))
) STRICT;
CREATE INDEX policies_by_channel ON policies(channel, id);

-- A picture that has some of the approvals that it needs: the message that counts them will show its render.
CREATE TABLE ballots (
  job TEXT PRIMARY KEY,
  version INTEGER NOT NULL REFERENCES versions(id),
  open INTEGER NOT NULL CHECK (open IN (0, 1)),
  created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_open_ballot ON ballots(version) WHERE open = 1;

-- What was said once about a brief and all that follows it; `brief` is the first of them.
CREATE TABLE exits (
  brief TEXT NOT NULL REFERENCES briefs(id),
  kind TEXT NOT NULL CHECK (kind IN ('time', 'pictures', 'rerolls', 'stopped')),
  at TEXT NOT NULL,
  PRIMARY KEY (brief, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX briefs_by_time ON briefs(created_at);

-- Briefs whose one picture somebody approved beforehand, by a button that said what it costs.
CREATE TABLE straights (
  brief TEXT PRIMARY KEY REFERENCES briefs(id),
  person TEXT NOT NULL,
  done INTEGER NOT NULL CHECK (done IN (0, 1)),
  created_at TEXT NOT NULL
) STRICT;
"""
