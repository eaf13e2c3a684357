"""Many pictures at once: stress tests, tables of assets, their sheets and files."""
