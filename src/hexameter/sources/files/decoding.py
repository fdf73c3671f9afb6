"""Bytes become UTF-8 text: encoding, hash and longest line of a file in one streaming pass. It parses nothing."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from hexameter.errors import BadFile, UnknownFormat

LINE_LIMIT = 64 * 1024 * 1024  # bytes; no table has a longer one

_BLOCK = 4 * 1024 * 1024
_BOMS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13})
_BINARY_SHARE = 0.02  # of control characters in the head; a NUL inside a user's name is real


@dataclass(frozen=True)
class Scan:
    """What one pass over a file found.

    encoding   utf-8, utf-16-le, utf-16-be or cp1252
    sha256     of the bytes on disk, hex
    old_lines  lines end in a bare carriage return
    """

    encoding: str
    sha256: str
    old_lines: bool = False


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes, streaming."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def encoding_of(start: bytes, name: str) -> str:
    """The encoding its first bytes announce: UTF-16 by BOM, else UTF-8 until proved wrong.

    Raises  UnknownFormat  the bytes are no text
    """
    for bom, encoding in _BOMS:
        if start.startswith(bom):
            return encoding
    controls = len(start) - len(start.translate(None, _CONTROLS))
    if controls > max(_BINARY_SHARE * len(start), 1 if len(start) < 100 else 2):
        raise UnknownFormat(f"'{name}' is a binary file, not a table. Expected CSV, TSV, JSON, NDJSON, Parquet or XLSX.", value=name)
    return "utf-8"


def scan(path: Path, name: str, guess: str, line_limit: int | None) -> Scan:
    """Hash, true encoding and longest line of a file, with one block in memory.

    Raises  BadFile  a line longer than `line_limit` bytes, or a UTF-16 text cut short
    """
    digest = hashlib.sha256()
    lines = _Lines(name, line_limit)
    decoder = codecs.getincrementaldecoder(guess)("strict")
    encoding = guess
    for block in _hashed(path, digest):
        lines.see(block)
        if encoding == guess and not _decodes(decoder, block):
            encoding = _fallback(guess, name)
    if encoding == guess and not _decodes(decoder, b"", final=True):
        encoding = _fallback(guess, name)
    return Scan(encoding, digest.hexdigest(), lines.old)


def _hashed(path: Path, digest: hashlib._Hash) -> Iterator[bytearray]:
    """The blocks of a file, each valid until the next is asked for, while a thread beside hashes them."""
    held, free = bytearray(_BLOCK), bytearray(_BLOCK)  # used in turn: fresh memory costs as much as reading
    with path.open("rb", buffering=0) as file, ThreadPoolExecutor(1) as beside:
        hashed: Future[None] | None = None
        while filled := file.readinto(held):
            block = held if filled == _BLOCK else held[:filled]
            if hashed is not None:
                hashed.result()
            hashed = beside.submit(digest.update, block)
            yield block
            held, free = free, held
        if hashed is not None:
            hashed.result()


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes | bytearray, final: bool = False) -> bool:
    if block.isascii() and isinstance(decoder, codecs.BufferedIncrementalDecoder) and not decoder.buffer and block:
        return True
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _fallback(guess: str, name: str) -> str:
    if guess != "utf-8":
        raise BadFile(f"'{name}' starts as {guess.upper()} text but is damaged or cut short. Export it again as UTF-8.")
    return "cp1252"


class _Lines:
    """Watches the length of lines over the blocks of a file."""

    def __init__(self, name: str, limit: int | None) -> None:
        self.name = name
        self.limit = limit
        self.length = 0
        self.newlines = self.returns = False

    @property
    def old(self) -> bool:
        return self.returns and not self.newlines

    def see(self, block: bytes | bytearray) -> None:
        ends = block.rfind(b"\n")
        self.newlines = self.newlines or ends >= 0
        if not self.newlines:
            ends = max(ends, block.rfind(b"\r"))
            self.returns = self.returns or ends >= 0
        self.length = len(block) - ends - 1 if ends >= 0 else self.length + len(block)
        if self.limit is not None and self.length > self.limit:
            limit = self.limit // (1024 * 1024)
            raise BadFile(
                f"'{self.name}' holds a line longer than {limit} MiB; no table has one. It may be another kind of file, or damaged."
            )


def as_utf8(path: Path, room: Path, found: Scan, always: bool = False) -> Path:
    """The file itself when it is plain UTF-8, else (or `always`) a decoded copy without BOM in `room`."""
    if found.encoding == "utf-8" and not found.old_lines and not always:
        return path
    copy = room / f"utf8-{len(list(room.iterdir()))}"
    with copy.open("wb") as out:
        for text in _decoded(path, found.encoding):
            out.write((text.replace("\r", "\n") if found.old_lines else text).encode("utf-8"))
    return copy


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    first = True
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            text = decoder.decode(block)
            yield text.removeprefix("\ufeff") if first else text
            first = False
    yield decoder.decode(b"", True)
