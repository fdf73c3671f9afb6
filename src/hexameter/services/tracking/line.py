"""What a source asks of the house while it reads: a token, leave to spend a request, the time, patience. It sends nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hexameter.contracts.tracking import Account, Api, Limit, Login
from hexameter.errors import OurError, QuotaSpent, Revoked

if TYPE_CHECKING:
    from hexameter.campaigns.desk import Desk
    from hexameter.contracts.protocols import Clock

_EARLY = timedelta(minutes=5)  # a token this close to its end is renewed before it is used
_PATIENCE = 65.0  # seconds a request waits for leave, longer than any window but the day's; for more the job goes back into the queue


@dataclass
class HouseLine:
    """A `contracts.tracking.Line` for one job.

    In      account  whose token; None: the operator's own credentials, which the source keeps itself
            login    how the account is connected; None with `account`
            cap      requests a day this API may spend beside the platform's own limits; None: only those
            sleep    lets seconds pass: a rehearsal moves its clock instead
    """

    desk: Desk
    clock: Clock
    api: Api
    account: Account | None
    login: Login | None
    sleep: Callable[[float], None]
    cap: int | None = None
    sent: int = field(default=0, init=False)

    def now(self) -> datetime:
        """The present, UTC."""
        return self.clock.now()

    def token(self) -> str:
        """An access token good for the next minutes.

        Raises  Revoked, Outage
        """
        account = self._account()
        grant = self.desk.accounts.grant(account.id)
        ends = grant.access_expires_at
        if ends is None or ends - _EARLY > self.now() or grant.refresh_token is None:
            return grant.access_token
        return self.renewed(grant.access_token)

    def renewed(self, refused: str) -> str:
        """Another token than `refused`; of several that ask at once, one fetches it.

        Raises  Revoked, Outage
        """
        account = self._account()
        with self.desk.accounts.refreshing(account.id):
            grant = self.desk.accounts.grant(account.id)
            if grant.access_token != refused:
                return grant.access_token
            if grant.refresh_token is None or self.login is None:
                raise self._lost(account, "its access has ended and cannot be renewed", refused)
            try:
                fresh = self.login.refresh(grant, self.now())
            except Revoked as problem:
                raise self._lost(account, "TikTok refused to renew its access", refused) from problem
            self.desk.accounts.store_grant(account.id, fresh, replaces=grant.refresh_token)
            return fresh.access_token

    def spend(self, limits: Iterable[Limit]) -> None:
        """Leave to send one request, written down before it is sent. For the window of a second or a minute it waits.

        Raises  QuotaSpent
        """
        own = [] if self.cap is None else [Limit(f"{self.api}.own_day", self.cap, 86_400, daily=True, help="setting daily_requests")]
        pairs = [(limit.bucket(self.account), limit) for limit in (*limits, *own)]
        patience = _PATIENCE
        while True:
            try:
                self.desk.quota.spend(pairs, self.now())
                break
            except QuotaSpent as spent:
                patience -= self._waited(spent, patience)
        self.sent += 1

    def _waited(self, spent: QuotaSpent, patience: float) -> float:
        """Seconds slept until there is leave again; what would take longer than the patience is raised, and where time stands still."""
        before = self.now()
        seconds = patience + 1 if spent.until is None else (spent.until - before).total_seconds()
        if seconds > patience:
            raise spent
        self.sleep(max(seconds, 0.0))
        if self.now() <= before:
            raise spent
        return seconds

    def limited(self, limits: Iterable[Limit], until: datetime) -> None:
        """The platform says a limit is spent: nobody sends before `until`."""
        for limit in limits:
            self.desk.quota.limited(limit.bucket(self.account), until)

    def wait(self, seconds: float) -> None:
        """Let time pass before the next try."""
        self.sleep(seconds)

    def _account(self) -> Account:
        if self.account is None:
            raise OurError(f"the source {self.api} asked for an account's token, but the job names no account.")
        return self.account

    def _lost(self, account: Account, why: str, refused: str) -> Revoked:
        self.desk.accounts.revoked(account.id, why, replaces=refused)
        return Revoked(
            f"@{account.handle} is no longer connected: {why}.",
            field="creator",
            value=account.handle,
            hint=f"Ask the creator to connect again: hexameter connect {account.handle}",
        )
