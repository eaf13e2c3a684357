"""App Home, finding a brief again, and the guide."""
