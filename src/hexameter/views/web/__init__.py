"""The web pages: server-rendered, from the same documents as every other view."""
