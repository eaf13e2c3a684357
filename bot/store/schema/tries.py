"""How often a background job was begun, and the file that is about to be shown: what a crash cut off ends once."""

SCRIPT = """
ALTER TABLE background_jobs ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
-- Slack's id of the file that the event is to show; NULL once it does.
ALTER TABLE seen_events ADD COLUMN file TEXT;
"""
