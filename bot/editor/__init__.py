"""The image editor: a page that people reach by a signed link, and what a thread understands of marked pictures."""
