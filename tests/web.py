"""A real HTTP server on loopback whose answers a test writes down."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server says to one path."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    #: Seconds between two bytes of the body; at once if 0.
    drip: float = 0.0
    #: Whether the body's length is stated; if not, it ends with the connection.
    sized: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """A running server."""

    url: str
    #: Headers of the requests that came, by path, in lower case.
    requests: list[tuple[str, dict[str, str]]]


@contextmanager
def serve(answers: Mapping[str, Answer], *, port: int = 0) -> Iterator[Web]:
    """Serve the answers by path until the block ends; any other path is a 404.

    The answers may change meanwhile. A port of 0 is any that is free.
    """
    requests: list[tuple[str, dict[str, str]]] = []
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(answers, requests))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Web(url=f"http://127.0.0.1:{server.server_port}", requests=requests)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(answers, requests):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            answer = answers.get(self.path, Answer(status=404))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.sized:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            _send(self.wfile, answer)

        def log_message(self, format, *args):
            pass

    return Handler


def _send(wire, answer):
    if not answer.drip:
        wire.write(answer.body)
        return
    with suppress(OSError):  # the client had enough
        for byte in answer.body:
            wire.write(bytes([byte]))
            wire.flush()
            time.sleep(answer.drip)
