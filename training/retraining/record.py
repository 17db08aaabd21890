"""The decision record: why a challenger was, or was not, let through."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from framescope.data.errors import InputError
from framescope.data.output import write_json, write_text

Outcome = Literal["promote", "keep", "refuse"]
RECORD, PAGE = "decision.json", "decision.html"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided and why.

    Attributes:
        outcome: ``promote``: the challenger may take the champion's place. ``keep``: it was
            trained and is not better. ``refuse``: the annotations were not trained on.
        why: The reasons, one line each.
        forced: Why somebody lets it through all the same.
        record: All figures, as they stand in ``decision.json``.
    """

    outcome: Outcome
    why: list[str]
    forced: str | None
    record: dict[str, Any]

    @property
    def may_promote(self) -> bool:
        """Whether the challenger may be made current."""
        return self.outcome == "promote" or (self.outcome == "keep" and self.forced is not None)

    def as_json(self) -> dict[str, Any]:
        """All of it, as in ``decision.json``."""
        head = {"outcome": self.outcome, "why": self.why, "forced": self.forced}
        return head | {"may_promote": self.may_promote} | self.record

    def write(self, folder: Path) -> None:
        """Write ``decision.json`` and the page ``decision.html``."""
        content = self.as_json()
        write_json(folder / RECORD, content)
        write_text(folder / PAGE, render_decision(content))


def render_decision(content: dict[str, Any]) -> str:
    """The record as one page of HTML; everything from data is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["figure"] = _figure
    environment.filters["labels"] = _labels
    return environment.get_template("decision.html.j2").render(d=content)


def require_decision(path: Path | None, *, champion: str, challenger: str) -> None:
    """Refuse a promotion that no record allows.

    Raises:
        InputError: There is no record, it is of other bundles, or it does not let it through.
    """
    if path is None:
        problem = f"{champion[:12]} is current, and no record says that {challenger[:12]} is better"
        raise InputError(problem, expected="--decision decision.json, or --force REASON")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        pair = content["champion"]["bundle"], content["challenger"]["bundle"]
        may, why = content["may_promote"], "; ".join(content["why"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        wish = "decision.json of framescope retrain, with a challenger"
        raise InputError(f"no decision record: {error}", path=path, expected=wish) from error
    if pair != (champion, challenger):
        told = " and ".join(str(name)[:12] for name in pair)
        wish = f"{champion[:12]}, which is current, and {challenger[:12]}"
        raise InputError(f"the record compares {told}", path=path, expected=wish)
    if not may:
        raise InputError(f"the champion stays: {why}", path=path, expected="--force REASON")


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".replace("-", "\u2212")


def _labels(labels: dict[str, str | None]) -> str:
    told = (f"{frame} {stance or ''}".strip() for frame, stance in labels.items())
    return ", ".join(told) or "no frame"
