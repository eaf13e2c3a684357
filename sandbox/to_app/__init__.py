"""What reaches the app: events with retries, commands and interactions, over Socket Mode or signed HTTP."""
