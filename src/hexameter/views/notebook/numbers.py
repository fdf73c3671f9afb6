"""The six numbers of one question as an object: attributes, conversions, a table with its receipt. It computes and rounds nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from hexameter.errors import did_you_mean
from hexameter.views.notebook.frames import Rows
from hexameter.views.notebook.markup import said, table_html

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

HEADLINES: tuple[tuple[str, str, str], ...] = (
    ("Videos produced", "videos.videos", ""),
    ("Views", "views.total", ""),
    ("Views per post, median", "views.median", ""),
    ("Engagement rate by views, mean", "engagement_rate.by_views_pct.mean", " %"),
    ("Engagement rate by followers, mean", "engagement_rate.by_followers_pct.mean", " %"),
    ("Interactions", "interactions.interactions", ""),
    ("Follower growth, net", "followers.net", ""),
    ("Follower growth", "followers.growth_pct", " %"),
    ("Potential reach", "hashtag.potential_reach", ""),
    ("Cost per 1,000 views", "hashtag.cpm", ""),
    ("Return on cost", "hashtag.roi_pct", " %"),
)


class Figures(Mapping[str, Any]):
    """Named figures: `numbers.views.total` and `numbers["views"]["total"]` are the same; null is None."""

    def __init__(self, figures: Mapping[str, Any], name: str) -> None:
        self._figures = figures
        self._name = name

    def __getitem__(self, key: str) -> Any:
        value = self._figures[key]
        return Figures(value, key) if isinstance(value, Mapping) else value

    def __getattr__(self, key: str) -> Any:
        if key.startswith("_") or key not in self._figures:
            raise AttributeError(f"{self._name} has no figure '{key}'. {did_you_mean(key, self._figures)}")
        return self[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._figures]

    def __repr__(self) -> str:
        return f"<{self._name}: {', '.join(f'{k}={said(v)}' for k, v in self._figures.items() if not isinstance(v, (Mapping, list)))}>"


class Numbers(Figures):
    """The answer of `kpis()`: one attribute a KPI (videos, views, engagement_rate, ...), and `receipt`, `period`, `as_of`, `scope`."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        super().__init__(document, "kpis")

    def to_dict(self) -> dict[str, Any]:
        """The whole answer, as `hexameter kpis --json` prints it."""
        return dict(self._figures)

    def to_arrow(self) -> pa.Table:
        """One row, one column a figure (`views.total`), so that the rows of several campaigns can be put under each other."""
        import pyarrow as pa

        row = dict(_flat(self._figures))
        arrays = {name: pa.array([value]) for name, value in row.items()}
        return pa.table({name: array.cast(pa.float64()) if pa.types.is_null(array.type) else array for name, array in arrays.items()})

    def to_pandas(self) -> pd.DataFrame:
        """The same row as a pandas frame."""
        return Rows(self.to_arrow()).to_pandas()

    def to_polars(self) -> pl.DataFrame:
        """The same row as a polars frame."""
        return Rows(self.to_arrow()).to_polars()

    def __repr__(self) -> str:
        return (
            f"<KPIs of {_title(self._figures)}: "
            + ", ".join(f"{label} {_figure(self._figures, key)}{unit}" for label, key, unit in HEADLINES[:3])
            + ">"
        )

    def _repr_html_(self) -> str:
        rows = [
            (label, _figure(self._figures, key) + (unit if _at(self._figures, key) is not None else ""), _counted(self._figures, key))
            for label, key, unit in HEADLINES
        ]
        return table_html(_title(self._figures), ("Number", "Value", "Counted"), rows, _receipt(self._figures))


def _flat(figures: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every single figure with its dotted name; lists (series, breakdowns) are left out."""
    for key, value in figures.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        elif not isinstance(value, (list, tuple)):
            yield f"{prefix}{key}", value


def _at(figures: Any, key: str) -> Any:
    for part in key.split("."):
        figures = figures.get(part) if isinstance(figures, Mapping) else None
    return figures


def _figure(figures: Mapping[str, Any], key: str) -> str:
    return said(_at(figures, key))


def _counted(figures: Mapping[str, Any], key: str) -> str:
    parent = _at(figures, key.rpartition(".")[0])
    n, left_out = _at(parent, "n"), _at(parent, "n_excluded")
    return "" if n is None else f"n {said(n)}" + (f", {said(left_out)} left out" if left_out else "")


def _title(figures: Mapping[str, Any]) -> str:
    scope, period = figures.get("scope") or {}, figures.get("period") or {}
    return f"{scope.get('kind')} {scope.get('id')}, {period.get('from')} to {period.get('to')} ({period.get('tz')})"


def _receipt(figures: Mapping[str, Any]) -> list[str]:
    receipt = figures.get("receipt") or {}
    lake = ", ".join(f"{name} {version}" for name, version in (receipt.get("lake_version") or {}).items())
    return [
        f"As of {figures.get('as_of')} · definitions {figures.get('definitions_version')} · lake {lake or NO_LAKE}",
        f"Sources: {', '.join(receipt.get('sources') or []) or 'none'}",
    ]


NO_LAKE = "empty"
