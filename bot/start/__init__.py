"""The start: the one place that wires everything. Nothing imports it but the program itself."""
