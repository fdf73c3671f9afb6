"""The only place that picks engine, lake, desk, formats and views and joins them. It holds no rule of the field.

Nothing heavy is imported before it is used: `hexameter --help` must answer at once.
"""

from __future__ import annotations

import atexit
import gc
import os
import re
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from hexameter.campaigns import DESK_FILE
from hexameter.errors import BadValue
from hexameter.services.present import MovedClock, NoProgress, StoodClock, SystemClock
from hexameter.services.verbs import Verbs
from hexameter.settings import SETTINGS, own_settings, read_settings

if TYPE_CHECKING:
    import threading

    from hexameter.campaigns.desk import Desk
    from hexameter.contracts.messages import Courier
    from hexameter.contracts.protocols import Clock, Engine, Progress
    from hexameter.contracts.signing_on import SignOn
    from hexameter.contracts.tracking import Api, ApiSource, Login, LoginName
    from hexameter.lake.store import Lake
    from hexameter.services.house import Files, Letters, Prints
    from hexameter.services.workspaces import Workspaces


# Polars' allocator gives freed memory back to the system after half a second and takes it again page by page: a tenth of an import's
# processor time went into that. Whoever sets the variable decides.
# One arena holds less, and a fresh page is dear.
_ALLOCATOR = ("_RJEM_MALLOC_CONF", "narenas:1,dirty_decay_ms:3000,muzzy_decay_ms:3000")
# OpenBLAS starts a thread a core that spins while everything else is loaded; nothing here multiplies large matrices.
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "1")
# Objects between two looks for garbage in cycles: there is little of it, and looking took one in fifty processor seconds of an import.
_UNTIL_GARBAGE = 50_000


def run() -> NoReturn:
    """The console script: one command line in, its exit status out."""
    for name, value in (_ALLOCATOR, _ONE_THREAD):
        os.environ.setdefault(name, value)  # read once, when polars and NumPy are loaded
    gc.set_threshold(_UNTIL_GARBAGE)
    from hexameter import __version__
    from hexameter.views.cli.run import run as run_words

    _leave(run_words(sys.argv[1:], open_app, __version__))


def _leave(status: int) -> NoReturn:
    """End after what was registered for the end: taking every object apart takes a tenth of a second and tells nobody anything."""
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):  # nobody listens any more
        pass
    os._exit(status)


