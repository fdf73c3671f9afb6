"""Telling people: what is worth telling, to whom, and on its way until it arrives."""
