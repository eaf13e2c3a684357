"""Pure pixels: reading and writing files, colour, crops and stitching, canvases, cut-outs."""
