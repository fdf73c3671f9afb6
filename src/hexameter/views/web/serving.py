"""The process behind `hexameter serve`: a socket, the pages on it, something in the background, a clean end. It knows no page."""

from __future__ import annotations

import contextlib
import errno
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from hexameter.errors import BadValue, Unusable

if TYPE_CHECKING:
    from starlette.types import ASGIApp

Background = Callable[[threading.Event], None]
_PATIENCE_SECONDS = 10


def serve(
    pages: ASGIApp,
    listening: socket.socket,
    background: Background | None = None,
    stop: threading.Event | None = None,
    warm_up: Callable[[], None] | None = None,
) -> None:
    """Answer requests until interrupted, terminated or told to stop.

    In      listening   as `listen` made it; closed at the end
            background  runs beside it in a thread of its own, until the event it is given is set
            warm_up     done once beside the first requests
            stop        set by the caller to end it from another thread; signals work in the main thread only
    """
    import uvicorn

    class Server(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield  # ours are set below: uvicorn would raise them again after a clean end

    ending = stop or threading.Event()
    config = uvicorn.Config(
        pages, log_level="warning", access_log=False, server_header=False, lifespan="off", timeout_graceful_shutdown=_PATIENCE_SECONDS
    )
    server = Server(config)
    beside = [threading.Thread(target=_until_set, args=(server, ending), daemon=True)]
    beside += [threading.Thread(target=background, args=(ending,), daemon=True)] if background else []
    beside += [threading.Thread(target=warm_up, daemon=True)] if warm_up else []
    with listening, _signals_set(ending):
        for thread in beside:
            thread.start()
        try:
            server.run(sockets=[listening])
        finally:
            ending.set()
            for thread in beside:
                thread.join(_PATIENCE_SECONDS)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0: any free one.

    Raises  BadValue  a port that is none; Unusable  the address is taken or not ours
    """
    if not 0 <= port <= 65535:
        raise BadValue(f"--port is {port}; expected 0 to 65535.", field="port", value=str(port))
    # Named TCP, or asyncio leaves Nagle's delay on: 40 ms an answer.
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(512)
    except OSError as problem:
        listening.close()
        taken = problem.errno == errno.EADDRINUSE
        hint = "Another hexameter serve may be running. Choose another with --port." if taken else "Choose another --host."
        said = f"{host}:{port} cannot be listened on: {problem.strerror or problem}."
        raise Unusable(said, field="port", value=str(port), hint=hint) from problem
    return listening


def address_of(listening: socket.socket) -> str:
    """What to type into a browser on this machine."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _until_set(server: Any, ending: threading.Event) -> None:
    ending.wait()
    server.should_exit = True


@contextlib.contextmanager
def _signals_set(ending: threading.Event) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda *_: ending.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
