"""Files become batches of the lake, each row accounted for: stored, duplicate or rejected with its reason. It parses nothing itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from hexameter.contracts.records import BatchInfo, Chunk, ImportOptions, Outcome
from hexameter.contracts.spelling import handle_of, instant_of, zone_of
from hexameter.errors import BadValue, HexameterError, UnknownFormat, Unusable, did_you_mean
from hexameter.services.ahead import Ahead
from hexameter.services.rejects import Rejects

if TYPE_CHECKING:
    from hexameter.contracts.protocols import Format, Progress
    from hexameter.contracts.records import FileSample
    from hexameter.services.house import Files, House, Opened

ALWAYS_SHOWN = ("post", "post_snapshot", "creator_snapshot")
PLAIN_TABLE = "table"
_EARLY_CHUNKS = 4  # some 60 MB each with the text they come from, made while the file is hashed and little else is in memory
_Found = tuple[str, Chunk]  # the name of the file inside, and a piece of it
_SUMMED = ("read", "duplicates", "conflicts", "rejected")


@dataclass(frozen=True)
class Wishes:
    """What the user said about the files, still as text: see `contracts.records.ImportOptions`."""

    format: str | None = None
    captured_at: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    creator: str | None = None
    tz: str | None = None


def collect(
    paths: Sequence[Path], wishes: Wishes, house: House, rejects_to: Path | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Import files, each as a batch of its own.

    In      rejects_to  a file for every reject, as NDJSON; the answer lists the first 1,000 only
            progress    where this import says how far it is; None: where the house does
    Out     of one file: file, batch, format, read, stored {table: n}, duplicates, conflicts, rejected, rejects, rejects_listed.
            Of several: the same figures summed, `failed`, and `files` with each file's own; a file that could not be read has
            `error` {kind, message, field, value, hint} instead, and the others are stored
    Raises  UserError  the options, or the only file
    """
    if not paths:
        raise BadValue("No file is named.", field="file", hint="Example: hexameter import readings.csv")
    options = options_of(wishes, house)
    with ExitStack() as stack:
        sink = stack.enter_context(_opened(rejects_to)) if rejects_to else None
        if len(paths) == 1:
            return _collect_one(paths[0], options, house, Rejects(sink), progress)
        return _together([_or_error(path, options, house, Rejects(sink, file=str(path))) for path in paths])


def describe_formats(files: Files) -> list[dict[str, str]]:
    """The formats there are, each in its own words: name, title, help, example, limits."""
    return [{part: str(getattr(f, part)) for part in ("name", "title", "help", "example", "limits")} for f in files.formats]


def options_of(wishes: Wishes, house: House) -> ImportOptions:
    """What the user said, checked.

    Raises  BadValue, UnknownFormat
    """
    tz = zone_of(wishes.tz or house.settings["timezone"])
    if wishes.format is not None:
        _known_format(wishes.format, house.files)
    return ImportOptions(
        captured_at=None if wishes.captured_at is None else instant_of(wishes.captured_at, "captured_at", tz),
        columns=dict(wishes.columns),
        creator=None if wishes.creator is None else handle_of(wishes.creator),
        tz=tz,
        format=wishes.format,
        now=house.clock.now(),
    )


def _opened(path: Path) -> TextIO:
    try:
        return path.open("w", encoding="utf-8")
    except OSError as problem:
        hint = "Choose another file for the rejects."
        raise Unusable(f"{path} cannot be written: {problem.strerror}.", field="rejects", value=str(path), hint=hint) from problem


def _known_format(name: str, files: Files) -> None:
    known = [f.name for f in files.formats]
    if name not in known:
        raise UnknownFormat(f"unknown format '{name}'.", field="format", value=name, hint=did_you_mean(name, known))


def _or_error(path: Path, options: ImportOptions, house: House, rejects: Rejects) -> dict[str, Any]:
    try:
        return _collect_one(path, options, house, rejects)
    except HexameterError as problem:
        parts = {name: getattr(problem, name) for name in ("kind", "message", "field", "value", "hint")}
        return {"file": str(path), "error": parts}


