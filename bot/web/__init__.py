"""Pages that the bot serves itself: one site, on a port of its own, reached by signed links."""
