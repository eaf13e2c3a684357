"""A brief that drags on hears so once, and is shown a way on."""
