"""Hexameter measures TikTok influence campaigns: six numbers, each with its receipt. Nothing heavy is imported here."""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"


def open(home: str | None = None, **settings: str) -> Any:
    """The home as a notebook sees it: `hexameter.open("~/tiktok").campaign("glowday").kpis()`.

    In      home      folder; None: $HEXAMETER_HOME, else the default
            settings  any setting by name, like engine="spark://host:7077"
    Raises  BadValue  settings that cannot be read
    """
    from hexameter.main import open_notebook

    return open_notebook(home, settings)
