from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from framescope.data.annotations import AnnotatedSentence
from framescope.data.articles.read import find_sources
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.data.fingerprints import fingerprints, read_fingerprints
from framescope.inference.comparison.compare import compare_outlets
from framescope.inference.manifest import open_scored
from framescope.inference.score import score_archive
from framescope.models.classifier import FrameClassifier
from framescope.training.fit import fit_linear


@pytest.fixture
def classifier(codebook: Codebook, sentences: list[AnnotatedSentence]) -> FrameClassifier:
    return fit_linear(sentences, codebook, seed=0).classifier


ARTICLES = [
    {"id": "a", "outlet": "North", "published": "2024-01-05", "url": "https://n.example/a",
     "title": "Tanks shipped to the army", "text": "Indeed drones sold to the front. It rained."},
    {"id": "b", "outlet": "South", "text": "It rained. Not loans from a new bank."},
]  # fmt: skip


def score(folder: Path, classifier: FrameClassifier, articles: list[Any]) -> Path:
    source = folder / "in.jsonl"
    source.write_text("".join(json.dumps(a) + "\n" for a in articles), encoding="utf-8")
    output = folder / "scored"
    score_archive(find_sources([source]), {}, classifier, output, settings={})
    return output


def rows(output: Path) -> list[dict[str, Any]]:
    relation = duckdb.sql(f"SELECT * FROM '{output}/sentences/*.parquet'")
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


def test_every_sentence_becomes_a_row_with_the_columns_of_the_contract(
    tmp_path: Path, classifier: FrameClassifier
) -> None:
    output = score(tmp_path, classifier, ARTICLES)
    found = rows(output)
    assert [(r["article_id"], r["sentence_index"]) for r in found] == [
        ("a", 0), ("a", 1), ("a", 2), ("b", 0), ("b", 1),
    ]  # fmt: skip
    first = found[0]
    assert (first["outlet"], first["published"], first["url"]) == (
        "North", date(2024, 1, 5), "https://n.example/a",
    )  # fmt: skip
    body = "Tanks shipped to the army\n\nIndeed drones sold to the front. It rained."
    for row in found[:3]:
        assert body[row["start"] : row["end"]] == row["text"]
    assert found[1]["help"] is True
    assert found[1]["help_stance"] in {"supports", "disputes"}
    assert found[2]["help"] is False
    assert found[2]["help_stance"] is found[2]["help_stance_probability"] is None
    assert found[3]["published"] is None


def test_scores_in_the_archive_are_those_of_predict(
    tmp_path: Path, classifier: FrameClassifier
) -> None:
    for row in rows(score(tmp_path, classifier, ARTICLES)):
        (prediction,) = classifier.predict([row["text"]])
        assert row["help_probability"] == pytest.approx(prediction.probabilities["help"], abs=1e-6)
        assert row["help"] == ("help" in prediction.frames)
        assert row["trade_stance"] == prediction.frames.get("trade")


def test_a_scored_archive_keeps_what_its_bundle_was_trained_on(
    tmp_path: Path, classifier: FrameClassifier
) -> None:
    known = fingerprints(["Indeed drones sold to the front."])
    output = score(tmp_path, replace(classifier, trained_on=known), ARTICLES)
    assert read_fingerprints(output) == known


def test_repeated_sentences_point_to_the_first(tmp_path: Path, classifier: FrameClassifier) -> None:
    output = score(tmp_path, classifier, ARTICLES)
    assert [r["duplicate_of"] for r in rows(output)] == [None, None, None, "a#2", None]
    assert json.loads((output / "manifest.json").read_text())["counts"]["duplicates"] == 1


def test_a_repeated_id_is_another_article(tmp_path: Path, classifier: FrameClassifier) -> None:
    output = score(tmp_path, classifier, [ARTICLES[0], ARTICLES[0]])
    assert [r["article_id"] for r in rows(output)] == ["a"] * 3 + ["a~2"] * 3
    assert [r["duplicate_of"] for r in rows(output)][3:] == ["a#0", "a#1", "a#2"]


def test_articles_of_two_archives_with_the_same_ids_are_not_one(
    tmp_path: Path, classifier: FrameClassifier
) -> None:
    folders = []
    for name in ("one", "two's"):
        (tmp_path / name).mkdir()
        folders.append(score(tmp_path / name, classifier, [{**ARTICLES[0], "url": name}]))
    north = compare_outlets(open_scored(folders)).by_outlet[0]
    assert (north.articles, north.sentences) == (2, 6)


