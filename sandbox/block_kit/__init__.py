"""Block Kit and text as Slack checks and writes them. Pure: knows no workspace."""
