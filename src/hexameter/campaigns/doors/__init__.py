"""Doors: links that open one thing to somebody without an account."""
