"""Measured documents become drawings: Vega-Lite specifications and small SVG. It measures nothing and asks nobody."""
