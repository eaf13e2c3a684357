"""A product that could not be told from its background waits until somebody paints it."""

SCRIPT = """
-- 1: nobody has said yet where the product is, and `cutout` is its whole picture.
ALTER TABLE products ADD COLUMN whole INTEGER NOT NULL DEFAULT 0 CHECK (whole IN (0, 1));
"""
