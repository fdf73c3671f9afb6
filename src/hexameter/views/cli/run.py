"""One run of the command line: words in, exit status out. Opening the home is left to whoever calls it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from hexameter.errors import HexameterError
from hexameter.views.cli.command import Answer, Common, Context
from hexameter.views.cli.errors import INTERRUPTED, report, unexpected, usage_sentence
from hexameter.views.cli.output import console_for, put, silence
from hexameter.views.cli.progress import Bars

BROKEN_PIPE = 141
_VALUED = ("--home", "--workspace")
_FLAGS = ("--json",)


def run(words: Sequence[str], connect: Callable[..., Any], version: str) -> int:
    """Does what the words say.

    In      words    the command line without the program's name
            connect  opens the services over a home, with home, progress and maybe workspace; called only by commands that need them
            version  what `--version` prints
    Out     0 done, 2 the user's mistake, 3 the platform's or the network's, 1 ours, 130 interrupted
    """
    tokens = globals_last(words)
    before = tokens[: tokens.index("--")] if "--" in tokens else tokens
    as_json = "--json" in before
    bars = Bars()
    opened = _Opened(connect, bars)
    try:
        return _dispatch(tokens, as_json, opened, bars, version)
    except HexameterError as error:
        bars.close()
        return report(error, as_json, before)
    except KeyboardInterrupt:
        bars.close()
        print("\nInterrupted. Nothing is half-stored: run the same command again to finish.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        silence()
        return BROKEN_PIPE
    except Exception as problem:
        bars.close()
        return report(unexpected(problem, opened.home or _home_in(tokens)), as_json)


def globals_last(words: Sequence[str]) -> list[str]:
    """The words with `--home DIR`, `--workspace NAME` and `--json` moved behind the verb, where every command takes them.

    Example globals_last(["--home", "/data", "kpis", "--all"]) -> ["kpis", "--all", "--home", "/data"]
    """
    leading: list[str] = []
    rest = list(words)
    while rest and (rest[0] in (*_FLAGS, *_VALUED) or rest[0].startswith(tuple(f"{name}=" for name in _VALUED))):
        taken = 2 if rest[0] in _VALUED else 1
        leading, rest = leading + rest[:taken], rest[taken:]
    if not rest or rest[0].startswith("-"):
        return rest or leading
    end = rest.index("--") if "--" in rest else len(rest)
    return rest[:end] + leading + rest[end:]


def _dispatch(tokens: list[str], as_json: bool, opened: _Opened, bars: Bars, version: str) -> int:
    from cyclopts import CycloptsError

    from hexameter.views.cli.registry import COMMANDS
    from hexameter.views.cli.tree import build

    app = build([c for c in COMMANDS if c.path[0] in tokens[:1]] or COMMANDS, version)  # all of them take 30 ms
    app.console = console_for(sys.stdout)
    try:
        function, bound, ignored = app.parse_args(tokens, exit_on_error=False, print_error=False)
    except CycloptsError as problem:
        raise usage_sentence(problem, {c.path: c for c in COMMANDS}) from problem
    if "ctx" not in ignored:  # help, version, completion: the parser's own
        function(*bound.args, **bound.kwargs)
        sys.stdout.flush()
        return 0
    common = bound.arguments.get("common") or Common()
    context = Context(open=lambda: opened(common.home, common.workspace), progress=bars, common=common)
    try:
        answer: Answer | None = function(*bound.args, **bound.kwargs, ctx=context)
        bars.close()
        if answer is not None:
            put(answer, as_json)
    finally:
        opened.close()
    return answer.status if answer else 0


class _Opened:
    """The services, built when a command first asks for them and closed at the end."""

    def __init__(self, connect: Callable[..., Any], bars: Bars):
        self._connect = connect
        self._bars = bars
        self._app: Any = None

    def __call__(self, home: str | None, workspace: str | None) -> Any:
        if self._app is None:
            where = {} if workspace is None else {"workspace": workspace}
            self._app = self._connect(home=home, progress=self._bars, **where)
        return self._app

    @property
    def home(self) -> str | None:
        return None if self._app is None else str(self._app.home)

    def close(self) -> None:
        if self._app is not None and hasattr(self._app, "close"):
            self._app.close()


def _home_in(tokens: Sequence[str]) -> str | None:
    for at, token in enumerate(tokens):
        if token.startswith("--home="):
            return token.removeprefix("--home=")
        if token == "--home" and at + 1 < len(tokens):
            return tokens[at + 1]
    return None
