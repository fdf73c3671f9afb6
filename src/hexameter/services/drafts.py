"""Files of drafts: what they are by their first bytes, kept below the home under their digest. It decides no approval."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from hexameter.errors import BadFile, Unusable

LARGEST = 200 * 1024 * 1024
MOST = 20  # files of one deliverable: whoever has a creator's link must not fill the disk
FOLDER = "drafts"
_FTYP = {
    b"qt  ": ("video/quicktime", "mov"),
    b"heic": ("image/heic", "heic"),
    b"mif1": ("image/heic", "heic"),
    b"avif": ("image/avif", "avif"),
}
_BEGINS = (
    (b"\x1aE\xdf\xa3", "video/webm", "webm"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"GIF87a", "image/gif", "gif"),
    (b"GIF89a", "image/gif", "gif"),
    (b"%PDF-", "application/pdf", "pdf"),
)
_KINDS = "a video (MP4, MOV, WebM), a picture (JPEG, PNG, GIF, WebP, HEIC, AVIF) or a PDF"


def kind_of(path: Path) -> tuple[str, str]:
    """Media type and ending of a file by its first bytes; its name counts for nothing.

    Raises  BadFile  it is nothing a draft may be
    """
    with path.open("rb") as file:
        head = file.read(16)
    if head[4:8] == b"ftyp":
        return _FTYP.get(head[8:12], ("video/mp4", "mp4"))
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp", "webp"
    for begins, media_type, ending in _BEGINS:
        if head.startswith(begins):
            return media_type, ending
    raise BadFile(f"{path.name} is no draft by its content.", field="file", value=path.name, hint=f"Hand in {_KINDS}, or a link.")


def keep(home: Path, path: Path) -> tuple[str, str, int]:
    """Copy a file into the home under its digest, whole or not at all: name, sha256, bytes.

    Raises  BadFile  no file, too large, or of a kind no draft has; Unusable  the disk does not take it
    """
    folder = home / FOLDER
    try:
        if not path.is_file() or path.is_symlink() or path.stat().st_size > LARGEST:
            raise BadFile(f"{path.name} is not a file of at most {LARGEST // 1024**2} MB.", field="file", value=str(path))
        kind_of(path)
        folder.mkdir(parents=True, exist_ok=True)
        digest, size, beside = hashlib.sha256(), 0, folder / f".{os.getpid()}.{os.urandom(8).hex()}.part"
        try:
            with path.open("rb") as source, beside.open("wb") as target:
                while part := source.read(1 << 20):
                    digest.update(part)
                    size += target.write(part)
            os.replace(beside, folder / digest.hexdigest())
        finally:
            beside.unlink(missing_ok=True)
    except OSError as problem:
        raise Unusable(f"{path.name} cannot be kept: {problem.strerror}.", field="file") from problem
    return path.name[:200], digest.hexdigest(), size


def drop(home: Path, digests: Iterable[str]) -> int:
    """Remove kept files; how many were there."""
    gone = 0
    for digest in digests:
        with suppress(FileNotFoundError):
            (home / FOLDER / digest).unlink()
            gone += 1
    return gone
