"""The brand's step: kits and what they added, drift from a palette, errands such as deliveries, products cut out."""

SCRIPT = """
-- How a channel's pictures should look; the last row is in force.
CREATE TABLE brand_kits (
  id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL REFERENCES channels(id),
  palette TEXT NOT NULL CHECK (json_valid(palette)),
  always TEXT NOT NULL,
  style TEXT NOT NULL,
  refused TEXT NOT NULL CHECK (json_valid(refused)),
  aspect TEXT NOT NULL DEFAULT '',
  tolerance REAL NOT NULL CHECK (tolerance > 0),
  set_by TEXT NOT NULL,
  set_at TEXT NOT NULL
) STRICT;
CREATE INDEX brand_kits_by_channel ON brand_kits(channel, id);

-- What a kit added to a brief's prompt, so that its pictures can be made again.
CREATE TABLE brief_brands (
  brief TEXT PRIMARY KEY REFERENCES briefs(id),
  kit INTEGER NOT NULL REFERENCES brand_kits(id),
  added TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- How far a picture is from a kit's palette, in CIEDE2000.
CREATE TABLE drift (
  version INTEGER NOT NULL REFERENCES versions(id),
  kit INTEGER NOT NULL REFERENCES brand_kits(id),
  distance REAL NOT NULL CHECK (distance >= 0),
  colours TEXT NOT NULL CHECK (json_valid(colours)),
  PRIMARY KEY (version, kit)
) STRICT, WITHOUT ROWID;

-- Work of the bot's own that needs no engine: deliveries and drift charts.
CREATE TABLE errands (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('deliver', 'drift')),
  channel TEXT NOT NULL REFERENCES channels(id),
  person TEXT NOT NULL,
  wish TEXT NOT NULL CHECK (json_valid(wish)),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
  delivery TEXT NOT NULL UNIQUE,
  failure TEXT,
  created_at TEXT NOT NULL,
  finished_at TEXT
) STRICT;
CREATE INDEX errands_waiting ON errands(id) WHERE state = 'waiting';

-- A product that somebody uploaded, cut out of its picture.
CREATE TABLE products (
  id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL REFERENCES channels(id),
  person TEXT NOT NULL,
  name TEXT NOT NULL,
  cutout TEXT NOT NULL REFERENCES pictures(sha256),
  delivery TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX products_by_person ON products(channel, person, id);

-- Backgrounds asked for around a product; `brief` holds them once they are confirmed.
CREATE TABLE backgrounds (
  id INTEGER PRIMARY KEY,
  product INTEGER NOT NULL REFERENCES products(id),
  person TEXT NOT NULL,
  prompts TEXT NOT NULL CHECK (json_valid(prompts)),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'started', 'dropped')),
  brief TEXT UNIQUE REFERENCES briefs(id),
  delivery TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL,
  CHECK ((state = 'started') = (brief IS NOT NULL))
) STRICT;
"""
