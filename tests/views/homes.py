"""A home with KPIS.md's worked example in it, filled through the command line in this process."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hexameter import __version__
from hexameter.main import open_app
from hexameter.views.cli.run import run

WORKED = """post_id,creator,published_at,captured_at,caption,views,likes,comments,shares,followers
7523537000000000001,lea,2025-07-05T18:00Z,2025-07-31T12:00Z,A #glowday,20000,1500,100,60,
7526150000000000002,lea,2025-07-12T19:00Z,2025-07-31T12:00Z,B #glowday,5000,300,12,8,
7528930000000000003,lea,2025-07-20T07:00Z,2025-07-31T12:00Z,C #glowday,0,2,0,0,
7529310000000000004,lea,2025-07-21T07:00Z,2025-07-31T12:00Z,D #glowday,8000,400,,10,
,lea,,2025-07-01T00:00Z,,,,,,10000
,lea,,2025-07-10T00:00Z,,,,,,10400
,lea,,2025-07-31T00:00Z,,,,,,11000
"""
CREATE = "--hashtag #glowday --from 2025-07-01 --to 2025-07-31 --creator @lea --cost 500.00 --currency EUR"
AS_OF = "2025-08-01T00:00:00Z"


@dataclass(frozen=True)
class Done:
    """What a command left: its exit status and both outputs."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.err)["error"]
        return found


def hexameter(*words: str | Path, home: Path | None = None) -> Done:
    """One command line in this process, with nothing of a terminal."""
    out, err = io.StringIO(), io.StringIO()
    given = (["--home", str(home)] if home else []) + [str(word) for word in words]
    with redirect_stdout(out), redirect_stderr(err):
        status = run(given, open_app, __version__)
    return Done(status, out.getvalue(), err.getvalue())


def fill(home: Path, folder: Path) -> Path:
    """The worked example, imported and its campaign opened."""
    file = folder / "worked.csv"
    file.write_text(WORKED, encoding="utf-8")
    assert hexameter("import", file, home=home).status == 0
    assert hexameter("campaign", "create", "glowday", *CREATE.split(), home=home).status == 0
    return home
