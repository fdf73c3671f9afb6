"""A home with a real lake, desk and engine, and the files of KPIS.md section 7."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hexameter.main import App, open_app

HEADER = "post_id,creator,published_at,captured_at,caption,hashtags,views,likes,comments,shares,followers"
WORKED = f"""{HEADER}
A,lea,2025-07-05T18:00Z,2025-07-31T12:00Z,Glow,#glowday,20000,1500,100,60,
B,lea,2025-07-12T19:00Z,2025-07-31T12:00Z,Glow,#glowday,5000,300,12,8,
C,lea,2025-07-20T07:00Z,2025-07-31T12:00Z,Glow,#glowday,0,2,0,0,
D,lea,2025-07-21T07:00Z,2025-07-31T12:00Z,Glow,#glowday,8000,400,,10,
,lea,,2025-07-01T00:00Z,,,,,,,10000
,lea,,2025-07-10T00:00Z,,,,,,,10400
,lea,,2025-07-31T00:00Z,,,,,,,11000
"""

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a text file and says where."""

    def to(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return to


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """An empty home whose clock stands at 2025-08-01."""
    with open_app(str(tmp_path / "home"), overrides={"now": "2025-08-01T00:00:00Z"}, environment={}) as opened:
        yield opened


@pytest.fixture
def later(app: App) -> Iterator[App]:
    """The same home ten days on."""
    with open_app(str(app.home), overrides={"now": "2025-08-11T00:00:00Z"}, environment={}) as opened:
        yield opened


@pytest.fixture(scope="session")
def worked_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worked example, imported once, with its campaign; tests take copies."""
    folder = tmp_path_factory.mktemp("worked")
    path = folder / "worked.csv"
    path.write_text(WORKED, encoding="utf-8")
    with open_app(str(folder / "home"), overrides={"now": "2025-08-01T00:00:00Z"}, environment={}) as app:
        app.collect([path])
        app.campaigns.create(
            "glowday", from_day="2025-07-01", to_day="2025-07-31", hashtags=["#glowday"], creators=["@lea"], cost="500.00", currency="EUR"
        )
    return folder / "home"


@pytest.fixture
def glow(app: App, worked_home: Path) -> App:
    """The home of the worked example."""
    shutil.copytree(worked_home, app.home)
    return app


def figures(document: dict[str, Any], *paths: str) -> list[Any]:
    """Values at dotted paths."""

    def at(path: str) -> Any:
        value: Any = document
        for part in path.split("."):
            value = value[part]
        return value

    return [at(path) for path in paths]
