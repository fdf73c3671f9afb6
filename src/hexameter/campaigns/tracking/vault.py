"""Seals tokens before they reach the database, with a key that is never in it. It keeps no secret itself but the key."""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
import threading
from functools import cached_property
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hexameter.errors import BadValue, Unusable

KEY_FILE = "secret.key"
_SHORTEST = 32  # characters of a key that is no Fernet key: 128 bits even when written in hexadecimal


class Vault:
    """Seals and opens texts. The key is read, or made, when first needed."""

    def __init__(self, home: Path, key: str = "") -> None:
        """A vault.

        In      home  folder of the key file, used when no key is given
                key   the setting secret_key; several by comma: the first seals, every one opens (so keys can be exchanged)
        """
        self._home = home
        self._key = key
        self._lock = threading.Lock()

    def check(self) -> None:
        """Read or make the key now.

        Raises  Unusable, BadValue  it cannot be, is too short, or others can read it
        """
        self._fernets  # noqa: B018  the property reads it

    def seal(self, text: str, about: str = "") -> str:
        """A text, encrypted and bound to what it is about: it opens only for the same.

        Raises  Unusable, BadValue  the key cannot be read or made
        """
        return self._fernets.encrypt(json.dumps([about, text]).encode()).decode("ascii")

    def open(self, sealed: str, about: str = "") -> str:
        """The text that was sealed.

        Raises  Unusable  damaged, sealed with another key, or sealed for something else; BadValue  the key is none
        """
        try:
            bound, text = json.loads(self._fernets.decrypt(sealed.encode()))
        except (InvalidToken, ValueError):
            raise _closed("it is damaged or was sealed with another key") from None
        if bound != about:
            raise _closed("it was sealed for something else")
        return str(text)

    @property
    def _fernets(self) -> MultiFernet:
        with self._lock:
            return self._made

    @cached_property
    def _made(self) -> MultiFernet:
        texts = [part.strip() for part in self._key.split(",") if part.strip()]
        if texts:
            return MultiFernet([Fernet(_key_of(text)) for text in texts])
        path = self._home / KEY_FILE
        try:
            return MultiFernet([Fernet(_read_or_make(path))])
        except (ValueError, binascii.Error):
            raise Unusable(
                f"The key file {path} is damaged.", field="secret_key", hint="Restore it from a backup, or remove it and connect again."
            ) from None


def _closed(why: str) -> Unusable:
    hint = "Set secret_key, or restore the home's secret.key, as it was; else connect the account again."
    return Unusable(f"A stored secret cannot be opened: {why}.", field="secret_key", hint=hint)


def _key_of(text: str) -> bytes:
    """A Fernet key as it is; of any other long text, the key derived from it."""
    try:
        if len(base64.urlsafe_b64decode(text)) == 32:
            return text.encode()
    except (ValueError, binascii.Error):
        pass
    if len(text) < _SHORTEST:
        raise BadValue(
            f"secret_key has {len(text)} characters; expected at least {_SHORTEST}, chosen at random.",
            field="secret_key",
            hint="Make one, like: openssl rand -hex 32.",
        )
    return base64.urlsafe_b64encode(HKDF(SHA256(), 32, salt=None, info=b"hexameter desk").derive(text.encode()))


def _read_or_make(path: Path) -> bytes:
    try:
        if not path.exists():
            _make(path)
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise Unusable(f"Others can read the key file {path}.", field="secret_key", hint=f"Keep it to yourself: chmod 600 {path}.")
        return path.read_bytes().strip()
    except OSError as problem:
        raise Unusable(
            f"The key file {path} cannot be used: {problem.strerror}.", field="secret_key", hint="Mend its rights, or set secret_key."
        ) from None


def _make(path: Path) -> None:
    """Written whole beside it, then given its name: whoever comes second finds a whole key, and keeps to it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        try:
            os.write(file, Fernet.generate_key() + b"\n")
            os.fsync(file)
        finally:
            os.close(file)
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink(missing_ok=True)
