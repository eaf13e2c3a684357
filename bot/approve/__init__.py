"""A number becomes a Pro render: who counts, what their voices lead to, and what is said of it."""
