"""The domain: briefs, cells, approvals, fixes and the rules between them. Knows neither Slack nor HTTP."""
