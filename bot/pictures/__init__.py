"""Pure pixels: masks, sheets, shapes, alignment, cropping. Knows nothing of briefs, Slack or money."""
