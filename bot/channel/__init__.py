"""A channel's settings: rules of approval, prototyping time, the hour of its summary."""
