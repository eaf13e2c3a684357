"""Several workspaces install the bot by OAuth; one that gives its token itself needs none of this."""
