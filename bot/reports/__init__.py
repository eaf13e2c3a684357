"""Reports of what was spent, by asset: one query, told as a message, a table for spreadsheets and a page."""
