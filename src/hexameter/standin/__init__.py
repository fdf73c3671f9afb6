"""A local TikTok: a simulated world and, later, the documented APIs over it.

It is for demos, tests and rehearsals; no number of a real campaign passes through here.
"""