def _collect_one(path: Path, options: ImportOptions, house: House, rejects: Rejects, progress: Progress | None = None) -> dict[str, Any]:
    work = _Work(options, house, progress or house.progress)
    with house.files.glance(path) as seen, ExitStack() as under_way:
        early = work.begun(seen.sample)
        if early is not None:
            under_way.callback(early.close)
            house.lake  # noqa: B018 opened meanwhile
        opened = seen.sure()
        chosen = [(sample, chosen_format(sample, options, house.files)) for sample in opened.samples]
        chunks: Iterable[_Found] | None = early if opened.samples == (seen.sample,) else None
        if chunks is None:
            under_way.close()
            chunks = work.chunks(chosen)
        name = "+".join(sorted({f.name for _, f in chosen}))
        info = BatchInfo(_batch_id(path, opened, name, options), name, path.name, opened.sha256)
        outcome = house.lake.store(info, _noted(chunks, rejects, len(chosen) > 1))
    return {"file": str(path), **_shown(outcome, name, rejects)}


def chosen_format(sample: FileSample, options: ImportOptions, files: Files) -> Format:
    """The file's format; one that none recognises, but whose columns the user names, is a table."""
    try:
        return files.detect(sample, options.format)
    except UnknownFormat:
        if options.format is not None or not options.columns:
            raise
        return files.detect(sample, PLAIN_TABLE)


@dataclass(frozen=True)
class _Work:
    """How the files of one import are read."""

    options: ImportOptions
    house: House
    progress: Progress

    def begun(self, sample: FileSample | None) -> Ahead[_Found] | None:
        """Reading begun on what a file seems to be, while it is hashed: the hash takes as long as reading a sixth of it."""
        if sample is None:
            return None
        try:
            form = chosen_format(sample, self.options, self.house.files)
        except HexameterError:
            return None  # told again when it is certain
        return Ahead(self.chunks([(sample, form)]), _EARLY_CHUNKS)

    def chunks(self, chosen: Sequence[tuple[FileSample, Format]]) -> Generator[_Found, None, None]:
        """Every chunk of the samples, with the sample's name."""
        for sample, form in chosen:
            try:
                for chunk in form.read(sample, self.options, self.progress):
                    yield sample.name, chunk
            except GeneratorExit:  # nobody wants the rest
                self.progress.finish()
                raise


def _noted(found: Iterable[_Found], rejects: Rejects, several: bool) -> Iterator[Chunk]:
    """The chunks, their rejects noted."""
    for name, chunk in found:
        rejects.member = name if several else None
        rejects.take(chunk.rejects)
        yield chunk


def _batch_id(path: Path, opened: Opened, formats: str, options: ImportOptions) -> str:
    """The same file with the same options is the same batch; what formats take hints from (place, date of the file) counts too."""
    said = {f.name: getattr(options, f.name) for f in fields(options) if f.name != "now"}
    hints = [(sample.name, sample.modified_at) for sample in opened.samples]
    parts = [opened.sha256, formats, str(path.resolve()), said, hints]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str, ensure_ascii=False).encode()).hexdigest()[:32]


def _shown(outcome: Outcome, form: str, rejects: Rejects) -> dict[str, Any]:
    from hexameter.contracts.tables import READINGS  # and with it pyarrow: by then it is there, at the start the file waits to be hashed

    tables = dict.fromkeys(ALWAYS_SHOWN, 0) | {t: outcome.stored[t] for t in READINGS if outcome.stored.get(t)}
    return {
        "batch": outcome.batch_id,
        "format": form,
        "read": outcome.read,
        "stored": tables,
        "duplicates": outcome.duplicates,
        "conflicts": outcome.conflicts,
        "rejected": outcome.rejected,
        "rejects": rejects.listed,
        "rejects_listed": len(rejects.listed),
    }


def _together(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    done = [r for r in results if "error" not in r]
    tables = list(dict.fromkeys([*ALWAYS_SHOWN, *(t for r in done for t in r["stored"])]))
    listed = [reject for r in done for reject in r["rejects"]][: Rejects.most]
    return {
        **{name: _sum(done, name) for name in _SUMMED},
        "stored": {t: sum(r["stored"].get(t, 0) for r in done) for t in tables},
        "rejects": listed,
        "rejects_listed": len(listed),
        "failed": len(results) - len(done),
        "files": list(results),
    }


def _sum(results: Iterable[Mapping[str, Any]], name: str) -> int:
    return sum(int(r[name]) for r in results)
