"""How a server says no, in the words that the servers use."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A request is turned down."""

    def __init__(self, message: str, *, param: str | None = None, code: str | None = None, status: int = 400):
        super().__init__(message)
        self.message, self.param, self.code, self.status = message, param, code, status

    def body(self) -> dict[str, Any]:
        """OpenAI's error object."""
        kind = "invalid_request_error" if self.status < 500 else "server_error"
        return {"error": {"message": self.message, "type": kind, "param": self.param, "code": self.code}}


def unknown(name: str) -> Refusal:
    """A field that the server does not know."""
    return Refusal(f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")


def missing(name: str) -> Refusal:
    """A field that has to be there."""
    return Refusal(f"Missing required parameter: '{name}'.", param=name, code="missing_required_parameter")


def wrong_kind(name: str, wanted: str, value: Any) -> Refusal:
    """A value of another type."""
    kinds = {
        bool: "a boolean",
        int: "an integer",
        float: "a decimal number",
        str: "a string",
        type(None): "null",
    }
    came = kinds.get(type(value), "an object")
    return Refusal(
        f"Invalid type for '{name}': expected {wanted}, but got {came} instead.",
        param=name,
        code="invalid_type",
    )


def none_of(name: str, value: Any, wanted: tuple[str, ...]) -> Refusal:
    """A value that is none of those that there are."""
    listed = ", ".join(f"'{one}'" for one in wanted[:-1])
    return Refusal(
        f"Invalid value: '{value}'. Supported values are: {listed}, and '{wanted[-1]}'.",
        param=name,
        code="invalid_value",
    )


def out_of_range(name: str, value: int, least: int, most: int) -> Refusal:
    """A whole number that is too small or too large."""
    if value > most:
        said, sign, bound, code = "above maximum", "<=", most, "integer_above_max_value"
    else:
        said, sign, bound, code = "below minimum", ">=", least, "integer_below_min_value"
    return Refusal(
        f"Invalid '{name}': integer {said} value. Expected a value {sign} {bound}, but got {value} instead.",
        param=name,
        code=code,
    )
