"""SetFit alone, for an interpreter that has it: ``python benchmarks/setfit/worker.py FOLDER``.

Reads ``job.json`` in the folder; writes ``probability.npz`` and ``report.json`` there. It imports
nothing of the project, so that SetFit may live with other versions of everything.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
import setfit
from transformers import set_seed


def main(folder: Path) -> None:
    """Train on the job's sentences and write the probabilities of its test sets."""
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    texts, labels = job["texts"], job["labels"]
    started = time.perf_counter()
    set_seed(job["seed"])
    several = isinstance(labels[0], list)
    model = setfit.SetFitModel.from_pretrained(
        job["encoder"], multi_target_strategy="one-vs-rest" if several else None
    )
    model.model_body.max_seq_length = job["max_tokens"]
    pairs = 2 * job["iterations"] * len(texts)
    batch = setfit.TrainingArguments().embedding_batch_size
    arguments = setfit.TrainingArguments(
        output_dir=str(folder / "model"),
        num_iterations=job["iterations"],
        num_epochs=1,
        # Without a cap on steps SetFit lists all n² / 2 pairs of sentences first, to use a few.
        max_steps=-(-pairs // batch),
        seed=job["seed"],
        report_to="none",
        logging_strategy="no",
        save_strategy="no",
        show_progress_bar=False,
    )
    trainer = setfit.Trainer(model=model, args=arguments)
    contrasting = time.perf_counter()
    trainer.train_embeddings(texts, labels, args=arguments)
    pair_seconds = time.perf_counter() - contrasting
    trainer.train_classifier(texts, labels, args=arguments)
    train_seconds = time.perf_counter() - started
    probability = {
        name: np.asarray(model.predict_proba(test, as_numpy=True), dtype=np.float32)
        for name, test in job["tests"].items()
    }
    np.savez(folder / "probability.npz", **probability)
    report = {"pairs": pairs, "pair_seconds": pair_seconds, "train_seconds": train_seconds,
              "version": setfit.__version__}  # fmt: skip
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
