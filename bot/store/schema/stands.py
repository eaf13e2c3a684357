"""Whether a product stands on its backgrounds with a shadow under it."""

SCRIPT = """
ALTER TABLE products ADD COLUMN shadow INTEGER NOT NULL DEFAULT 0;
"""
