"""The care of the lake: joining small files, removing old ones, erasing a person. How each is done is the lake's business."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hexameter.services.house import House


class Upkeep:
    """Every verb over the lake's files; each says what it did."""

    def __init__(self, house: House) -> None:
        self._house = house
