"""A model hub on this machine: the addresses of Hugging Face's that fetching uses, with the faults of a real network."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class SmallHub:
    """Repositories served from folders, and what goes wrong with them."""

    url: str = ""
    #: where files are sent on to, as a content network; empty: served at once
    elsewhere: str = ""
    folders: dict[str, Path] = field(default_factory=dict)
    gated: set[str] = field(default_factory=set)
    licences: dict[str, str] = field(default_factory=dict)
    #: path → bytes after which its next answer breaks off; one entry per broken answer
    breaks: dict[str, list[int]] = field(default_factory=dict)
    #: paths that are described with the checksum of something else
    lies: set[str] = field(default_factory=set)
    ignores_ranges: bool = False
    #: names put into the description that no file has
    strangers: list[str] = field(default_factory=list)
    token: str | None = None
    #: (path, Range or None, Authorization or None) of every request for a file
    asked: list[tuple[str, str | None, str | None]] = field(default_factory=list)

    def describe(self, name: str) -> dict[str, Any]:
        folder = self.folders[name]
        siblings: list[dict[str, Any]] = []
        for path in sorted(folder.rglob("*")):
            if not path.is_file():
                continue
            data, relative = path.read_bytes(), path.relative_to(folder).as_posix()
            told = b"something else" if relative in self.lies else data
            entry: dict[str, Any] = {"rfilename": relative, "size": len(data)}
            if path.suffix in (".safetensors", ".bin"):
                digest = hashlib.sha256(told).hexdigest()
                entry["lfs"] = {"sha256": digest, "size": len(data), "pointerSize": 134}
            else:
                entry["blobId"] = hashlib.sha1(b"blob %d\0" % len(told) + told).hexdigest()
            siblings.append(entry)
        for stranger in self.strangers:
            siblings.append({"rfilename": stranger, "size": 3, "blobId": "0" * 40})
        licence = self.licences.get(name, "apache-2.0")
        return {
            "id": name,
            "sha": COMMIT,
            "gated": "manual" if name in self.gated else False,
            "cardData": {"license": licence},
            "siblings": siblings,
        }


@contextmanager
def small_hub(**settings: Any) -> Iterator[SmallHub]:
    """A hub on a free port."""
    hub = SmallHub(**settings)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing goes to the test's output."""

        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path).lstrip("/")
            if path.startswith("api/models/"):
                name = path.removeprefix("api/models/").split("/revision/")[0]
                if name not in hub.folders:
                    return self._answer(404, b"{}")
                return self._answer(200, json.dumps(hub.describe(name)).encode())
            name, _, rest = path.partition("/resolve/")
            commit, _, file = rest.partition("/")
            authorization = self.headers.get("Authorization")
            if name in hub.gated and authorization != f"Bearer {hub.token}" and not hub.elsewhere:
                return self._answer(401, b"gated")
            if name not in hub.folders or commit != COMMIT:
                return self._answer(404, b"")
            if hub.elsewhere:
                return self._answer(302, b"", Location=f"{hub.elsewhere}{self.path}")
            return self._file(file, hub.folders[name] / file, authorization)

        def _file(self, name: str, path: Path, authorization: str | None) -> None:
            asked = self.headers.get("Range")
            hub.asked.append((name, asked, authorization))
            data = path.read_bytes()
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and not hub.ignores_ranges else 0
            body = data[start:]
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(body)))
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            self.end_headers()
            if hub.breaks.get(name):
                self.wfile.write(body[: hub.breaks[name].pop(0)])
                self.wfile.flush()
                self.close_connection = True
                return
            self.wfile.write(body)

        def _answer(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            for header, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(header, value)
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
