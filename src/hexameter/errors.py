"""The error family: every failure is the user's, the platform's or ours.

It holds no policy: views map a class to an exit status or an HTTP status in one table each.

    HexameterError
    ├── UserError              the caller can mend it: exit status 2
    │   ├── BadFile            a file that cannot be read as what it claims to be
    │   ├── UnknownFormat      no format recognises the file
    │   ├── MissingColumn      a column that the work needs is not there
    │   ├── MissingCaptureTime nothing says when the counters were read
    │   ├── BadValue           an option or setting has a value outside its range
    │   ├── NotFound           a campaign, creator, hashtag or post that does not exist
    │   ├── Conflict           the name is taken, or two things contradict each other
    │   └── Unusable           the home cannot be used: unwritable, full, from a newer version
    ├── PlatformError          the platform or the network failed: exit status 3
    │   ├── Retryable          the same request may pass later
    │   │   ├── Outage         no answer, or none that can be read
    │   │   ├── RateLimited    the platform asks for patience (429, 40100)
    │   │   └── QuotaSpent     our own ledger says a limit is used up; nothing was sent
    │   └── Refused            the platform said no; asking again does not help
    │       ├── Revoked        the account's consent or token is gone: connect again
    │       └── ScopeMissing   the account did not grant what this needs
    └── OurError               a defect of Hexameter or damage to its lake: exit status 1
        └── DamagedLake        a file of the lake is missing or cannot be read
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import datetime


class HexameterError(Exception):
    """One plain sentence for a person, with the parts a script needs beside it.

    In      message  what happened with the value, what was expected, what to do
            field    the option, setting or column concerned (optional)
            value    the offending value as text (optional)
            hint     what to do next, when it is not in the message (optional)
    """

    def __init__(self, message: str, *, field: str | None = None, value: str | None = None, hint: str | None = None):
        super().__init__(message)
        self.message = message
        self.field = field
        self.value = value
        self.hint = hint

    @property
    def kind(self) -> str:
        """The class name, as the stable word of the error in JSON."""
        return type(self).__name__

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message


class UserError(HexameterError):
    """The caller can mend it."""


class BadFile(UserError):
    """A file that cannot be read as what it claims to be."""


class UnknownFormat(UserError):
    """No format recognises the file."""


class MissingColumn(UserError):
    """A column that the work needs is not there."""


class MissingCaptureTime(UserError):
    """Nothing says when the counters were read."""


class BadValue(UserError):
    """An option or setting has a value outside its range."""


class NotFound(UserError):
    """A campaign, creator, hashtag or post that does not exist."""


class Conflict(UserError):
    """The name is taken, or two things contradict each other."""


class Unusable(UserError):
    """The home cannot be used: unwritable, full, or written by a newer version."""


class PlatformError(HexameterError):
    """The platform or the network failed."""


class Retryable(PlatformError):
    """The same request may pass later."""


class Outage(Retryable):
    """No answer, or none that can be read: 5xx, a cut or invalid body, a connection that fails."""


class _Later(Retryable):
    """Retryable, not before an instant (`until`, UTC; None: unknown)."""

    def __init__(self, message: str, *, until: datetime | None = None, field: str | None = None, hint: str | None = None):
        super().__init__(message, field=field, hint=hint)
        self.until = until


class RateLimited(_Later):
    """The platform asks for patience."""


class QuotaSpent(_Later):
    """Our own ledger says a limit is used up; nothing was sent."""


class Refused(PlatformError):
    """The platform said no; asking again does not help."""


class Revoked(Refused):
    """The account's consent or token is gone: its owner has to connect again."""


class ScopeMissing(Refused):
    """The account did not grant what this needs."""


class OurError(HexameterError):
    """A defect of Hexameter, or damage to its lake."""


class DamagedLake(OurError):
    """A file of the lake is missing or cannot be read."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The hint for a misspelt word: the nearest known word, or all of them.

    In      word   what was given
            known  the words that would have been right
    Out     one sentence, or "" when nothing is known
    Example did_you_mean("engagment_rate", ["views", "engagement_rate"]) -> "Did you mean engagement_rate?"
    """
    words = list(known)
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if near:
        return f"Did you mean {near[0]}?"
    return f"Known: {', '.join(words)}." if words else ""
