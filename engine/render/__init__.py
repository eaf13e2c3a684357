"""What is to be painted and how each tier paints it; measures what it took."""
