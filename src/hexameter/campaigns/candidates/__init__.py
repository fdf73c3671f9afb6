"""Candidates: who may work on a campaign, and how far each has come."""
