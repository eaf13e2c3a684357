"""Draftroom's figures, measured side by side with their peers: `make bench`. Each row is one idea in `bench/rows/`.

A row measures ours and the peer in turns in one process, after a warm-up, on the same weights, steps and threads.
"""
