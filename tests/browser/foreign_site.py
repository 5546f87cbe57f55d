"""A site of somebody else that shows the widget: its own origin, its own strict content policy."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from surveys.models import WidgetKey
from surveys.views.widget_files import manifest


@dataclass
class Site:
    """What is at which path, and under which policy; `origin` is where browsers find it."""

    policy: str = ""
    origin: str = ""
    files: dict[str, tuple[str, str]] = field(default_factory=dict)

    def page(self, body: str, *, path: str = "/", head: str = "", lang: str = "en") -> str:
        self.files[path] = (
            "text/html; charset=utf-8",
            f'<!doctype html><html lang="{lang}"><head><title>Help</title>'
            f'<meta name="viewport" content="width=device-width">{head}</head>'
            f"<body><main><h1>Help</h1>{body}</main></body></html>",
        )
        return self.origin + path


def strict_policy(host: str) -> str:
    return (
        f"default-src 'none'; script-src {host} 'self'; style-src 'self'; connect-src {host}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


@contextmanager
def serving(host: str) -> Iterator[Site]:
    """On another port of this machine, which for a browser is another origin."""
    site = Site(policy=strict_policy(host))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(lambda: site))
    site.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(site: Callable[[], Site]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, text = site().files.get(self.path.split("?")[0], ("text/plain", ""))
            self.send_response(200 if text else 204)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", site().policy)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: object) -> None:
            """Silent: a test tells by its page what came."""

    return Handler


def script(host: str, name: str = "feedback.js") -> str:
    """The snippet's first half, as a manager copies it: exact version and integrity."""
    version = manifest()["current"]
    integrity = manifest()["versions"][version][name]["integrity"]
    return (
        f'<script defer src="{host}/w/{version}/{name}" integrity="{integrity}" '
        f'crossorigin="anonymous"></script>'
    )


def element(key: WidgetKey, message: str = "m_7", **attributes: str) -> str:
    given: Mapping[str, str] = {
        "project-key": key.key,
        "conversation": "c_91",
        "message": message,
        **{name.replace("_", "-"): value for name, value in attributes.items()},
    }
    words = " ".join(f'{name}="{value}"' for name, value in given.items())
    return f"<touchstone-feedback {words}></touchstone-feedback>"
