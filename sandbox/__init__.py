"""The practice workspace: a Slack-compatible server on localhost; it knows nothing of the bot or the engine."""
