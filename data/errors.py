"""The one error that means: the user gave something that cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import ValidationError


class InputError(Exception):
    """A mistake in a file, folder or setting, told in one line: place, problem, what was expected.

    Args:
        problem: What is wrong.
        path: File or folder where it is wrong.
        row: Row in that file, counted from 1.
        expected: What would have been right.
    """

    def __init__(
        self,
        problem: str,
        *,
        path: str | Path | None = None,
        row: int | None = None,
        expected: str | None = None,
    ) -> None:
        self.problem, self.path, self.row, self.expected = problem, path, row, expected
        place = "" if path is None else str(path) + ("" if row is None else f", row {row}") + ": "
        wish = "" if expected is None else f"; expected {expected}"
        super().__init__(" ".join(f"{place}{problem}{wish}".split()))


class Stopped(KeyboardInterrupt):
    """A command was asked to stop, and has; the message says how to go on.

    Args:
        message: One line for the person.
        code: What the process ends with.
    """

    def __init__(self, message: str, *, code: int) -> None:
        self.code = code
        super().__init__(message)


def first_problem(error: ValidationError) -> str:
    """The first fault of a pydantic validation, in one line: where and what."""
    detail = error.errors()[0]
    where = ".".join(str(part) for part in detail["loc"])
    message = detail["msg"].removeprefix("Value error, ")
    return f"{where}: {message}" if where else message
