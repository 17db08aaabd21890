"""``framescope annotations`` on the real command line."""

from __future__ import annotations

import json
from pathlib import Path

from framescope.data.corpus_files import SHIPPED_CORPUS
from tests.integration.test_command_line import fail, succeed

PART = sorted(SHIPPED_CORPUS.glob("*.jsonl"))[0]


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_out_to_a_tool_and_in_again(tmp_path: Path) -> None:
    for name, suffix in (("label-studio", "json"), ("doccano", "jsonl"), ("csv", "csv")):
        there, back = tmp_path / f"{name}.{suffix}", tmp_path / f"{name}-back.jsonl"
        succeed("annotations", "export", PART, "--format", name, "--output", there)
        told = succeed("annotations", "import", there, "--format", name, "--output", back)
        assert told.endswith("0 rows dropped\n")
        key = lambda row: str(row["id"])  # noqa: E731
        assert sorted(rows(back), key=key) == sorted(rows(PART), key=key)


def test_dropped_rows_are_told_with_place_and_reason(tmp_path: Path) -> None:
    exported = tmp_path / "doccano.jsonl"
    labels = ["peace:supports"], ["balancing_russia:supports"]
    lines = [json.dumps({"id": i, "text": "A.", "label": label}) for i, label in enumerate(labels)]
    exported.write_text("\n".join(lines) + "\n", encoding="utf-8")
    out = tmp_path / "told.json"
    succeed("annotations", "import", exported, "--output", tmp_path / "a.jsonl", "--json", out)
    told = json.loads(out.read_text())
    assert told["sentences"] == 1
    assert told["dropped"][0]["place"] == "doccano.jsonl:1"
    assert "peace" in told["dropped"][0]["reason"]


def test_agreement_of_the_two_passes(tmp_path: Path) -> None:
    labels = SHIPPED_CORPUS.parent / "labels"
    out = tmp_path / "agreement.json"
    told = succeed(
        "annotations", "agreement", labels / "first.jsonl", labels / "second.jsonl", "--json", out
    )
    assert "alpha" in told
    found = json.loads(out.read_text())
    assert found["sentences"] == len(rows(labels / "settled.jsonl"))
    assert len(found["disagreements"]) == sum(
        a["frames"] != b["frames"]
        for a, b in zip(rows(labels / "first.jsonl"), rows(labels / "second.jsonl"), strict=True)
    )


def test_check_passes_the_corpus_and_catches_a_planted_copy(tmp_path: Path) -> None:
    succeed("annotations", "check", PART)
    gold = tmp_path / "gold.jsonl"
    copy = next(r for r in rows(PART) if len(str(r["text"]).split()) > 12)
    gold.write_text(json.dumps({**copy, "id": "g1", "text": str(copy["text"]).upper()}) + "\n")
    assert "1 errors" in fail("annotations", "check", PART, "--against", gold)
    bundle = tmp_path / "bundle"
    train = ("train", "--model", "linear", "--corpus", PART, "--gold", gold, "--output", bundle)
    assert str(copy["id"]) in fail(*train)
    assert not bundle.exists()
    succeed(*train, "--allow-overlap")
    overlap = json.loads((bundle / "training.json").read_text())["gold"]
    assert overlap["allowed_pairs"] == [[copy["id"], "g1", "exact"]]


def test_suspicious_labels_are_ranked_into_a_file(tmp_path: Path) -> None:
    out = tmp_path / "errors.jsonl"
    succeed("annotations", "errors", PART, "--output", out, "--most", "20")
    quality = [float(str(row["quality"])) for row in rows(out)]
    assert len(quality) == 20
    assert quality == sorted(quality)


def test_counts_are_those_of_the_file() -> None:
    told = succeed("annotations", "counts", PART)
    assert f"{'sentences':<45} {len(rows(PART))}" in told
