"""The way to the engine: the Images API, as a client."""
