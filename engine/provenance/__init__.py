"""What a picture says about its own making, where that is written, and how it is read back and checked."""
