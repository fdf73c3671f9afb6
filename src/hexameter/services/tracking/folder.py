"""The watched folder: files dropped into it are imported as they appear. It decides nothing about posts."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hexameter.errors import HexameterError, UserError
from hexameter.services.collect import Wishes, collect

if TYPE_CHECKING:
    from hexameter.services.house import House

_DONE, _REFUSED = "imported", "refused"
_SETTLED_SECONDS = 2.0  # a file that changed just now may still be being copied


def watch_folder(house: House) -> Path:
    """Where files are dropped: the setting, else the folder inbox in the home."""
    named = house.settings["watch_folder"]
    return Path(named).expanduser() if named else house.home / "inbox"


def take_in(house: House, settled_seconds: float = _SETTLED_SECONDS) -> list[dict[str, Any]]:
    """Import what lies in the folder, then put each file aside: into `imported`, or into `refused` with the reason beside it.

    A crash between the two imports the file again next time, which stores nothing twice.

    Out  one object a file, as services.collect gives it; `error` for a refused one
    """
    folder = watch_folder(house)
    if not folder.is_dir():
        return []
    return [_take(path, house) for path in sorted(folder.iterdir()) if _is_ready(path, settled_seconds)]


def _is_ready(path: Path, settled_seconds: float) -> bool:
    if path.name.startswith(".") or path.name in (_DONE, _REFUSED) or (path.is_dir() and not path.is_symlink()):
        return False
    return time.time() - path.lstat().st_mtime >= settled_seconds


def _take(path: Path, house: House) -> dict[str, Any]:
    try:
        outcome = collect([path], Wishes(), house)
    except UserError as problem:
        aside = _put_aside(path, _REFUSED)
        aside.with_name(f"{aside.name}.why.txt").write_text(f"{problem}\n", encoding="utf-8")
        return {"file": path.name, "error": _parts(problem)}
    _put_aside(path, _DONE)
    return {**outcome, "file": path.name}


def _parts(problem: HexameterError) -> dict[str, Any]:
    return {name: getattr(problem, name) for name in ("kind", "message", "field", "value", "hint")}


def _put_aside(path: Path, where: str) -> Path:
    """Moves a file into a folder beside it, under a name that is still free there."""
    folder = path.parent / where
    folder.mkdir(exist_ok=True)
    goal, number = folder / path.name, 1
    while goal.exists():
        number += 1
        goal = folder / f"{path.stem}-{number}{path.suffix}"
    return path.rename(goal)
