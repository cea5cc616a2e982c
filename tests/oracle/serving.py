"""An application served on loopback, from a thread, for as long as its process lives."""

from __future__ import annotations

import socket
import threading
from typing import Any

import uvicorn


def serve(app: Any) -> str:
    """The address at which `app` answers from now on."""
    _, _, url = start(app)
    return url


def start(app: Any) -> tuple[uvicorn.Server, threading.Thread, str]:
    """The same, with what it takes to end it: set `should_exit`, join the thread."""
    # With the protocol named, asyncio sets TCP_NODELAY: without it each answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    # A check may rest for seconds, and an idle connection must not close under its next request.
    quiet = uvicorn.Config(
        app, log_level="critical", access_log=False, lifespan="off", timeout_keep_alive=120
    )
    server = uvicorn.Server(quiet)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    return server, thread, f"http://127.0.0.1:{listener.getsockname()[1]}"
