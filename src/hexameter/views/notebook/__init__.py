"""The Python API for notebooks: open a home, ask for numbers, get objects that convert and display themselves. It computes no number."""
