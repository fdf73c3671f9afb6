"""The routes of the API, one table a subject."""
