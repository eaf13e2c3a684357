"""A brief may be drawn from a picture, in a named style; it says in words how it differs from the one it follows."""

SCRIPT = """
-- The picture that the drafts start from, as it came; NULL: they start from nothing.
ALTER TABLE briefs ADD COLUMN reference TEXT REFERENCES pictures(sha256);
-- What that picture is called, and what it is to the drafts: something to be like, or a cell that is varied;
-- of an import, the picture that was brought in.
ALTER TABLE briefs ADD COLUMN reference_name TEXT NOT NULL DEFAULT '';
ALTER TABLE briefs ADD COLUMN reference_use TEXT NOT NULL DEFAULT ''
  CHECK (reference_use IN ('', 'like', 'subtle', 'strong', 'import'));
-- How far from it they may go; 0 without one.
ALTER TABLE briefs ADD COLUMN strength_percent INTEGER NOT NULL DEFAULT 0
  CHECK (strength_percent BETWEEN 0 AND 100);
ALTER TABLE briefs ADD COLUMN style TEXT NOT NULL DEFAULT '';
-- The style's words when the brief was opened: styles may change, briefs do not.
ALTER TABLE briefs ADD COLUMN style_words TEXT NOT NULL DEFAULT '';
-- What a person changed against the brief that this one follows, in words.
ALTER TABLE briefs ADD COLUMN told TEXT NOT NULL DEFAULT '';
-- The picture that a version was drawn from, where that is no version of the same brief.
ALTER TABLE versions ADD COLUMN reference TEXT REFERENCES pictures(sha256);

-- Styles that a channel saved, beside those that everybody has.
CREATE TABLE channel_styles (
  channel TEXT NOT NULL REFERENCES channels(id),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 30),
  words TEXT NOT NULL CHECK (length(words) BETWEEN 1 AND 300),
  set_by TEXT NOT NULL,
  set_at TEXT NOT NULL,
  PRIMARY KEY (channel, name)
) STRICT, WITHOUT ROWID;
"""
