"""Draftroom's mind: Slack surfaces, the workflow, the ledger and the summaries. It never imports torch."""
