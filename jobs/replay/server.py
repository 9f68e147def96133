"""A publisher on loopback: serves feed documents as of a simulated clock."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import quote

from core.clock import Clock
from jobs.replay.served import ServedFeed


@contextmanager
def serve(feeds: Sequence[ServedFeed], clock: Clock) -> Iterator[str]:
    """Serve each feed at `feed_url(BASE, NAME)` until the context ends; gives BASE."""
    by_path = {feed_url("", feed.spec.name): feed for feed in feeds}
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, by_path, clock))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def feed_url(base: str, name: str) -> str:
    """Where the feed of a name, which may be any text, is served."""
    return f"{base}/{quote(name, safe='')}"


class _Handler(BaseHTTPRequestHandler):
    """Answers with the document and its ETag, or 304 when the reader has it."""

    protocol_version = "HTTP/1.1"
    # Headers and body go out at once: else the kernel may hold the body back for 40 ms.
    wbufsize = -1
    disable_nagle_algorithm = True

    def __init__(self, feeds: Mapping[str, ServedFeed], clock: Clock, *args: object) -> None:
        self._feeds = feeds
        self._clock = clock
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Serve one feed."""
        feed = self._feeds.get(self.path)
        if feed is None:
            self._answer(404)
            return
        body = feed.document(self._clock())
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if self.headers.get("If-None-Match") == etag:
            self._answer(304, etag=etag)
        else:
            self._answer(200, body, etag=etag, content_type=feed.content_type)

    def _answer(
        self, status: int, body: bytes = b"", *, etag: str = "", content_type: str = "text/plain"
    ) -> None:
        self.send_response(status)
        if etag:
            self.send_header("ETag", etag)
        if status != 304:
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the fetcher records every answer."""
