"""Which settings suit a data set, judged on its training sentences alone.

``python -m benchmarks.quality.pick gvfc --epochs 4 8`` prints the figures of out-of-fold
predictions, so that nothing is chosen on a test set.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from benchmarks.commands import run_app
from benchmarks.quality.datasets import SHARED, Split, splits
from benchmarks.quality.measure import figures
from benchmarks.quality.settings import SETTINGS
from benchmarks.quality.work import Decisions
from framescope.training.fit import Fit, blend_fits, fit_linear, fit_network

_NAMES = ("macro_f1", "micro_f1", "stance_weighted_f1", "mean_average_precision")

app = App(name="benchmarks.quality.pick", help_on_error=False)


@app.default
def pick(
    dataset: Literal["corpus", "gvfc", "multiclimate"],
    *,
    epochs: Annotated[tuple[int, ...], Parameter(consume_multiple=True, negative="")] = (3, 8),
    share: float = 0.35,
    shared: Path = SHARED,
) -> None:
    """Print out-of-fold figures for some numbers of epochs, with and without the baseline blended.

    Args:
        dataset: The data set, of which the first training set is used.
        epochs: Numbers of epochs to try.
        share: Share of the training documents of the shipped corpus.
        shared: Folder of the real texts.
    """
    split = next(splits([dataset], shared, seeds=1, share=share), None)
    if split is None:
        return
    baseline = fit_linear(split.train, split.codebook, seed=0)
    print(f"| settings | {' | '.join(_NAMES)} |\n{'|---' * (1 + len(_NAMES))}|")
    print(_row("linear", baseline, split))
    for number in epochs:
        settings = SETTINGS[dataset].model_copy(update={"epochs": number, "seed": 0})
        network = fit_network(split.train, split.codebook, settings)
        name = f"{number} epochs (best {network.epochs})"
        print(_row(f"{name}, network", network, split))
        print(_row(f"{name}, blend", blend_fits(network, baseline, split.train), split), flush=True)


def _row(title: str, fit: Fit, split: Split) -> str:
    space = fit.classifier.space
    held_out = Decisions.of_scores(fit.classifier.rule.apply(fit.held_out))
    found = figures(held_out, space.encode(split.train), space)
    values = [found.get(name) for name in _NAMES]
    cells = ["–" if v is None else f"{v:.3f}" for v in values]
    return f"| {title} | {' | '.join(cells)} |"


if __name__ == "__main__":
    run_app(app)
