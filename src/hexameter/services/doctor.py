"""Checks that everything needed is there and works, each check for itself, and says what to do where it does not. It mends nothing."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, requires, version
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hexameter.errors import HexameterError

if TYPE_CHECKING:
    from hexameter.services.house import House

_LEAST_FREE = 1 << 30
_SETTINGS_OF_A_CHECK = ("recommended_per_day", "qualified_view_seconds", "rate_card", "timezone")
Found = tuple[bool | None, str, str]  # fine (None: optional and missing), what was found, what to do


def check(house: House) -> dict[str, Any]:
    """Every check with its finding.

    Out  ok, checks [{name, ok (null: optional, not there), detail, hint}]
    """
    checks = [_run(name, probe, house) for name, probe in _CHECKS]
    return {"ok": all(c["ok"] is not False for c in checks), "checks": checks}


def _run(name: str, probe: Callable[[House], Found], house: House) -> dict[str, Any]:
    try:
        ok, detail, hint = probe(house)
    except HexameterError as problem:
        ok, detail, hint = False, problem.message, problem.hint or ""
    except Exception as problem:  # a check that breaks is a finding, and the others still run
        ok, detail, hint = False, f"{type(problem).__name__}: {problem}", "This check itself failed; please report it."
    return {"name": name, "ok": ok, "detail": detail, "hint": None if ok else hint or None}


def _python(house: House) -> Found:
    found = ".".join(map(str, sys.version_info[:3]))
    return sys.version_info >= (3, 11), f"Python {found}", "Install Python 3.11 or newer."


def _packages(house: House) -> Found:
    wanted = [line.partition(";")[0] for line in requires("hexameter") or [] if "extra ==" not in line]
    names = [n for n in (_name(line) for line in wanted) if n]
    missing = [n for n in names if _version(n) is None]
    if missing:
        return False, f"missing: {', '.join(missing)}", "Install again: pip install hexameter"
    shown = [f"{n} {_version(n)}" for n in ("duckdb", "deltalake", "polars", "pyarrow", "ibis-framework", "sqlalchemy")]
    return True, ", ".join(shown), ""


def _home(house: House) -> Found:
    hint = "Make it writable, or choose another folder with --home."
    try:
        house.home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=house.home) as probe:
            probe.write(b"hexameter")
    except OSError as problem:
        return False, f"{house.home} cannot be written: {problem.strerror}", hint
    return True, f"{house.home} can be written", ""


def _disk(house: House) -> Found:
    free = shutil.disk_usage(house.home if house.home.exists() else house.home.anchor or os.sep).free
    return free >= _LEAST_FREE, f"{free / (1 << 30):,.1f} GiB free", "Free some space: imports need at least 1 GiB to work in."


def _lake(house: House) -> Found:
    snapshot = house.lake.snapshot()
    files = sum(len(snapshot.files(name)) for name in snapshot.versions)
    rows = sum(f.rows for name in ("post_snapshot", "creator_snapshot") for f in snapshot.files(name))
    missing = [f.path for name in snapshot.versions for f in snapshot.files(name) if "://" not in f.path and not os.path.exists(f.path)]
    if missing:
        return False, f"{len(missing)} of {files} files are missing, first {missing[0]}", "Restore the lake from a backup."
    return True, f"{rows:,} readings in {files:,} files", ""


def _desk(house: House) -> Found:
    count = len(house.desk.campaigns(archived=True))
    return True, f"{house.desk.where}, version {house.desk.version}, {count:,} campaigns", ""


def _engine(house: House) -> Found:
    engine = house.engine()
    posts = engine.table(house.lake.snapshot(), "post")
    engine.fetch(posts.aggregate(n=posts.count()))
    engine.release()
    return True, f"{engine.name} answers", ""


def _java(house: House) -> Found:
    spark = _version("pyspark")
    java = shutil.which("java") or (os.path.join(os.environ["JAVA_HOME"], "bin", "java") if os.environ.get("JAVA_HOME") else None)
    needed = house.settings["engine"].startswith("spark")
    if spark and java:
        return True, f"pyspark {spark}, {java}", ""
    lacking = " and ".join(name for name, there in (("pyspark", spark), ("Java", java)) if not there)
    hint = "Only for lakes too large for one machine: pip install 'hexameter[spark]', and Java 17."
    return (False if needed else None), f"{lacking} not found", hint


def _zones(house: House) -> Found:
    ZoneInfo("Europe/Paris")
    package = _version("tzdata")
    return True, f"time zones known (tzdata {package})" if package else "time zones known", ""


def _settings(house: House) -> Found:
    from hexameter.contracts.spelling import zone_of
    from hexameter.services.settled import band_of, qualified_seconds_of, rate_card_of

    zone_of(house.settings["timezone"], "timezone")
    band_of(house.settings)
    qualified_seconds_of(house.settings)
    rate_card_of(house.settings["rate_card"])
    return True, ", ".join(f"{name} {house.settings[name]}" for name in _SETTINGS_OF_A_CHECK), ""


_CHECKS: tuple[tuple[str, Callable[[House], Found]], ...] = (
    ("Python", _python),
    ("Packages", _packages),
    ("Home", _home),
    ("Free disk", _disk),
    ("Settings", _settings),
    ("Time zones", _zones),
    ("Lake", _lake),
    ("Desk", _desk),
    ("Engine", _engine),
    ("Spark", _java),
)


def _name(requirement: str) -> str:
    import re

    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    return found[0] if found else ""


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
