"""When a file was taken, as its name or its date tells where its content is silent. It opens no file."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import PurePath
from zoneinfo import ZoneInfo

from hexameter.contracts.records import FileSample, ImportOptions
from hexameter.errors import MissingCaptureTime

_RUN = re.compile(r"(\d{4})-(\d{2})-(\d{2})[_T](\d{2})-(\d{2})-(\d{2})(?:-(\d{3}))?")
_UNIX = re.compile(r"(?<!\d)(1[4-9]\d{8}|[23]\d{9})(\d{3})?(?!\d)")


def in_name(sample: FileSample) -> datetime | None:
    """The instant in a file's or its zip's name: 2026-05-20_10-25-15-301 (UTC), or Unix seconds or milliseconds.

    Example in_name(dataset_tiktok-scraper_2026-05-20_10-25-15-301.json) -> 2026-05-20T10:25:15.301Z
    """
    for name in (sample.name, *reversed(PurePath(sample.origin).parts[-3:])):
        found = _RUN.search(name)
        if found:
            year, month, day, hour, minute, second, thousandth = (int(g or 0) for g in found.groups())
            try:
                return datetime(year, month, day, hour, minute, second, thousandth * 1000, tzinfo=UTC)
            except ValueError:
                continue
        number = _UNIX.search(name)
        if number:
            return datetime.fromtimestamp(int(number.group(1)) + int(number.group(2) or 0) / 1000, UTC)
    return None


def told(sample: FileSample, options: ImportOptions) -> datetime | None:
    """`--captured-at`, else the instant in the name, else None."""
    return options.captured_at or in_name(sample)


def export_day(sample: FileSample, options: ImportOptions) -> date:
    """The local day a file was exported: `--captured-at`, else its name, else the day it was written.

    Raises  MissingCaptureTime  none of them is known
    """
    moment = told(sample, options) or sample.modified_at
    if moment is None:
        raise silent(sample)
    return moment.astimezone(ZoneInfo(options.tz)).date()


def silent(sample: FileSample) -> MissingCaptureTime:
    """The error for a file that does not say when it was taken."""
    return MissingCaptureTime(
        f"'{sample.name}' does not say when its numbers were read.",
        field="captured_at",
        hint="Say when, with --captured-at 2026-02-28T12:00:00Z.",
    )
