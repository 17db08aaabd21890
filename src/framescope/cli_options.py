"""What the commands share: types of options, and writing results for machines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter


def _bundle(_: object, tokens: Sequence[Any]) -> Path:
    from framescope.models.registry import bundle_folder

    return bundle_folder(tokens[0].value)


#: A bundle's folder; of a registry, that of its current bundle.
Bundle = Annotated[Path, Parameter(converter=_bundle)]
Files = Annotated[tuple[Path, ...], Parameter(consume_multiple=True, negative="")]
Json = Annotated[Path | None, Parameter(name="--json")]
Overwrite = Annotated[bool, Parameter(negative="")]


def write_result(path: Path | None, content: Any) -> None:
    """Write what ``--json FILE`` asks for, if it was given."""
    from framescope.data.output import write_json

    if path is not None:
        write_json(path, content)
