"""What is put on paper, each kind by its own module, which is loaded when it is first asked for. It decides nothing about content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Printed:
    """A services.house.Prints."""

    def brief(self, preview: Mapping[str, Any], language: str) -> bytes:
        """A brief as a PDF."""
        from hexameter.views.reports.brief_pdf import brief_pdf

        return brief_pdf(preview, language)
