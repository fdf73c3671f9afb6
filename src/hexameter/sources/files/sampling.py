"""An unpacked UTF-8 text, Parquet or XLSX file as a sample: its container, found by content, and its columns. It recognises no format."""

from __future__ import annotations

from pathlib import Path

from hexameter.contracts.records import FileSample
from hexameter.errors import BadFile, UnknownFormat
from hexameter.sources.files import decoding, delimited, frames, json_head, workbook

_HEAD = 64 * 1024


def sampled(kind: str, path: Path, name: str) -> FileSample:
    """An unpacked file as a sample.

    In      kind  parquet, xlsx or text
    Raises  BadFile        damaged, nothing but blanks, a header without an end
            UnknownFormat  text that is no table
    """
    if kind == "parquet":
        return FileSample(path=path, name=name, kind=kind, columns=frames.parquet_columns(path, name), head="")
    if kind == "xlsx":
        return FileSample(path=path, name=name, kind=kind, columns=workbook.columns(path, name), head="")
    return _of_text(path, name)


def _of_text(path: Path, name: str) -> FileSample:
    """A file of UTF-8 text, by its beginning."""
    with path.open("rb") as file:
        head = file.read(_HEAD).decode("utf-8-sig", errors="ignore")
    if not head.strip():
        raise BadFile(f"'{name}' holds nothing but blanks.")
    kind = _text_kind(path, head, name)
    if kind in ("json", "ndjson"):
        columns = json_head.key_paths(_long_head(path), lines=kind == "ndjson")
    else:
        if "\n" not in head and path.stat().st_size > _HEAD:
            raise BadFile(f"the first line of '{name}' is longer than 64 KiB: it is no header of a table.")
        columns = delimited.header_of(head)
    return FileSample(path=path, name=name, kind=kind, columns=columns, head=head[:_HEAD])


def _long_head(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(16 * _HEAD).decode("utf-8-sig", errors="ignore")


def _text_kind(path: Path, head: str, name: str) -> str:
    first = head.lstrip()[:1]
    if first == "[":
        return "json"
    if first == "{":
        return "ndjson" if _many_objects(path) else "json"
    if first == "<":
        raise UnknownFormat(
            f"'{name}' is a web page or XML, not a table. Use the export button of the site, as CSV, JSON or XLSX.", value=name
        )
    return "tsv" if delimited.separator_of(head) == "\t" else "csv"


def _many_objects(path: Path) -> bool:
    """One object a line, rather than one document: the first line closes and another opens."""
    with path.open("rb") as file:
        line = file.readline(decoding.LINE_LIMIT).lstrip(b"\xef\xbb\xbf").strip()
        while not line and (more := file.readline(decoding.LINE_LIMIT)):
            line = more.strip()
        if not line.endswith(b"}"):
            return False
        for _ in range(1_000):
            more = file.readline(64)
            if not more:
                return False
            if more.strip():
                return more.lstrip().startswith(b"{")
    return False
