"""A picture as files of exact sizes."""
