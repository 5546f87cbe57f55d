"""Stands where the libraries expect OpenAI's service: the one thing that is not real here."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Asked = dict[str, Any]
Reply = Callable[[Asked], dict[str, Any]]
"""From the body of a request for a completion to the choice that answers it."""


def says(text: str, **more: Any) -> dict[str, Any]:
    return {"index": 0, "finish_reason": "stop", "message": message(text), "logprobs": None, **more}


def message(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": text}


def embedding(text: str) -> list[float]:
    """Near nothing but itself: a text of one other character has another direction."""
    return [byte - 127.5 for byte in hashlib.sha512(text.encode()).digest()]


class Model(ThreadingHTTPServer):
    """Serves completions and embeddings on this machine, and remembers what it was asked."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply = reply
        self.completions: list[Asked] = []
        self.embedded: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def answered(self, path: str, asked: Asked) -> dict[str, Any]:
        common = {"model": asked["model"], "usage": {"prompt_tokens": 1, "total_tokens": 1}}
        if path.endswith("/embeddings"):
            texts = [asked["input"]] if isinstance(asked["input"], str) else asked["input"]
            self.embedded += texts
            data = [
                {"object": "embedding", "index": place, "embedding": embedding(text)}
                for place, text in enumerate(texts)
            ]
            return {"object": "list", "data": data, **common}
        self.completions.append(asked)
        common["usage"]["completion_tokens"] = 1
        facts = {"id": "1", "object": "chat.completion", "created": 1}
        return {**facts, "choices": [self.reply(asked)], **common}


class Handler(BaseHTTPRequestHandler):
    server: Model
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = json.dumps(self.server.answered(self.path, asked)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(found)))
        self.end_headers()
        self.wfile.write(found)

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


@contextmanager
def answering(reply: Reply) -> Iterator[Model]:
    with Model(reply) as model:
        thread = threading.Thread(target=model.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield model
        finally:
            model.shutdown()
            thread.join()
