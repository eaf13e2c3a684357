"""Draftroom's local image engine: an OpenAI-Images server with tiers, priorities and exact masks.

It knows nothing of Slack, the bot or the practice workspace; they meet it over HTTP only.
"""

import os

# Said before transformers is imported: its notes on optional packages are nothing the person can act on.
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
# Said before torch is imported: threads that wait by spinning make every step wait for whatever else the machine
# does. On two busy cores this halves a step; on idle ones it costs nothing.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