def open_app(
    home: str | None = None,
    *,
    workspace: str | None = None,
    progress: Progress | None = None,
    overrides: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> App:
    """Everything Hexameter can do over one home. Opens nothing yet: each part is opened when a verb first needs it.

    In      home         folder; None: the setting
            workspace    one of the home's workspaces; None: the first, which is the home itself
            progress     where long work says how far it is; None: nowhere
            overrides    settings by name, stronger than environment and file
            environment  os.environ unless given
    Raises  BadValue     settings that cannot be read; NotFound  no such workspace
    """
    given = {**(overrides or {}), **({"home": home} if home is not None else {})}
    app = App(read_settings(environment, given), progress)
    if workspace is None:
        return app
    inside = app.workspaces.open(workspace)
    return app if inside is app else Inside(inside.settings, progress, app)


def open_notebook(home: str | None = None, overrides: Mapping[str, str] | None = None, workspace: str | None = None) -> Any:
    """What `hexameter.open` gives: the home, or one of its workspaces, as a notebook sees it."""
    from hexameter.views.notebook.home import Home

    return Home(open_app(home, overrides=overrides, workspace=workspace))


class App(Verbs):
    """One home (a services.house.House) with its verbs. Every answer is JSON-ready unless it says otherwise."""

    def __init__(self, settings: Mapping[str, str], progress: Progress | None = None) -> None:
        self._settings = settings
        self._progress: Progress = progress or NoProgress()
        self._engines: dict[str, Engine] = {}

    @property
    def settings(self) -> Mapping[str, str]:
        """Every setting's value, as text."""
        return self._settings

    @property
    def progress(self) -> Progress:
        """Where long work says how far it is."""
        return self._progress

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

    @property
    def has_desk(self) -> bool:
        """Whether there is a desk yet: asking for `desk` makes one."""
        return bool(self.settings["database_url"]) or (self.home / DESK_FILE).exists()

    @cached_property
    def workspaces(self) -> Workspaces:
        """The workspaces of this home: list, create, open, delete. A workspace itself has none."""
        from hexameter.services.workspaces import Workspaces

        return Workspaces(self, lambda settings: Inside({**settings, **own_settings(Path(settings["home"]))}, None, self))

    @cached_property
    def files(self) -> Files:
        """How files are opened and their format is found."""
        from hexameter.sources.files.entrance import Entrance

        return Entrance()

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

    @cached_property
    def couriers(self) -> Mapping[str, Courier]:
        """How messages leave the house, by channel."""
        from hexameter.couriers.registry import open_couriers

        return open_couriers(self.settings, lambda: self.clock.now().timestamp())

    @cached_property
    def letters(self) -> Letters:
        """How alerts and digests are written."""
        from hexameter.views.reports.letters import Written

        return Written()

    @cached_property
    def prints(self) -> Prints:
        """How briefs and QR codes are put on paper."""
        from hexameter.views.reports.prints import Printed

        return Printed()

    @cached_property
    def sign_on(self) -> SignOn | None:
        """The single sign-on provider, when one is set."""
        from hexameter.sources.oidc.client import Provider

        given = self.settings["oidc_issuer"]
        return Provider(given, self.settings["oidc_client_id"], self.settings["oidc_client_secret"]) if given else None

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
        if "workspaces" in self.__dict__:
            self.__dict__.pop("workspaces").close()
        if self.__dict__.get("sign_on") is not None:
            self.__dict__.pop("sign_on").close()
        for name in {"sources", "logins"} & self.__dict__.keys():
            self.__dict__.pop(name).close()
        if "desk" in self.__dict__:
            self.desk.close()
            del self.desk

    def __enter__(self) -> App:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def demo(self, seed: int | None = None, days: int | None = None) -> dict[str, Any]:
        """A home filled with a simulated campaign, tracked over HTTP: what came in, its six KPIs, what to try next."""
        from hexameter.services.rehearse import Theatre, rehearse
        from hexameter.standin.playing import play
        from hexameter.standin.stage import Stage

        return rehearse(Theatre(Stage, play, lambda words, clock: Rehearsal({**self.settings, **words}, clock)), self, seed, days)

    def export(self, what: str, path: str | Path, *, kind: str | None = None, engine: str | None = None, **ask: Any) -> dict[str, Any]:
        """Write a lake table or a breakdown to a file: csv, parquet, ndjson or xlsx, by `kind` or the file's ending."""
        from hexameter.services.asking import Ask
        from hexameter.services.export import export
        from hexameter.views.reports.xlsx import write_xlsx

        return export(what, Ask(**ask), self, Path(path), kind=kind, engine=engine, write_xlsx=write_xlsx)

    @property
    def background(self) -> Callable[[threading.Event], None]:
        """What runs beside the web pages until the event is set: a tracker for every workspace."""
        return self.workspaces.track

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
        from hexameter.views.web.starting import refuse_unsafe

        listening = listen(host, port)
        try:
            refuse_unsafe(self, host)
            pages = open_web(self, host=host)
        except BaseException:
            listening.close()
            raise
        if started:
            address = address_of(listening)
            started({"address": address, "first_run": first_run(pages, address)})
        serve(self._with_api(pages), listening, self.background if track else None, stop, warm_up)

    def _with_api(self, pages: Any) -> Any:
        """The API beside the pages, over the same workspaces and kept answers."""
        from hexameter import __version__
        from hexameter.views.api.app import Beside, open_api

        said = self.settings["api_requests_per_minute"]
        if not said.isdecimal() or int(said[:9]) == 0:
            hint = "Set it to a whole number above 0, like 600."
            raise BadValue(f"api_requests_per_minute is '{said[:20]}'.", field="api_requests_per_minute", value=said[:20], hint=hint)
        return Beside(open_api(pages.state.places, int(said[:9]), __version__), pages)

    def settings_in_force(self) -> list[dict[str, str]]:
        """Every setting: name, value, default, env, help. Passwords are not shown."""
        hidden = {s.name: _hidden(s.name, self.settings[s.name]) for s in SETTINGS}
        return [{"name": s.name, "value": hidden[s.name], "default": s.default, "env": s.env, "help": s.help} for s in SETTINGS]


def _hidden(name: str, value: str) -> str:
    """A setting's value without what nobody should read over a shoulder."""
    if name.endswith(("_secret", "secret_key")):
        return "***" if value else ""
    return re.sub(r"(//[^:/@]+):[^@]*@", r"\1:***@", value)


class Inside(App):
    """A workspace below a home: complete, but for people and for what TikTok allows, which the home's workspaces share."""

    def __init__(self, settings: Mapping[str, str], progress: Progress | None, root: App) -> None:
        super().__init__(settings, progress)
        self.root = root

    @property
    def workspaces(self) -> Workspaces:
        """The home's."""
        return self.root.workspaces

    @cached_property
    def clock(self) -> Clock:
        """The home's."""
        return self.root.clock

    @cached_property
    def desk(self) -> Desk:
        """The workspace's own desk; the ledger of requests is the home's, for limits are the credentials' that both use."""
        desk = super().desk
        desk.quota = self.root.desk.quota
        return desk

    def serve(self, *_: Any, **__: Any) -> None:
        """The pages show every workspace of a home at once."""
        raise BadValue("serve shows all workspaces.", field="workspace", hint="Leave --workspace out, and choose one in the page's head.")


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
