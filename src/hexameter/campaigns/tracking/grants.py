"""A grant as sealed text and back. It asks no database."""

from __future__ import annotations

import json
from datetime import datetime

from hexameter.campaigns.tracking.vault import Vault
from hexameter.contracts.spelling import instant_text
from hexameter.contracts.tracking import Grant


def seal_grant(vault: Vault, grant: Grant, login: str, open_id: str) -> str:
    """A grant, encrypted and bound to its account.

    Raises  Unusable, BadValue  see Vault
    """
    plain = {
        "access_token": grant.access_token,
        "access_expires_at": _text(grant.access_expires_at),
        "refresh_token": grant.refresh_token,
        "refresh_expires_at": _text(grant.refresh_expires_at),
        "scopes": sorted(grant.scopes),
        "also": grant.also,
    }
    return vault.seal(json.dumps(plain), about=_about(login, open_id))


def open_grant(vault: Vault, sealed: str, login: str, open_id: str) -> Grant:
    """The grant that was sealed for this account.

    Raises  Unusable  see Vault
    """
    plain = json.loads(vault.open(sealed, about=_about(login, open_id)))
    return Grant(
        access_token=plain["access_token"],
        access_expires_at=_instant(plain["access_expires_at"]),
        refresh_token=plain["refresh_token"],
        refresh_expires_at=_instant(plain["refresh_expires_at"]),
        scopes=frozenset(plain["scopes"]),
        open_id=open_id,
        also=tuple(plain["also"]),
    )


def _about(login: str, open_id: str) -> str:
    return f"grant:{login}:{open_id}"


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else instant_text(moment)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
