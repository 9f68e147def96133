"""The hub of the ecosystem, as a server on loopback, or not to be reached."""

import hashlib
import json
import os
import re
import socket
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from core.errors import ModelError
from nlp.hub import Hub, fetched

ROOT = Path(__file__).parents[2]
NOBODY = "http://127.0.0.1:9"
REFUSAL = r"owner/name: neither a folder nor a checkpoint that can be fetched \("
COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Serving(BaseHTTPRequestHandler):
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
def serve():
    """Serve files; gives a function from files to the server's address."""
    servers = []

    def start(files):
        handler = type("ServingFiles", (Serving,), {"files": files})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
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
def test_a_checkpoint_is_fetched_once(serve, tmp_path, capfd, there, taken):
    address = serve({name: name.encode() for name in there})
    first = fetched("owner/name", Hub(endpoint=address, cache=tmp_path))
    assert sorted(path.name for path in first.iterdir()) == taken
    assert fetched("owner/name", Hub(endpoint=NOBODY, cache=tmp_path)) == first
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [
        pytest.param(NOBODY, "Connection refused", id="refused"),
        pytest.param("http://hub.invalid", "Errno", id="no such host"),
    ],
)
def test_what_cannot_be_fetched_is_told_in_a_line(tmp_path, endpoint, reason):
    with pytest.raises(ModelError, match=f"^{REFUSAL}.*{reason}.*; `hf download owner/name --loc"):
        fetched("owner/name", Hub(endpoint=endpoint, cache=tmp_path))


def test_nobody_is_asked_offline(tmp_path):
    # In a process of its own: the hub's library reads the variable when imported.
    code = "from nlp.hub import *; fetched('owner/name', Hub())"
    env = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, cwd=ROOT
    )
    last = done.stderr.splitlines()[-1]
    assert re.match(f"core.errors.ModelError: {REFUSAL}.*offline mode is enabled", last)


def test_a_name_that_the_hub_does_not_know(serve, tmp_path):
    with pytest.raises(ModelError, match=r"fetched.*404") as error:
        fetched("owner/other", Hub(endpoint=serve({}), cache=tmp_path))
    assert "\n" not in str(error.value)


def test_a_hub_that_does_not_answer_is_given_up(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ModelError, match=r"fetched.*timed out"):
            fetched("owner/name", Hub(endpoint=address, cache=tmp_path, patience=0.5))


@pytest.mark.parametrize("name", ["gone", "/gone/model", "./model", "a/b/c", "~/model", "a/ b"])
def test_what_is_no_name_is_not_asked_for(tmp_path, name):
    with pytest.raises(ModelError, match="no model folder; give a folder, or a checkpoint's OWN"):
        fetched(name, Hub(endpoint=NOBODY, cache=tmp_path))