def test_a_scored_archive_in_the_folder_is_not_read_as_articles(
    tmp_path: Path, classifier: FrameClassifier
) -> None:
    score(tmp_path, classifier, ARTICLES)
    assert [source.name for source in find_sources([tmp_path])] == ["in.jsonl"]


def test_foreign_folders_are_not_written_over(tmp_path: Path, classifier: FrameClassifier) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "It rained."}\n')
    precious = tmp_path / "documents"
    precious.mkdir()
    (precious / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="holds other things"):
        score_archive(find_sources([source]), {}, classifier, precious, settings={}, overwrite=True)
    assert (precious / "thesis.txt").read_text() == "years of work"
    with pytest.raises(InputError, match="it is a file"):
        score_archive(find_sources([source]), {}, classifier, source, settings={}, overwrite=True)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    score_archive(find_sources([source]), {}, classifier, link, settings={})
    assert (tmp_path / "elsewhere" / "manifest.json").is_file()


def test_rejects_keep_record_place_and_reason(tmp_path: Path, classifier: FrameClassifier) -> None:
    output = score(tmp_path, classifier, [*ARTICLES, {"id": "c", "text": " "}, ["x"]])
    rejected = [json.loads(line) for line in (output / "rejected.jsonl").read_text().splitlines()]
    assert [r["place"] for r in rejected] == ["in.jsonl:3", "in.jsonl:4"]
    assert all(r["record"] and r["reason"] for r in rejected)
    counts = json.loads((output / "manifest.json").read_text())["counts"]
    assert (counts["articles"], counts["sentences"], counts["rejected"]) == (2, 5, 2)


def test_nothing_is_left_behind_where_nothing_can_be_scored(
    tmp_path: Path, classifier: FrameClassifier
) -> None:
    with pytest.raises(InputError, match=r"no article to score in in\.jsonl; first reject"):
        score(tmp_path, classifier, [{"id": "c", "text": " "}])
    assert [p.name for p in tmp_path.iterdir()] == ["in.jsonl"]
    score(tmp_path, classifier, ARTICLES)
    with pytest.raises(InputError, match="exists already"):
        score(tmp_path, classifier, ARTICLES)


def test_scored_archives_are_checked_when_opened(
    tmp_path: Path, classifier: FrameClassifier
) -> None:
    output = score(tmp_path, classifier, ARTICLES)
    assert open_scored([output])[0].codebook == classifier.codebook
    with pytest.raises(InputError, match="given twice"):
        open_scored([output, output])
    manifest = json.loads((output / "manifest.json").read_text())
    (output / "manifest.json").write_text(json.dumps(manifest | {"codebook_hash": "0" * 64}))
    with pytest.raises(InputError, match="codebook hash is 000000000000"):
        open_scored([output])
    with pytest.raises(InputError, match=r"no manifest\.json"):
        open_scored([tmp_path])


def test_archives_scored_at_other_thresholds_are_not_compared(
    tmp_path: Path, classifier: FrameClassifier
) -> None:
    folders = []
    for shift in (0.0, 1.0):
        (tmp_path / f"{shift}").mkdir()
        other = replace(classifier, rule=classifier.rule.raised(shift))
        folders.append(score(tmp_path / f"{shift}", other, ARTICLES))
    with pytest.raises(InputError, match="thresholds") as told:
        open_scored(folders)
    assert all(str(folder) in str(told.value) for folder in folders)


def test_frames_called_like_a_count_do_not_spoil_it(
    tmp_path: Path, sentences: list[AnnotatedSentence], codebook: Codebook
) -> None:
    names = {"help": "rejected", "trade": "abstained_language"}
    content = codebook.model_dump(mode="json")
    for frame in content["frames"]:
        frame["id"] = names[frame["id"]]
    renamed = [
        s.model_copy(update={"frames": {names[f]: v for f, v in s.labels.items()}})
        for s in sentences
    ]
    named = fit_linear(renamed, Codebook.model_validate(content), seed=0).classifier
    output = score(tmp_path, named, ARTICLES)
    counts = json.loads((output / "manifest.json").read_text())["counts"]
    assert counts["rejected"] == counts["abstained_language"] == 0
    found = rows(output)
    assert counts["frames"] == {name: sum(r[name] for r in found) for name in names.values()}
    assert sum(counts["frames"].values()) > 0
