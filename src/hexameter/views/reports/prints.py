"""What is put on paper, each kind by its own module, which is loaded when it is first asked for. It decides nothing about content."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any


class Printed:
    """A services.house.Prints."""

    def brief(self, preview: Mapping[str, Any], language: str) -> bytes:
        """A brief as a PDF."""
        from hexameter.views.reports.brief_pdf import brief_pdf

        return brief_pdf(preview, language)

    def qr(self, text: str, kind: str) -> bytes:
        """A QR code, svg or png; a quarter of it may be soiled or covered."""
        import segno

        picture = io.BytesIO()
        segno.make(text, error="q", micro=False).save(
            picture, kind=kind, scale=10, border=4, light="white"
        )  # 4 modules of quiet zone: ISO/IEC 18004
        return picture.getvalue()
