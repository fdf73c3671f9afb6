"""Hexameter measures TikTok influence campaigns: six numbers, each with its receipt. Nothing heavy is imported here."""

__version__ = "0.1.0"
