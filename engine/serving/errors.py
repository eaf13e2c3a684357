"""How the engine says no: a sentence, a status, and OpenAI's shape for errors. Knows nothing else."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A request that cannot be served as it is. `sentence` tells whoever sent it what to do."""

    def __init__(
        self,
        sentence: str,
        *,
        status: int = 400,
        param: str | None = None,
        code: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        self.param = param
        self.code = code
        self.retry_after = retry_after

    def body(self) -> dict[str, Any]:
        """The error in OpenAI's shape."""
        return error_body(self.sentence, status=self.status, param=self.param, code=self.code)


def error_body(
    sentence: str, *, status: int, param: str | None = None, code: str | None = None
) -> dict[str, Any]:
    """An error in OpenAI's shape: {"error": {"message", "type", "param", "code"}}."""
    kinds = {401: "authentication_error", 429: "rate_limit_error"}
    kind = kinds.get(status, "invalid_request_error" if status < 500 else "server_error")
    return {"error": {"message": sentence, "type": kind, "param": param, "code": code}}
