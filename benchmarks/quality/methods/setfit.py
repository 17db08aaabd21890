"""SetFit (Tunstall et al. 2022), in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.work import Decisions, Outcome, Work, exclusive
from framescope.data.errors import InputError
from framescope.models.encoders import locate_encoder

_WORKER = Path(__file__).parents[2] / "setfit" / "worker.py"
#: Pairs a sentence are twice this. SetFit's usual 20 is for tens of examples, not for thousands.
ITERATIONS = 2


def fit_predict(work: Work, *, python: Path) -> Outcome:
    """Contrastive fine-tuning, then logistic regression over joint labels; present from 0.5 on."""
    probability, report = run(work, python=python, iterations=ITERATIONS)
    decisions = {n: Decisions.of_labels(p, work.space) for n, p in probability.items()}
    return Outcome(decisions, report["train_seconds"])


def run(
    work: Work, *, python: Path, iterations: int
) -> tuple[dict[str, NDArray[np.float32]], dict[str, Any]]:
    """Run the worker under another interpreter.

    Returns:
        Probabilities of the joint labels on each test set, and the worker's report: ``pairs``,
        ``pair_seconds`` (of the contrastive training), ``train_seconds`` and ``version``.

    Raises:
        InputError: The worker failed; the message ends with its last line.
    """
    labels = work.labels()
    job = {
        "encoder": locate_encoder(work.settings.encoder),
        "texts": work.texts,
        "labels": (labels.argmax(axis=1) if exclusive(labels) else labels).tolist(),
        "tests": dict(work.tests),
        "iterations": iterations,
        "max_tokens": work.settings.max_tokens,
        "seed": work.settings.seed,
    }
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "job.json").write_text(json.dumps(job), encoding="utf-8")
        done = subprocess.run(
            [python, _WORKER, folder],
            env={**os.environ, "HF_HUB_OFFLINE": "1", "TQDM_DISABLE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            last = (done.stderr.strip() or "nothing was said").splitlines()[-1]
            raise InputError(f"SetFit failed: {last}", expected=f"setfit installed for {python}")
        report = json.loads((Path(folder) / "report.json").read_text(encoding="utf-8"))
        with np.load(Path(folder) / "probability.npz") as arrays:
            return {name: arrays[name] for name in work.tests}, report
