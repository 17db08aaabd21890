"""What a person sees while a command works: a progress bar on a terminal, nothing in a pipe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from framescope.data.processes import is_first_process

#: Messages and progress go to standard error; standard output is for results.
#: Of several processes that train together only the first speaks.
console = Console(stderr=True, highlight=False, quiet=not is_first_process())


def printable(text: str) -> str:
    """Text from a stranger without the control characters that steer a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)


def tell(message: str) -> None:
    """One line for the person at the terminal, on standard error, shown as it is."""
    console.print(printable(message), markup=False, soft_wrap=True)


class ProgressBar:
    """One line of progress; all of its methods do nothing where there is no terminal."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task

    def advance(self, steps: int = 1) -> None:
        """Go on by some steps."""
        self._progress.advance(self._task, steps)

    def reach(self, step: int) -> None:
        """Stand at a step, counted from the start."""
        self._progress.update(self._task, completed=step)

    def describe(self, text: str) -> None:
        """Say what is being done now."""
        self._progress.update(self._task, description=text)


@contextmanager
def progress_bar(text: str, *, total: int | None, unit: str) -> Iterator[ProgressBar]:
    """Show progress toward ``total`` units (None: unknown) while the block runs."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        *((DownloadColumn(),) if unit == "bytes" else (MofNCompleteColumn(), TextColumn(unit))),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    shown = console.is_terminal and not console.quiet
    with Progress(*columns, console=console, disable=not shown) as progress:
        yield ProgressBar(progress, progress.add_task(text, total=total))
