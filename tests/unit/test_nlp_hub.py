"""The hub of the ecosystem, as a server on loopback, or not to be reached.

Each case is a process of its own: the hub's library reads its settings when imported.
"""

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

ROOT = Path(__file__).parents[2]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
FETCH = """
import sys
from core.errors import ModelError
from nlp.hub import fetched
try:
    sys.stdout.write(str(fetched(sys.argv[1], patience=1.0)))
except ModelError as e:
    sys.exit(str(e))
"""


def fetch(name, home, **variables):
    """Ask for a checkpoint in a process of its own; gives stdout and stderr."""
    env = os.environ | {"PYTHONPATH": str(ROOT), "HF_HOME": str(home)} | variables
    done = subprocess.run(
        [sys.executable, "-c", FETCH, name], env=env, capture_output=True, text=True, cwd=home
    )
    return done.stdout, done.stderr


class Hub(BaseHTTPRequestHandler):
    """As much of the hub as a download asks for."""

    files: dict[str, bytes]

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/api/models/owner/name" or path == "/api/models/owner/name/revision/main":
            siblings = [{"rfilename": name} for name in self.files]
            self.answer(json.dumps({"id": "owner/name", "sha": COMMIT, "siblings": siblings}))
        elif path == f"/api/models/owner/name/tree/{COMMIT}":
            self.answer(json.dumps([self.entry(name) for name in self.files]))
        elif path.startswith(f"/owner/name/resolve/{COMMIT}/"):
            self.answer(self.files[path.rsplit("/", 1)[-1]])
        else:
            self.send_error(404)

    do_HEAD = do_GET

    def entry(self, name):
        content = self.files[name]
        digest = hashlib.sha1(content).hexdigest()
        return {"type": "file", "path": name, "size": len(content), "oid": digest}

    def answer(self, content):
        body = content.encode() if isinstance(content, str) else content
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{hashlib.sha1(body).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def hub():
    """Serve files; gives a function from files to the server's address."""
    servers = []

    def serve(files):
        handler = type("Serving", (Hub,), {"files": files})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("there", "taken"),
    [
        pytest.param(
            ["config.json", "model.safetensors", "pytorch_model.bin", "tf_model.h5"],
            ["config.json", "model.safetensors"],
            id="the safe weights alone",
        ),
        pytest.param(
            ["config.json", "pytorch_model.bin", "vocab.txt", "README.md"],
            ["README.md", "config.json", "pytorch_model.bin", "vocab.txt"],
            id="others if there are none",
        ),
    ],
)
def test_a_checkpoint_is_fetched_once(hub, tmp_path, there, taken):
    address = hub({name: name.encode() for name in there})
    first, said = fetch("owner/name", tmp_path, HF_ENDPOINT=address)
    assert said == ""
    assert sorted(path.name for path in Path(first).iterdir()) == taken
    again = fetch("owner/name", tmp_path, HF_ENDPOINT="http://127.0.0.1:9")
    assert again == (first, "")


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        pytest.param({"HF_HUB_OFFLINE": "1"}, "offline mode is enabled", id="offline"),
        pytest.param({"HF_ENDPOINT": "http://127.0.0.1:9"}, "Connection refused", id="refused"),
        pytest.param({"HF_ENDPOINT": "http://hub.invalid"}, "Name or service", id="no such host"),
    ],
)
def test_what_cannot_be_fetched_is_told_in_a_line(tmp_path, variables, reason):
    out, said = fetch("owner/name", tmp_path, **variables)
    assert (out, said.count("\n")) == ("", 1)
    assert said.startswith("owner/name: neither a folder nor a checkpoint that can be fetched (")
    assert reason in said
    assert "`hf download owner/name --local-dir FOLDER` where it can, then --model FOLDER" in said


def test_a_name_that_the_hub_does_not_know(hub, tmp_path):
    out, said = fetch("owner/other", tmp_path, HF_ENDPOINT=hub({}))
    assert (out, said.count("\n"), "404" in said) == ("", 1, True)


def test_a_hub_that_does_not_answer_is_given_up(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        started = time.monotonic()
        _, said = fetch("owner/name", tmp_path, HF_ENDPOINT=address)
    assert "timed out" in said
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("name", ["gone", "/gone/model", "./model", "a/b/c", "~/model", "a/ b"])
def test_what_is_no_name_is_not_asked_for(tmp_path, name):
    out, said = fetch(name, tmp_path, HF_ENDPOINT="http://127.0.0.1:9")
    remedy = "no model folder; give a folder, or a checkpoint's OWNER/NAME"
    assert (out, said) == ("", f"{name}: {remedy}\n")
