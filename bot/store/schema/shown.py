"""How a channel shows its pictures, and which forms the workspace took last."""

SCRIPT = """
-- Whether a finished Pro render is shown in the channel, too: 1 or 0.
ALTER TABLE policies ADD COLUMN broadcast INTEGER NOT NULL DEFAULT 1 CHECK (broadcast IN (0, 1));
-- A grid as one picture or as a card for each; empty: as the operator has it.
ALTER TABLE policies ADD COLUMN grid_form TEXT NOT NULL DEFAULT '' CHECK (grid_form IN ('', 'sheet', 'cards'));
-- What the workspace said of a form of message the last time that it was sent.
CREATE TABLE forms_taken (
  form TEXT PRIMARY KEY,
  taken INTEGER NOT NULL CHECK (taken IN (0, 1)),
  at TEXT NOT NULL
) STRICT;
"""
