"""`make bench`: imports and KPIs beside DuckDB and pandas, the planner beside schedules, a day of tracking. It asserts no time."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import affinity, campaign_kpis, importing, pages, planner, portfolio, tracking

RESULTS = Path(__file__).with_name("RESULTS.md")
LARGE = 100_000_000


def main() -> None:
    """Measure what the flags ask for and write the page."""
    asked = _asked()
    folder = Path(asked.folder or tempfile.mkdtemp(prefix="hexameter-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    _say(f"lakes and files in {folder}")
    imports = [] if asked.no_import else importing.compare(folder, asked.import_rows)
    sizes = sorted({*asked.rows, *([LARGE] if asked.large else [])})
    kpis = []
    for readings in sizes:
        _say(f"{readings:,} readings: making the lake, then asking")
        kpis.append(campaign_kpis.compare(folder, readings, pandas_too=readings <= 10_000_000))
    planning = [] if asked.no_planner else planner.lines(planner.compare(), planner.pass_speed())
    planning += affinity.lines(affinity.compare())
    if sizes and not asked.no_portfolio:
        planning += portfolio.lines(sizes[-1], portfolio.compare(folder, sizes[-1], asked.campaigns))
    reading = [] if asked.no_tracking else tracking.lines(tracking.measure())
    http = [] if asked.no_pages else pages.lines(pages.measure(folder, seconds=asked.pages_seconds))
    page = _page(imports, planning + reading + http, kpis)
    RESULTS.write_text(page, encoding="utf-8")
    sys.stdout.write(page)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--rows", type=int, nargs="*", default=[1_000_000, 10_000_000], help="lake sizes in readings")
    parser.add_argument("--large", action="store_true", help="also a lake of 100 M readings (about 10 GB, half an hour)")
    parser.add_argument("--import-rows", type=int, default=5_000_000)
    parser.add_argument("--no-import", action="store_true")
    parser.add_argument("--no-planner", action="store_true", help="leave out the planner against plain schedules (some ten minutes)")
    parser.add_argument("--no-tracking", action="store_true", help="leave out a day of 1,000 creators over HTTP (some fifteen minutes)")
    parser.add_argument("--no-portfolio", action="store_true", help="leave out many campaigns, on DuckDB and on a Spark cluster")
    parser.add_argument("--campaigns", type=int, default=6, help="of the portfolio")
    parser.add_argument("--no-pages", action="store_true", help="leave out the campaign page over HTTP, on a lake of 10 M readings")
    parser.add_argument("--pages-seconds", type=float, default=15.0, help="of reading at rest, and beside appends")
    parser.add_argument("--folder", help="keep lakes here and use them again")
    return parser.parse_args()


def _page(imports: list[dict[str, Any]], planning: list[str], kpis: list[dict[str, Any]]) -> str:
    lines = ["# Benchmark results", "", f"Machine: {_machine()}. Date: {datetime.now(UTC):%Y-%m-%d}. Made by `make bench`.", ""]
    if imports:
        lines += ["## Import", "", "Speed of the whole `hexameter import` process against DuckDB's bare read-cast-write of the same file."]
        lines += ["Budget: at least 0.5, below 1.5 GiB. DuckDB in two ways: every value read as text and cast, or types guessed"]
        lines += ["from the first rows, which makes 12 of 12.5 and 1 of true.", ""]
        lines += ["| file | DuckDB s, text | DuckDB s, guessed | Hexameter s | ratio, text | ratio, guessed | peak GiB |"]
        lines += ["|---|--:|--:|--:|--:|--:|--:|"]
        form = "| {file} | {text_seconds:.1f} | {guessed_seconds:.1f} | {our_seconds:.1f} "
        form += "| {text_ratio:.2f} | {guessed_ratio:.2f} | {peak_gib:.2f} |"
        lines += [form.format(**row) for row in imports] + [""]
    return "\n".join(lines + planning + _kpi_lines(kpis)) + "\n"


def _kpi_lines(kpis: list[dict[str, Any]]) -> list[str]:
    if not kpis:
        return []
    lines = ["## Six KPIs of a campaign of 200 posts, warm", ""]
    lines += ["Ours against hand-written DuckDB SQL (budget at most 1.3) and pandas (budget: ours at least 50 times faster at 10 M).", ""]
    lines += ["| readings | ours ms | SQL ms | ours / SQL | pandas ms | pandas / ours | files read | rows in them | rows out of the scan |"]
    lines += ["|--:|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for row in kpis:
        pandas = f"{row['pandas_ms']:,.0f} | {row['pandas_ms'] / row['ours_ms']:.0f}" if "pandas_ms" in row else "– | –"
        ratio = row["ours_ms"] / row["handwritten_ms"]
        lines.append(
            f"| {row['readings']:,} | {row['ours_ms']:.1f} | {row['handwritten_ms']:.1f} | {ratio:.2f} | {pandas} "
            f"| {row['files']} | {row['rows_in_files']:,} in {row['row_groups']} row groups | {row['rows_out_of_scan']} |"
        )
    growth = kpis[-1]["ours_ms"] / kpis[0]["ours_ms"]
    lines += [
        "",
        f"Cost at {kpis[-1]['readings']:,} readings is {growth:.2f} x the cost at {kpis[0]['readings']:,} (budget 1.5 at 100 M).",
        "",
    ]
    return [*lines, "Query plan of the readings' scan at the largest size:", "", "```", *kpis[-1]["plan"], "```"]


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"


def _say(text: str) -> None:
    sys.stderr.write(f"bench: {text}\n")


if __name__ == "__main__":
    main()
