"""Deliverables: what a creator owes, drafts and comments."""
