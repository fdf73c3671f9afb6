"""The parts of one home as the verbs see them, each opened on first use. Who made them is `main`'s business."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from hexameter.campaigns.desk import Desk
    from hexameter.contracts.messages import Courier, Message
    from hexameter.contracts.protocols import Clock, Engine, Format, Progress
    from hexameter.contracts.records import FileSample
    from hexameter.contracts.tracking import Api, ApiSource, Login, LoginName
    from hexameter.lake.store import Lake


class Opened(Protocol):
    """A file made ready to be read: what is inside, and the digest of its bytes."""

    @property
    def samples(self) -> tuple[FileSample, ...]:
        """One a file inside: one for a plain file, several for a zip."""
        ...

    @property
    def sha256(self) -> str:
        """Of the bytes on disk, hex."""
        ...


class Glance(Protocol):
    """A file before the whole of it was looked through."""

    @property
    def sample(self) -> FileSample | None:
        """What it seems to be by its beginning."""
        ...

    @property
    def sure(self) -> Callable[[], Opened]:
        """Waits until that is certain."""
        ...


class Files(Protocol):
    """How files come in. A file is hashed while the formats are loaded."""

    def open(self, path: Path) -> AbstractContextManager[Opened]:
        """A file ready to be read."""
        ...

    def glance(self, path: Path) -> AbstractContextManager[Glance]:
        """A file that reading may begin with before it was looked through."""
        ...

    def detect(self, sample: FileSample, name: str | None = None) -> Format:
        """Its format, the named one when one is named."""
        ...

    @property
    def formats(self) -> Sequence[Format]:
        """The formats there are."""
        ...

    def mapping(self, sample: FileSample, given: Mapping[str, str]) -> Mapping[str, str]:
        """Which column of a plain table carries which field, some of them given."""
        ...

    @property
    def fields(self) -> Sequence[str]:
        """The fields a column may be mapped to."""
        ...


class Letters(Protocol):
    """How what is told becomes a message: a view's business."""

    def alert(self, told: Mapping[str, Any]) -> Message:
        """One alert: see services.alerts.tending."""
        ...

    def digest(self, told: Mapping[str, Any]) -> Message:
        """A morning's or a week's digest: see services.alerts.digest."""
        ...


class Prints(Protocol):
    """How things are put on paper: a view's business."""

    def brief(self, preview: Mapping[str, Any], language: str) -> bytes:
        """A PDF of what services.briefs.preview tells, in a language of services.briefs.LANGUAGES."""
        ...

    def qr(self, text: str, kind: str) -> bytes:
        """A QR code of a text: svg or png."""
        ...


class House(Protocol):
    """One home and everything in it."""

    @property
    def home(self) -> Path:
        """The folder that holds everything."""
        ...

    @property
    def settings(self) -> Mapping[str, str]:
        """Every setting's value, as text."""
        ...

    @property
    def clock(self) -> Clock:
        """The only source of the present."""
        ...

    @property
    def progress(self) -> Progress:
        """Where long work says how far it is."""
        ...

    @property
    def lake(self) -> Lake:
        """What was measured."""
        ...

    @property
    def desk(self) -> Desk:
        """What was decided."""
        ...

    @property
    def has_desk(self) -> bool:
        """Whether there is a desk yet: asking for `desk` makes one."""
        ...

    @property
    def files(self) -> Files:
        """How files come in."""
        ...

    @property
    def sources(self) -> Mapping[Api, ApiSource]:
        """TikTok's APIs."""
        ...

    @property
    def logins(self) -> Mapping[LoginName, Login]:
        """How accounts are connected."""
        ...

    @property
    def couriers(self) -> Mapping[str, Courier]:
        """How messages leave, by channel."""
        ...

    @property
    def letters(self) -> Letters:
        """How messages are written."""
        ...

    @property
    def prints(self) -> Prints:
        """How things are put on paper."""
        ...

    @property
    def sleep(self) -> Callable[[float], None]:
        """Lets seconds pass; a rehearsal moves its clock instead."""
        ...

    def engine(self, url: str | None = None) -> Engine:
        """Where numbers are computed: the settings' engine, or another."""
        ...
