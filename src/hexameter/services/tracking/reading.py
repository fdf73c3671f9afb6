"""One leased job is read through its source, page by page; what went wrong is kept beside the pages that came. It stores nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hexameter.contracts.tracking import Api, ApiSource, Job, Login, LoginName, Page
from hexameter.errors import HexameterError, PlatformError, UserError
from hexameter.services.tracking.line import HouseLine

if TYPE_CHECKING:
    from hexameter.campaigns.desk import Desk
    from hexameter.campaigns.tracking.jobs import LeasedJob
    from hexameter.contracts.protocols import Clock

PAGES_AT_ONCE = 25  # of a long list, before what came is stored and the job goes back into the queue


@dataclass
class Reading:
    """What came of a job: pages, whether that was all, what stopped it, and the requests that it took."""

    leased: LeasedJob
    pages: list[Page] = field(default_factory=list)
    finished: bool = False
    problem: HexameterError | None = None
    sent: int = 0

    @property
    def job(self) -> Job:
        """The job itself."""
        return self.leased.job


@dataclass(frozen=True)
class Reader:
    """Reads jobs for one house."""

    desk: Desk
    clock: Clock
    sources: Mapping[Api, ApiSource]
    logins: Mapping[LoginName, Login]
    sleep: Callable[[float], None]
    cap: int | None = None

    def read(self, leased: LeasedJob) -> Reading:
        """As many pages of a job as are read at once. Never raises what TikTok or a user did wrong: it is in `problem`."""
        found = Reading(leased)
        job = leased.job
        login = None if job.account is None else self.logins[job.account.login]
        line = HouseLine(self.desk, self.clock, job.api, job.account, login, self.sleep, self.cap)
        try:
            for page in self._pages(job, line):
                found.pages.append(page)
                if page.resume is not None and len(found.pages) >= PAGES_AT_ONCE:
                    break
            else:
                found.finished = True
        except (PlatformError, UserError) as problem:
            found.problem = problem
        found.sent = line.sent
        return found

    def _pages(self, job: Job, line: HouseLine) -> Iterator[Page]:
        return self.sources[job.api].read(job, line)
