"""The methods that are compared, one a file, all on the same encoder."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from benchmarks.quality.work import Method
from framescope.data.console import tell

METHODS = ("linear", "embeddings", "setfit", "trainer", "ours")


def available(setfit_python: Path) -> dict[str, Method]:
    """The methods that can run here, by name; SetFit is skipped, saying so, where it is missing.

    Args:
        setfit_python: Interpreter of the environment in which SetFit is installed.
    """
    from benchmarks.quality.methods import embeddings, linear, ours, setfit, trainer

    found: dict[str, Method] = {
        "linear": linear.fit_predict,
        "embeddings": embeddings.fit_predict,
        "setfit": partial(setfit.fit_predict, python=setfit_python),
        "trainer": trainer.fit_predict,
        "ours": ours.fit_predict,
    }
    if not setfit_python.exists():
        tell(f"setfit: no interpreter {setfit_python}, skipped (make bench-quality makes one)")
        del found["setfit"]
    return found
