"""The only place that picks engine, lake, desk, formats and views and joins them. It holds no rule of the field.

Nothing heavy is imported before it is used: `hexameter --help` must answer at once.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from hexameter.services.present import MovedClock, NoProgress, StoodClock, SystemClock
from hexameter.settings import SETTINGS, read_settings

if TYPE_CHECKING:
    import threading

    import pyarrow as pa

    from hexameter.campaigns.desk import Desk
    from hexameter.contracts.protocols import Clock, Engine, Progress
    from hexameter.contracts.tracking import Api, ApiSource, Login, LoginName
    from hexameter.lake.store import Lake
    from hexameter.services.campaign import Campaigns
    from hexameter.services.connecting import Connections
    from hexameter.services.house import Files
    from hexameter.services.inbox import InboxOf
    from hexameter.services.upkeep import Upkeep


def run() -> NoReturn:
    """The console script: one command line in, its exit status out."""
    from hexameter import __version__
    from hexameter.views.cli.run import run as run_words

    sys.exit(run_words(sys.argv[1:], open_app, __version__))


def open_app(
    home: str | None = None,
    *,
    progress: Progress | None = None,
    overrides: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> App:
    """Everything Hexameter can do over one home. Opens nothing yet: each part is opened when a verb first needs it.

    In      home         folder; None: the setting
            progress     where long work says how far it is; None: nowhere
            overrides    settings by name, stronger than environment and file
            environment  os.environ unless given
    Raises  BadValue     settings that cannot be read
    """
    given = {**(overrides or {}), **({"home": home} if home is not None else {})}
    return App(read_settings(environment, given), progress)


def open_notebook(home: str | None = None, overrides: Mapping[str, str] | None = None) -> Any:
    """What `hexameter.open` gives: the home as a notebook sees it."""
    from hexameter.views.notebook.home import Home

    return Home(open_app(home, overrides=overrides))


class App:
    """The verbs over one home (a services.house.House). Every answer is JSON-ready unless it says otherwise."""

    def __init__(self, settings: Mapping[str, str], progress: Progress | None = None) -> None:
        self.settings = settings
        self.progress: Progress = progress or NoProgress()
        self._engines: dict[str, Engine] = {}

    @property
    def home(self) -> Path:
        """The folder that holds everything."""
        return Path(self.settings["home"])

    @cached_property
    def clock(self) -> Clock:
        """The machine's clock, or the instant the setting `now` pretends."""
        from hexameter.contracts.spelling import instant_of

        pretended = self.settings["now"]
        return StoodClock(instant_of(pretended, "now")) if pretended else SystemClock()

    @cached_property
    def lake(self) -> Lake:
        """The lake of this home."""
        from hexameter.lake.store import Lake

        return Lake(self.home / "lake", clock=self.clock)

    @cached_property
    def desk(self) -> Desk:
        """The desk of this home."""
        from hexameter.campaigns.desk import Desk

        return Desk(self.home, self.clock, self.settings["database_url"], self.settings["secret_key"])

    @cached_property
    def files(self) -> Files:
        """How files are opened and their format is found."""
        from hexameter.services.house import Files
        from hexameter.sources.files.formats import FORMATS, detect
        from hexameter.sources.files.opening import open_file

        return Files(open=open_file, detect=detect, formats=FORMATS)

    @cached_property
    def sources(self) -> Mapping[Api, ApiSource]:
        """TikTok's APIs, by name."""
        from hexameter.sources.tiktok.registry import open_sources

        return open_sources(self.settings, chance=self._chance)

    @cached_property
    def logins(self) -> Mapping[LoginName, Login]:
        """How accounts are connected, by name."""
        from hexameter.sources.tiktok.registry import open_logins

        return open_logins(self.settings, wait=self.sleep, chance=self._chance)

    @property
    def sleep(self) -> Callable[[float], None]:
        """Lets seconds pass."""
        import time

        return time.sleep

    @property
    def _chance(self) -> Callable[[], float]:
        """Numbers from 0 to 1 for the jitter of what is sent again."""
        import random

        return random.random

    @cached_property
    def connections(self) -> Connections:
        """Connected accounts: begin, complete, answer, end."""
        from hexameter.services.connecting import Connections

        return Connections(self)

    @cached_property
    def inbox(self) -> InboxOf:
        """Found posts: list, hand_in, rule, link."""
        from hexameter.services.inbox import InboxOf

        return InboxOf(self)

    def track_once(self) -> dict[str, Any]:
        """One pass of the tracker."""
        from hexameter.services.tracking.runner import Tracker

        return Tracker(self).once()

    def track(self, stop: threading.Event, each: Callable[[dict[str, Any]], None] | None = None) -> None:
        """Pass after pass until `stop` is set; `each` gets what every pass did."""
        from hexameter.services.tracking.runner import Tracker

        Tracker(self).keep_on(stop, each)

    def list_sources(self) -> dict[str, Any]:
        """TikTok's APIs, the connected accounts, and what cannot be read now."""
        from hexameter.services.sources import sources

        return sources(self)

    def quota(self) -> list[dict[str, Any]]:
        """What is left of each limit."""
        from hexameter.services.sources import quota

        return quota(self)

    def reparse(self, batch: str | None = None) -> dict[str, Any]:
        """Kept answers of TikTok read again, of one batch or of all."""
        from hexameter.services.sources import reparse

        return reparse(self, batch)

    def engine(self, url: str | None = None) -> Engine:
        """The engine of the settings, or another one; each is started once and closed with the app."""
        from hexameter.engines.registry import open_engine

        wanted = url or self.settings["engine"]
        if wanted not in self._engines:
            self._engines[wanted] = open_engine(wanted, memory_limit=self.settings["memory_limit"])
        return self._engines[wanted]

    def close(self) -> None:
        """Let go of engines, connections and desk."""
        for engine in self._engines.values():
            engine.close()
        self._engines.clear()
        for connections in ("sources", "logins"):
            if connections in self.__dict__:
                self.__dict__.pop(connections).close()
        for name in {"sources", "logins"} & self.__dict__.keys():
            self.__dict__.pop(name).close()
        if "desk" in self.__dict__:
            self.desk.close()
            del self.desk

    def __enter__(self) -> App:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def collect(self, paths: Iterable[str | Path], *, rejects: str | Path | None = None, **wishes: Any) -> dict[str, Any]:
        """Import files; the words of `wishes` are the fields of services.collect.Wishes."""
        from hexameter.services.collect import Wishes, collect

        return collect([Path(p) for p in paths], Wishes(**wishes), self, None if rejects is None else Path(rejects))

    def demo(self, seed: int | None = None, days: int | None = None) -> dict[str, Any]:
        """A home filled with a simulated campaign, tracked over HTTP: what came in, its six KPIs, what to try next."""
        from hexameter.services.rehearse import Theatre, rehearse
        from hexameter.standin.playing import play
        from hexameter.standin.stage import Stage

        return rehearse(Theatre(Stage, play, lambda words, clock: Rehearsal({**self.settings, **words}, clock)), self, seed, days)

    def formats(self) -> list[dict[str, str]]:
        """The formats there are: name, title, help, example, limits."""
        from hexameter.services.collect import describe_formats

        return describe_formats(self.files)

    def kpis(self, *, engine: str | None = None, **ask: Any) -> dict[str, Any]:
        """The six KPIs; the words of `ask` are the fields of services.asking.Ask."""
        from hexameter.services.asking import Ask
        from hexameter.services.measure import measure

        return measure(Ask(**ask), self, engine)

    def explain(self, kpi: str, *, engine: str | None = None, **ask: Any) -> dict[str, Any]:
        """One KPI with its definition, SQL, receipt and the posts left out."""
        from hexameter.services.asking import Ask
        from hexameter.services.explain import explain

        return explain(kpi, Ask(**ask), self, engine)

    def kpi_list(self) -> list[dict[str, str]]:
        """The KPIs there are: kpi, title, unit, formula, source."""
        from hexameter.services.explain import describe_kpis

        return describe_kpis()

    def definitions(self) -> list[dict[str, Any]]:
        """Other houses' engagement rates: name, title, formula, statistic, source, confirmed, note."""
        from hexameter.services.explain import describe_definitions

        return describe_definitions()

    def version_of(self, campaign: str | None = None) -> str:
        """What a shown number depends on, as one short text: services.standing."""
        from hexameter.services.standing import version_of

        return version_of(self, campaign)

    def gaps(self, **about: Any) -> list[dict[str, Any]]:
        """Times that could not be read: campaign, creator, since."""
        from hexameter.services.standing import gaps_of

        return gaps_of(self, **about)

    def descriptions(self, post_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Posts in their own words, by id."""
        from hexameter.services.readings import descriptions

        return descriptions(self, post_ids)

    def readings(self, post: str, as_of: str | datetime | None = None) -> list[dict[str, Any]]:
        """Every reading of a post, newest first."""
        from hexameter.services.readings import readings

        return readings(self, post, as_of)

    def sql(self, text: str, *, limit: int | None = None, engine: str | None = None) -> pa.Table:
        """A read-only question over the lake's tables; the answer is an Arrow table."""
        from hexameter.services.query import query

        return query(text, self, limit=limit, engine=engine)

    def table(self, what: str, *, engine: str | None = None, **ask: Any) -> pa.Table:
        """A lake table by name, or a breakdown of the KPIs (posts, creators, hashtags) of the question `ask`, as Arrow."""
        from hexameter.services.asking import Ask
        from hexameter.services.export import table_of

        return table_of(what, Ask(**ask), self, engine)

    def export(self, what: str, path: str | Path, *, kind: str | None = None, engine: str | None = None, **ask: Any) -> dict[str, Any]:
        """Write a lake table or a breakdown to a file: csv, parquet, ndjson or xlsx, by `kind` or the file's ending."""
        from hexameter.services.asking import Ask
        from hexameter.services.export import export
        from hexameter.views.reports.xlsx import write_xlsx

        return export(what, Ask(**ask), self, Path(path), kind=kind, engine=engine, write_xlsx=write_xlsx)

    @cached_property
    def campaigns(self) -> Campaigns:
        """The desk's verbs: create, show, list, add, remove, include, exclude, cost, order, archive."""
        from hexameter.services.campaign import Campaigns

        return Campaigns(self)

    @cached_property
    def upkeep(self) -> Upkeep:
        """The care of the lake: compact, maintain, vacuum, erase, history."""
        from hexameter.services.upkeep import Upkeep

        return Upkeep(self)

    @property
    def background(self) -> Callable[[threading.Event], None]:
        """What runs beside the web pages until the event is set: the tracker."""
        return self.track

    def serve(
        self,
        host: str = "127.0.0.1",
        port: int = 8686,
        *,
        track: bool = True,
        started: Callable[[dict[str, Any]], None] | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        """Serve the web pages until interrupted, terminated or told to stop.

        In      port     0: any free one
                track    also run what is in `background`
                started  told once it listens: address, first_run (the address that makes the owner's account, or None)
        """
        from hexameter.views.web.app import first_run, open_web, warm_up
        from hexameter.views.web.serving import address_of, listen, serve

        listening = listen(host, port)
        pages = open_web(self, host=host)
        if started:
            address = address_of(listening)
            started({"address": address, "first_run": first_run(pages, address)})
        serve(pages, listening, self.background if track else None, stop, warm_up)

    def status(self) -> dict[str, Any]:
        """What is in the home."""
        from hexameter.services.status import status

        return status(self)

    def doctor(self) -> dict[str, Any]:
        """Whether everything needed is there and works."""
        from hexameter.services.doctor import check

        return check(self)

    def settings_in_force(self) -> list[dict[str, str]]:
        """Every setting: name, value, default, env, help. Passwords are not shown."""
        hidden = {s.name: re.sub(r"(//[^:/@]+):[^@]*@", r"\1:***@", self.settings[s.name]) for s in SETTINGS}
        return [{"name": s.name, "value": hidden[s.name], "default": s.default, "env": s.env, "help": s.help} for s in SETTINGS]


class Rehearsal(App):
    """A home in a simulated world: its present is moved by hand, and waiting moves it too."""

    def __init__(self, settings: Mapping[str, str], clock: MovedClock) -> None:
        super().__init__(settings)
        self._moved = clock

    @cached_property
    def clock(self) -> Clock:
        """The clock that is moved."""
        return self._moved

    @property
    def sleep(self) -> Callable[[float], None]:
        """Moves the clock instead of waiting."""

        def pass_time(seconds: float) -> None:
            self._moved.advance(timedelta(seconds=seconds))

        return pass_time

    @property
    def _chance(self) -> Callable[[], float]:
        """Always the same, so that a rehearsal is."""
        return lambda: 0.5
