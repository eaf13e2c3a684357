"""One product, left as it is, before many backgrounds."""
