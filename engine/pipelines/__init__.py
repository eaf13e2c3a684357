"""diffusers' pipelines: loading, families, placement on devices, estimates of unfinished pictures."""
