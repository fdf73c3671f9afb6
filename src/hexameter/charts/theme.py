"""The charts' colours in light and dark, by the names that their marks carry. It knows no data."""

from __future__ import annotations

from typing import Any

_INK = {
    "light": {
        "ink": "#14171f",
        "muted": "#5d6679",
        "line": "#e6e8ee",
        "accent": "#5b3df5",
        "second": "#0d9488",
        "gap": "#b45309",
        "page": "#ffffff",
        "bad": "#b4232c",
    },
    "dark": {
        "ink": "#eceef4",
        "muted": "#98a0b3",
        "line": "#262a34",
        "accent": "#9d8bff",
        "second": "#2dd4bf",
        "gap": "#e8a94a",
        "page": "#15171d",
        "bad": "#f0757c",
    },
}
FONT = "Inter, ui-sans-serif, system-ui, sans-serif"


def config(theme: str = "light") -> dict[str, Any]:
    """A Vega-Lite configuration: colours of the named marks, axes, fonts.

    Example config("dark")["background"] -> "transparent"
    """
    c = _INK[theme]
    return {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": "transparent"},
        "axis": {
            "labelColor": c["muted"],
            "titleColor": c["muted"],
            "gridColor": c["line"],
            "domainColor": c["line"],
            "tickColor": c["line"],
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelPadding": 6,
        },
        "header": {"labelColor": c["ink"], "labelFontSize": 12, "titleColor": c["muted"]},
        "legend": {"labelColor": c["muted"], "titleColor": c["muted"], "labelFontSize": 12, "orient": "top", "symbolStrokeWidth": 2},
        "range": {"category": [c["accent"], c["second"], c["gap"], c["bad"], c["muted"]]},
        "mark": {"color": c["accent"]},
        "style": {
            "main": {"color": c["accent"], "strokeWidth": 2.25},
            "under": {"color": c["accent"], "fillOpacity": 0.12},
            "faint": {"color": c["accent"], "strokeOpacity": 0.2, "strokeWidth": 1},
            "ring": {"color": c["accent"], "fillOpacity": 1, "strokeWidth": 0},
            "missing": {"color": c["accent"], "strokeWidth": 1.25, "strokeDash": [4, 4], "strokeOpacity": 0.6},
            "gap": {"color": c["gap"], "fillOpacity": 0.18},
            "unfinished": {"color": c["muted"], "fillOpacity": 0.18},
            "bars": {"color": c["accent"], "fillOpacity": 0.7},
            "mean": {"color": c["ink"], "strokeWidth": 1.5},
            "jump": {"color": c["bad"], "fillOpacity": 1, "strokeWidth": 0},
        },
    }
