"""Fixtures of the connectors' tests: a line, and sources that lead to a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from tests.sources.tiktok.scripted import PATIENT, Say, Script, Server, TestLine, in_turn, serving

from hexameter.contracts.tracking import Job, Page
from hexameter.sources.tiktok.receiving import Bounds
from hexameter.sources.tiktok.registry import OpenSources, open_sources


class Reading:
    """A script being read: pages of jobs, and what was asked."""

    def __init__(self, server: Server, sources: OpenSources, line: TestLine):
        self.server = server
        self.sources = sources
        self.line = line

    def pages(self, job: Job) -> list[Page]:
        return list(self.sources[job.api].read(job, self.line))


Read = Callable[..., Reading]


@pytest.fixture
def line() -> TestLine:
    return TestLine()


@pytest.fixture
def script(line: TestLine) -> Iterator[Callable[..., Reading]]:
    """Give answers (in turn) or one function from request to answer; read through every source."""
    with ExitStack() as stack:

        def opened(*answers: Say | dict[str, Any] | Script, tries: int = 5, bounds: Bounds = PATIENT) -> Reading:
            first = answers[0]
            chosen = first if callable(first) else in_turn(*answers)  # type: ignore[arg-type]
            server = stack.enter_context(serving(chosen))
            sources = open_sources(server.settings, tries=tries, bounds=bounds)
            stack.callback(sources.close)
            return Reading(server, sources, line)

        yield opened
