"""Which models and settings serve each tier on which hardware. Never imports torch."""
