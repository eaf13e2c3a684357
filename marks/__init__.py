"""Marks that a picture's file carries about its making, written and read the same by every program. Imports none of them."""
