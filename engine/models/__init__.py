"""Models on this machine: which are here, what they need and permit, and how missing ones are fetched.

Knows profiles and the hub's HTTP interface; never imports torch.
"""
