"""One region of a picture changes, and nothing else."""
