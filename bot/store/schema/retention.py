"""Pictures may be let go after a time: the row stays, since costs and versions refer to it, the file goes."""

SCRIPT = """
-- When its file was let go; empty while it is there.
ALTER TABLE pictures ADD COLUMN gone_at TEXT;
CREATE INDEX pictures_kept ON pictures(created_at) WHERE gone_at IS NULL;
"""
