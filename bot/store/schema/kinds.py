"""What a brief is stands in a column of its own, and no longer in the beginning of its source key."""

SCRIPT = """
ALTER TABLE briefs ADD COLUMN kind TEXT NOT NULL DEFAULT 'draft'
  CHECK (kind IN ('draft', 'import', 'paint', 'series', 'backgrounds'));
UPDATE briefs SET kind = 'import' WHERE source_key LIKE 'import:%';
UPDATE briefs SET kind = 'paint' WHERE source_key LIKE 'paint:%';
UPDATE briefs SET kind = 'series' WHERE id IN (SELECT brief FROM series WHERE brief IS NOT NULL);
UPDATE briefs SET kind = 'backgrounds' WHERE id IN (SELECT brief FROM backgrounds WHERE brief IS NOT NULL);
"""
