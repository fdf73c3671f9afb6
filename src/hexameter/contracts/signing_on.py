"""Signing on by way of a provider the operator trusts: what goes out, what comes back. It names no protocol."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Departure:
    """Where the browser goes, and what its return is checked against."""

    address: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True)
class Identity:
    """Somebody the provider vouches for, by a verified e-mail address in small letters."""

    mail: str
    name: str


class SignOn(Protocol):
    """A provider."""

    def leave(self, redirect_uri: str) -> Departure:
        """Begin."""
        ...

    def arrive(self, code: str, redirect_uri: str, nonce: str, verifier: str) -> Identity:
        """End."""
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...
