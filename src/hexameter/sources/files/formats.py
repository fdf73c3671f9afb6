"""The formats Hexameter reads, in the order they are tried, and how a file finds its own. It parses nothing."""

from __future__ import annotations

from collections.abc import Mapping

from hexameter.contracts.protocols import Format
from hexameter.contracts.records import FileSample
from hexameter.errors import UnknownFormat, did_you_mean
from hexameter.sources.files import (
    ads_report,
    apify,
    creative_center,
    derivative_tables,
    download_your_data,
    drawrowfly,
    research_api,
    tiktok_studio,
    web_items,
    ytdlp,
)
from hexameter.sources.files.table import Table

FORMATS: tuple[Format, ...] = (
    tiktok_studio.FORMAT,
    web_items.FORMAT,
    apify.FORMAT,
    ytdlp.FORMAT,
    drawrowfly.FORMAT,
    research_api.FORMAT,
    download_your_data.FORMAT,
    ads_report.FORMAT,
    creative_center.FORMAT,
    *derivative_tables.FORMATS,
    Table(),  # last: it takes whatever has the columns
)


def detect(sample: FileSample, name: str | None = None, columns: Mapping[str, str] | None = None) -> Format:
    """The format of a file: the named one, else the first that recognises its content; --map makes any table the canonical one.

    In      columns  what --map says, if anything

    Raises  UnknownFormat  no format of that name, or none recognises the file: what was looked for and what was found
    """
    if name is not None:
        return _named(name)
    if columns:
        return _named(Table.name)
    found = next((f for f in FORMATS if f.matches(sample)), None)
    if found is None:
        hint = "Name its columns with --map, like --map views=COLUMN, or see: hexameter formats."
        raise UnknownFormat(_nothing_fits(sample), value=sample.name, hint=hint)
    return found


def _named(name: str) -> Format:
    found = next((f for f in FORMATS if f.name == name), None)
    if found is None:
        raise UnknownFormat(f"unknown format '{name}'.", field="format", value=name, hint=did_you_mean(name, [f.name for f in FORMATS]))
    return found


def _nothing_fits(sample: FileSample) -> str:
    found = ", ".join(sample.columns[:12]) or "nothing that names columns"
    more = f" and {len(sample.columns) - 12} more" if len(sample.columns) > 12 else ""
    looked = "; ".join(f"{f.name} ({f.title})" for f in FORMATS)
    return f"'{sample.name}' is of no known format. Found, as {sample.kind}: {found}{more}. Looked for: {looked}."
