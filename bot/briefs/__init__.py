"""The nouns that every step shares: briefs, versions, people, what they are kept as and called."""
