"""Accounts as the views see them. The desk keeps them; see campaigns.people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hexameter.campaigns.access.api_tokens import SCOPES, ApiToken
from hexameter.campaigns.access.tables import ROLES
from hexameter.campaigns.people import CSRF_LENGTH, LOCK, Locked, People, Session, WrongPassword, csrf_of

if TYPE_CHECKING:
    from hexameter.services.house import House

__all__ = ["CSRF_LENGTH", "LOCK", "ROLES", "SCOPES", "ApiToken", "Locked", "People", "Session", "WrongPassword", "csrf_of", "people_of"]


def people_of(house: House) -> People:
    """The accounts of this home."""
    return house.desk.people
