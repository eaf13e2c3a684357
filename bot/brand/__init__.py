"""A channel's palette and words, and how far its pictures drift from them."""
