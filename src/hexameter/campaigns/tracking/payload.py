"""A job as JSON and back; its account is kept by number, for tokens and handles change. It asks no database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hexameter.contracts.spelling import instant_text
from hexameter.contracts.tracking import Account, Job


def job_text(job: Job) -> str:
    """The job without `resume`, one text for one job."""
    plain = {
        "api": job.api,
        "kind": job.kind,
        "account": None if job.account is None else job.account.id,
        "posts": job.posts,
        "handle": job.handle,
        "words": job.words,
        "since": None if job.since is None else instant_text(job.since),
        "until": None if job.until is None else instant_text(job.until),
        "country": job.country,
    }
    return json.dumps(plain, sort_keys=True, ensure_ascii=False)


def key_of(job: Job) -> str:
    """A key for the job among those of its pass: the same for the same job."""
    return hashlib.sha256(job_text(job).encode()).hexdigest()[:24]


def job_of(text: str, resume: str | None, accounts: Mapping[int, Account]) -> Job:
    """The job again.

    In      accounts  by number; the job's own is among them
    """
    plain: dict[str, Any] = json.loads(text)
    return Job(
        api=plain["api"],
        kind=plain["kind"],
        account=None if plain["account"] is None else accounts[plain["account"]],
        posts=tuple(plain["posts"]),
        handle=plain["handle"],
        words=tuple(plain["words"]),
        since=None if plain["since"] is None else datetime.fromisoformat(plain["since"]),
        until=None if plain["until"] is None else datetime.fromisoformat(plain["until"]),
        country=plain["country"],
        resume=None if resume is None else json.loads(resume),
    )
