"""The engine's ways in: the OpenAI Images API over aiohttp, who may use it, and a cluster of engines."""
