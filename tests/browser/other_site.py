"""Another origin on this machine: a browser lets no page of elsewhere call a server of here."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType


class Site:
    """Serves what it was shown; its origin is 127.0.0.1, where the live server is localhost."""

    def __init__(self) -> None:
        pages = self.pages = {"/favicon.ico": ("", "image/x-icon", "")}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body, kind, policy = pages.get(self.path.partition("?")[0], ("", "", ""))
                self.send_response(200 if kind else 404)
                self.send_header("Content-Type", f"{kind or 'text/plain'}; charset=utf-8")
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_told: object) -> None:
                """Nothing: the test's output is the test's."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def show(self, path: str, body: str, kind: str, policy: str = "") -> None:
        self.pages[path] = (body, kind, policy)

    def __enter__(self) -> "Site":
        Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.server.shutdown()
        self.server.server_close()
