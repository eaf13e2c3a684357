"""Words become a grid: the command and its form, references, styles, advice, again and variations."""
