"""The model card: README.md of a bundle, with the metadata that the Hugging Face Hub reads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from framescope.data.codebook import Codebook


def model_card(metrics: Mapping[str, Any], training: Mapping[str, Any], codebook: Codebook) -> str:
    """The card as Markdown, every figure taken from ``metrics`` and ``training``."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)  # noqa: S701  (Markdown)
    environment.filters["figure"] = lambda value: "–" if value is None else f"{value:.3f}"
    environment.filters["interval"] = _interval
    template = (Path(__file__).parent / "card.md.j2").read_text(encoding="utf-8")
    return environment.from_string(template).render(
        metrics=metrics, training=training, codebook=codebook, has_stances=bool(codebook.stances)
    )


def _interval(value: tuple[float, float] | None) -> str:
    return "[–]" if value is None else f"[{value[0]:.3f}, {value[1]:.3f}]"
