"""How the bot speaks to Slack: Block Kit builders, files, people, and the outbox that posts exactly what was committed."""
