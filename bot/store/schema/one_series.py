"""Backgrounds around a product are a series like the others, in its table; both keep the names that were given out."""

SCRIPT = """
-- What was asked for; `brief` holds the pictures once it is confirmed. `items` is what each picture is to be.
CREATE TABLE all_series (
  id INTEGER PRIMARY KEY,
  -- series:5, or backgrounds:3 around a product: what its buttons, messages and jobs call it.
  key TEXT NOT NULL UNIQUE,
  channel TEXT NOT NULL REFERENCES channels(id),
  person TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('stress', 'table', 'product')),
  title TEXT NOT NULL,
  negative_prompt TEXT NOT NULL,
  items TEXT NOT NULL CHECK (json_valid(items)),
  product INTEGER REFERENCES products(id),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'stopped', 'dropped')),
  brief TEXT UNIQUE REFERENCES briefs(id),
  shown INTEGER NOT NULL DEFAULT 0 CHECK (shown >= 0),
  -- Of its contact sheet, from 0; and how many of its pictures were in Pro when it was shown: -1 where neither is known.
  page INTEGER NOT NULL DEFAULT 0,
  in_pro INTEGER NOT NULL DEFAULT 0,
  event_id TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL,
  CHECK ((state IN ('waiting', 'dropped')) = (brief IS NULL)),
  CHECK ((kind = 'product') = (product IS NOT NULL))
) STRICT;
INSERT INTO all_series (id, key, channel, person, kind, title, negative_prompt, items, state, brief, shown, in_pro,
                        event_id, created_at)
  SELECT id, 'series:' || id, channel, person, kind, title, negative_prompt, items, state, brief, shown, -1,
         event_id, created_at FROM series;
-- Numbers go on behind both, so that no new key is an old one.
INSERT INTO all_series (id, key, channel, person, kind, title, negative_prompt, items, product, state, brief, shown,
                        event_id, created_at)
  SELECT (SELECT coalesce(max(id), 0) FROM series) + backgrounds.id, 'backgrounds:' || backgrounds.id,
         products.channel, backgrounds.person, 'product', products.name, '',
         (SELECT json_group_array(json_object(
                   'name', printf('background-%02d', one.key + 1), 'prompt', coalesce(versions.prompt, one.value),
                   'label', '', 'variant', '', 'seed', coalesce(briefs.seed, 1000 * backgrounds.id) + one.key,
                   'aspect', json_array(pictures.width, pictures.height)))
            FROM json_each(backgrounds.prompts) AS one
            LEFT JOIN versions ON versions.brief = backgrounds.brief AND versions.kind = 'cell'
                              AND versions.number = one.key + 1),
         backgrounds.product,
         CASE WHEN backgrounds.brief IS NULL THEN backgrounds.state
              WHEN EXISTS (SELECT 1 FROM jobs WHERE jobs.brief = backgrounds.brief AND tier = 'draft'
                           AND state IN ('queued', 'running')) THEN 'running' ELSE 'done' END,
         backgrounds.brief,
         backgrounds.brief IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM jobs WHERE jobs.brief = backgrounds.brief AND tier = 'draft'
                           AND state IN ('queued', 'running')),
         backgrounds.event_id, backgrounds.created_at
    FROM backgrounds JOIN products ON products.id = backgrounds.product
    JOIN pictures ON pictures.sha256 = products.cutout
    LEFT JOIN briefs ON briefs.id = backgrounds.brief;
DROP TABLE series;
DROP TABLE backgrounds;
ALTER TABLE all_series RENAME TO series;
CREATE INDEX series_by_time ON series(created_at);
CREATE INDEX series_unshown ON series(id) WHERE brief IS NOT NULL AND shown = 0;
"""
