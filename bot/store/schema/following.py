"""A brief may follow another one: drawn again from a new seed, or with its prompt changed."""

SCRIPT = """
ALTER TABLE briefs ADD COLUMN follows TEXT REFERENCES briefs(id);
-- How it differs from the brief that it follows: '', 'again' or 'prompt'.
ALTER TABLE briefs ADD COLUMN change TEXT NOT NULL DEFAULT '' CHECK (change IN ('', 'again', 'prompt'));
CREATE INDEX briefs_by_followed ON briefs(follows) WHERE follows IS NOT NULL;
"""
