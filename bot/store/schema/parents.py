"""Indexes for what was made of a picture and who approved it: asked after each commit of a brief that drags on."""

SCRIPT = """
CREATE INDEX jobs_by_parent ON jobs(parent) WHERE parent IS NOT NULL;
CREATE INDEX approvals_by_version ON approvals(version);
"""
