"""What the commands share: types of options, and writing results for machines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

Files = Annotated[tuple[Path, ...], Parameter(consume_multiple=True, negative="")]
Json = Annotated[Path | None, Parameter(name="--json")]
Overwrite = Annotated[bool, Parameter(negative="")]


def write_result(path: Path | None, content: Any) -> None:
    """Write what ``--json FILE`` asks for, if it was given."""
    from framescope.data.output import write_json

    if path is not None:
        write_json(path, content)
