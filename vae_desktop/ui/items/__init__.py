"""Own pyqtgraph items: what the library draws too slowly or not at all."""
