"""Soft labels: written from held-out predictions, read with care, and learnt."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from framescope.cli import main
from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook, dump_codebook
from framescope.data.corpus_files import SHIPPED_CORPUS
from framescope.data.errors import InputError
from framescope.models.bundle import load_bundle
from framescope.models.labels import LabelSpace
from framescope.training.evaluation import evaluate_with_baseline
from framescope.training.fine_tune import FineTuner
from framescope.training.fit import training_examples
from framescope.training.settings import TrainSettings
from framescope.training.soft_labels import read_soft_labels, text_hash, write_soft_labels
from framescope.training.train import check_leakage, train_bundle

TEXTS = ["Tanks were shipped.", "It rained in Łódź.", "Loans came."]


def write(path: Path, codebook: Codebook, texts: list[str] | None = None) -> np.ndarray:  # type: ignore[type-arg]
    space = LabelSpace.of(codebook)
    probability = np.random.default_rng(0).dirichlet(np.ones(space.shape[1]), (3, space.shape[0]))
    about = {"encoder": "large", "codebook_hash": codebook.hash}
    write_soft_labels(path, texts or TEXTS, probability.astype(np.float32), space, about)
    return probability


def test_they_are_read_as_they_were_written(tmp_path: Path, codebook: Codebook) -> None:
    probability = write(tmp_path / "soft.parquet", codebook)
    soft = read_soft_labels(tmp_path / "soft.parquet", codebook)
    assert [soft.place[text_hash(text)] for text in TEXTS] == [0, 1, 2]
    assert soft.probability == pytest.approx(probability, abs=1e-3)
    assert soft.about["encoder"] == "large"
    assert soft.known([*TEXTS, "tanks were shipped."]) == 3


def test_the_annotation_has_its_weight_and_all_of_it_without_a_soft_label(
    tmp_path: Path, codebook: Codebook
) -> None:
    probability = write(tmp_path / "soft.parquet", codebook)
    soft = read_soft_labels(tmp_path / "soft.parquet", codebook)
    mixed = soft.mixed([TEXTS[2], "Unknown."], np.array([[1, 0], [2, 0]]), 0.3)
    assert mixed[0] == pytest.approx(0.3 * np.eye(3)[[1, 0]] + 0.7 * probability[2], abs=1e-3)
    assert mixed[1].tolist() == np.eye(3)[[2, 0]].tolist()


def test_what_is_not_of_this_codebook_or_no_soft_labels_is_refused(
    tmp_path: Path, codebook: Codebook, plain_codebook: Codebook
) -> None:
    path = tmp_path / "soft.parquet"
    with pytest.raises(InputError, match="no soft labels"):
        read_soft_labels(path, codebook)
    path.write_bytes(b"PAR1 broken")
    with pytest.raises(InputError, match="no soft labels"):
        read_soft_labels(path, codebook)
    for metadata in (None, {"framescope": "[]"}, {"framescope": "[" * 10**5}):
        pq.write_table(pa.table({"text_hash": ["a"]}).replace_schema_metadata(metadata), path)
        with pytest.raises(InputError, match="no soft labels"):
            read_soft_labels(path, codebook)
    write(path, codebook)
    with pytest.raises(InputError, match="no soft labels"):
        read_soft_labels(path, plain_codebook)
    other = codebook.model_copy(update={"version": 2})
    with pytest.raises(InputError, match="made under codebook"):
        read_soft_labels(path, other)
    table = pq.read_table(path)
    halves = pa.array(np.array([np.nan, 0.2, 0.3], np.float16))
    broken = {
        "help:absent": (halves, "no probabilities"),
        "text_hash": (pa.array(["a", "a", "b"]), "no probabilities"),
        "fingerprint": (pa.array([[1], [2], [3]]), "no soft labels"),
    }
    for name, (column, problem) in broken.items():
        place = table.schema.get_field_index(name)
        pq.write_table(table.set_column(place, name, column), path)
        with pytest.raises(InputError, match=problem):
            read_soft_labels(path, codebook)


def test_a_text_that_stands_twice_has_none(tmp_path: Path, codebook: Codebook) -> None:
    write(tmp_path / "soft.parquet", codebook, [TEXTS[0], TEXTS[1], TEXTS[0]])
    soft = read_soft_labels(tmp_path / "soft.parquet", codebook)
    assert list(soft.place) == [text_hash(TEXTS[1])]


def test_a_network_learns_them_and_not_the_annotation_where_that_has_no_weight(
    codebook: Codebook, sentences: list[AnnotatedSentence], tiny_encoder: Path
) -> None:
    space = LabelSpace.of(codebook)
    examples = training_examples(sentences, space)
    # The other way round: where help is annotated, trade is to be learnt.
    targets = np.eye(3, dtype=np.float32)[examples.codes[:, ::-1]]
    settings = TrainSettings(
        encoder=str(tiny_encoder), frozen_share=0, epochs=20, batch_size=8, learning_rate=1e-2,
        device="cpu", precision="fp32",
    )  # fmt: skip
    tuner = FineTuner(settings, space, lambda: None)
    scorer, _ = tuner.run(replace(examples, targets=targets), epochs=20, seed=0)
    found = scorer.logits(examples.texts).argmax(axis=2) > 0
    assert (found == (examples.codes[:, ::-1] > 0)).mean() > 0.95


def test_one_training_writes_what_the_next_learns(
    tmp_path: Path, codebook: Codebook, sentences: list[AnnotatedSentence], tiny_encoder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (tmp_path / "codebook.yaml").write_text(dump_codebook(codebook))
    (tmp_path / "corpus.jsonl").write_text("".join(s.model_dump_json() + "\n" for s in sentences))
    train = [
        "train", "--corpus", f"{tmp_path}/corpus.jsonl", "--codebook", f"{tmp_path}/codebook.yaml",
        "--encoder", str(tiny_encoder), "--epochs", "1", "--device", "cpu",
    ]  # fmt: skip

    def run(*more: str) -> int:
        with pytest.raises(SystemExit) as ended:
            main([*train, *more])
        return int(ended.value.code or 0)

    soft = f"{tmp_path}/soft.parquet"
    assert run("--output", f"{tmp_path}/teacher", "--write-soft-labels", soft) == 0
    assert run("--output", f"{tmp_path}/student", "--soft-labels", soft) == 0
    told = json.loads((tmp_path / "student/training.json").read_text())["soft_labels"]
    assert told["sentences"] == len(sentences)
    assert told["encoder"] == str(tiny_encoder)
    capsys.readouterr()
    assert run("--output", f"{tmp_path}/l", "--model", "linear", "--soft-labels", soft) == 1
    assert "neither learns nor writes soft labels" in capsys.readouterr().err
    assert "may flatter" in (tmp_path / "student/README.md").read_text()
    assert run("--output", f"{tmp_path}/again", "--write-soft-labels", soft) == 1
    assert run("--output", f"{tmp_path}/b", "--write-soft-labels", f"{tmp_path}/b/soft") == 1
    assert run("--output", f"{tmp_path}/c", "--write-soft-labels", f"{tmp_path}/no/soft") == 1
    assert not list(tmp_path.glob("[bc]"))


def test_gold_that_the_teacher_was_trained_on_is_refused(
    tmp_path: Path, codebook: Codebook, sentences: list[AnnotatedSentence], tiny_encoder: Path,
) -> None:  # fmt: skip
    space = LabelSpace.of(codebook)
    taught = np.full((len(sentences), *space.shape), 1 / 3, np.float32)
    about = {"encoder": "large", "codebook_hash": codebook.hash}
    soft = tmp_path / "soft.parquet"
    write_soft_labels(soft, [s.text for s in sentences], taught, space, about)
    corpus, gold = sentences[:80], sentences[80:]
    found = read_soft_labels(soft, codebook)
    settings = TrainSettings(encoder=str(tiny_encoder), epochs=1, device="cpu", max_tokens=32)
    train_bundle(corpus, codebook, settings, tmp_path / "bundle", soft=found)
    with pytest.raises(InputError, match="were trained on"):
        evaluate_with_baseline(load_bundle(tmp_path / "bundle"), tmp_path / "bundle", gold)
    (tmp_path / "gold.jsonl").write_text("".join(s.model_dump_json() + "\n" for s in gold))
    other = AnnotatedSentence(id="x", text="Nothing of this kind stands anywhere else.", frames={})
    with pytest.raises(InputError, match="were trained on"):
        check_leakage([other], [tmp_path / "gold.jsonl"], codebook, allow=False, soft=found)


def test_soft_labels_of_other_texts_are_refused(
    tmp_path: Path, codebook: Codebook, sentences: list[AnnotatedSentence], tiny_encoder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    write(tmp_path / "soft.parquet", codebook)
    (tmp_path / "codebook.yaml").write_text(dump_codebook(codebook))
    (tmp_path / "corpus.jsonl").write_text("".join(s.model_dump_json() + "\n" for s in sentences))
    with pytest.raises(SystemExit) as ended:
        main([
            "train", "--corpus", f"{tmp_path}/corpus.jsonl", "--codebook",
            f"{tmp_path}/codebook.yaml", "--encoder", str(tiny_encoder), "--soft-labels",
            f"{tmp_path}/soft.parquet", "--output", f"{tmp_path}/bundle",
        ])  # fmt: skip
    assert ended.value.code == 1
    assert "no training sentence has one of these soft labels" in capsys.readouterr().err


def test_the_shipped_ones_are_of_the_shipped_corpus() -> None:
    from framescope.data.annotations import read_annotations
    from framescope.data.codebook import load_codebook

    book = load_codebook()
    soft = read_soft_labels(SHIPPED_CORPUS.parent / "soft_labels.parquet", book)
    texts = [s.text for s in read_annotations([SHIPPED_CORPUS], book)]
    assert soft.known(texts) == len(soft.place)
    assert soft.known(texts) > 0.9 * len(texts)
