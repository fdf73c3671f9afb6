"""Homes shared by the tests of the views. They are only read: a test that writes makes its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.views.homes import fill


@pytest.fixture(scope="session")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """KPIS.md section 7 in a home."""
    folder = tmp_path_factory.mktemp("worked")
    return fill(folder / "home", folder)


@pytest.fixture(autouse=True)
def _eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("HEXAMETER_HOME", raising=False)
