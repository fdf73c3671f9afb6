"""Passwords: argon2id, the ones that everybody tries first, and the same patience for accounts that are not there."""

from __future__ import annotations

import functools
import gzip
import secrets
import threading
from pathlib import Path
from typing import Any

from hexameter.errors import BadValue

SHORTEST, LONGEST = 8, 512
_LIST = Path(__file__).parent / "common_passwords.txt.gz"
_OURS = frozenset({"hexameter", "hexameter1", "hexameter123"})
_DOOR = threading.Semaphore(2)  # each takes 64 MiB


def make_hash(password: str) -> str:
    """The password as it is kept."""
    with _DOOR:
        return str(_hasher().hash(password))


def matches(known: str | None, password: str) -> bool:
    """Whether it is the password; takes as long for an account that is not there (None or "")."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with _DOOR:
        try:
            return bool(_hasher().verify(known or _nobody(), password[:LONGEST])) and bool(known)
        except (VerificationError, InvalidHashError):
            return False


def check_password(password: str, login: str) -> None:
    """Refuse what will not do.

    Raises  BadValue  too short or long, the login itself, one of the 3,000 most common
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadValue(f"The password has {len(password)} signs; expected {SHORTEST} to {LONGEST}.", field="password")
    plain = password.casefold()
    if plain in common() or plain in (login, login.partition("@")[0]) or len(set(password)) < 4:
        raise BadValue("This password is one of the first anybody would try.", field="password", hint="Choose another, like four words.")


@functools.cache
def common() -> frozenset[str]:
    """The 3,000 most common passwords of eight signs or more, and our own name; from zxcvbn (MIT), see the list's first lines."""
    lines = gzip.decompress(_LIST.read_bytes()).decode("utf-8").splitlines()
    return _OURS | {line for line in lines if not line.startswith("#")}


@functools.cache
def _hasher() -> Any:
    from argon2 import PasswordHasher

    return PasswordHasher()  # argon2id, 64 MiB, 3 passes


@functools.cache
def _nobody() -> str:
    return str(_hasher().hash(secrets.token_urlsafe(16)))
