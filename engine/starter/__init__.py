"""The bundled starter model: its data, its recipe, its export. Nothing here is needed to serve it."""
