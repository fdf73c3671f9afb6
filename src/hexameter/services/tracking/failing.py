"""What a failed reading means: when to try again, and the gap with its sentence. It reads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hexameter.contracts.spelling import instant_text
from hexameter.errors import HexameterError, QuotaSpent, RateLimited, Retryable, Revoked, ScopeMissing

if TYPE_CHECKING:
    from hexameter.campaigns.tracking.gaps import Reason
    from hexameter.contracts.tracking import Job

_FIRST, _LONGEST = timedelta(minutes=2), timedelta(hours=1)
_NO_ATTEMPT_AFTER = 8  # a job that failed so often is given up: the next pass plans anew what is still worth reading
_RATE_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True)
class Failure:
    """Why a job did not pass, and from when it may be tried again (None: given up)."""

    reason: Reason
    sentence: str
    again_at: datetime | None


def judge(problem: HexameterError, job: Job, attempt: int, now: datetime) -> Failure:
    """What to do about a problem.

    In      attempt  1 for the first
    """
    who = told_of(job)
    if isinstance(problem, QuotaSpent | RateLimited):
        until = problem.until or now + _RATE_PAUSE
        reason: Reason = "quota" if isinstance(problem, QuotaSpent) else "rate"
        why = "the limit of requests is used up" if reason == "quota" else "TikTok asks for patience"
        return Failure(reason, f"{who} is read again from {instant_text(until)}: {why}.", until)
    if isinstance(problem, Retryable):
        again = now + min(_FIRST * 2 ** (attempt - 1), _LONGEST)
        return Failure("outage", f"{who} could not be read: {problem.message}", again if attempt < _NO_ATTEMPT_AFTER else None)
    if isinstance(problem, Revoked):
        return Failure("revoked", str(problem), None)
    if isinstance(problem, ScopeMissing):
        return Failure("scope", str(problem), None)
    return Failure("refused", f"{who} could not be read: {problem}", None)


def told_of(job: Job) -> str:
    """Whom a sentence about a job is about."""
    if job.account is not None and job.account.handle:
        return f"@{job.account.handle}"
    if job.handle:
        return f"@{job.handle}"
    return ", ".join(f"#{w}" for w in job.words) if job.kind == "search" else f"{job.api} ({job.kind})"
