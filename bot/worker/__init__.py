"""Runs what was committed: jobs at the engine, work in the background, and what follows from them."""
