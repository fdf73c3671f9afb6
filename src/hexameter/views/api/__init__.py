"""The same verbs for programs: JSON over HTTP under /api/v1, with a token. It computes nothing and shows no page."""
