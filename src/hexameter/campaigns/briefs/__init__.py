"""Briefs: what a creator is asked for, version by version."""
