"""Gold that is trained on and corrects: bundles by part, the archive scored by all of them."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pytest

from framescope.cli import main
from framescope.data.annotations import AnnotatedSentence
from framescope.data.articles.read import find_sources
from framescope.data.codebook import Codebook, dump_codebook
from framescope.data.errors import InputError
from framescope.data.fingerprints import fingerprint
from framescope.inference.comparison.compare import Comparison, compare_outlets
from framescope.inference.manifest import ScoredArchive, open_scored
from framescope.inference.report import render_report
from framescope.inference.sampling.next import draw_next
from framescope.inference.score import score_archive
from framescope.models.bundle import load_bundle
from framescope.training.cross_fit import train_parts
from framescope.training.settings import TrainSettings
from framescope.training.train import train_bundle
from tests.conftest import make_sentences

LINEAR = TrainSettings(model="linear")
PARTS, ARTICLES, GOLD = 3, 240, 180


@dataclass(frozen=True)
class Study:
    """An archive of three sentences an article, scored, drawn from, annotated, scored in parts."""

    folder: Path
    codebook: Codebook
    truth: dict[str, bool]
    first: ScoredArchive
    gold: list[AnnotatedSentence]

    @property
    def gold_file(self) -> Path:
        return self.folder / "gold.jsonl"

    def score(self, bundle: Path, output: Path) -> ScoredArchive:
        sources = find_sources([self.folder / "archive.jsonl"])
        score_archive(sources, {}, load_bundle(bundle), output, settings={}, abstain=False)
        return unchecked(output)

    def part(self, number: int) -> ScoredArchive:
        return unchecked(self.folder / f"scored-{number}")

    def compare(self, *scored: ScoredArchive) -> Comparison:
        archives = open_scored([archive.folder for archive in scored], parts=True)
        return compare_outlets(archives, drawn=[self.gold_file], drawn_from=[self.first])


def unchecked(folder: Path) -> ScoredArchive:
    """A scored archive that may be one part alone."""
    manifest = json.loads((folder / "manifest.json").read_text())
    return ScoredArchive(folder, manifest, Codebook.model_validate(manifest["codebook"]))


def write_archive(path: Path) -> dict[str, bool]:
    """Articles whose words tell the frame badly, so that learning by heart pays.

    Returns:
        Whether each text has the frame.
    """
    random = np.random.default_rng(1)
    told: dict[str, bool] = {}
    with path.open("w") as stream:
        for number in range(ARTICLES):
            texts = []
            for index in range(3):
                framed = bool(random.random() < (0.5 if number % 2 else 0.2))
                hint = "drones" if framed == (random.random() < 0.7) else "rain"
                texts.append(f"Report {number} by writer{index}{number} is about {hint} in town.")
                told[texts[-1]] = framed
            article = {"id": f"a{number}", "outlet": ("North", "South")[number % 2]}
            stream.write(json.dumps(article | {"text": " ".join(texts)}) + "\n")
    return told


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("study")
    frames, stances = [{"id": "help"}, {"id": "trade"}], [{"id": "supports"}, {"id": "disputes"}]
    book = Codebook.model_validate(
        {"id": "small", "version": 1, "frames": frames, "stances": stances}
    )
    truth = write_archive(folder / "archive.jsonl")
    train_bundle(make_sentences(stances=True, documents=6), book, LINEAR, folder / "bundle")
    sources = find_sources([folder / "archive.jsonl"])
    model = load_bundle(folder / "bundle")
    score_archive(sources, {}, model, folder / "first", settings={}, abstain=False)
    first = unchecked(folder / "first")
    gold = [
        s.model_copy(update={"frames": {"help": "supports"} if truth[s.text] else {}})
        for s in draw_next([first], "estimation", GOLD).sentences
    ]
    (folder / "gold.jsonl").write_text("".join(s.model_dump_json() + "\n" for s in gold))
    study = Study(folder, book, truth, first, gold)
    for number, part in enumerate(
        train_parts(gold, book, LINEAR, folder / "parts", parts=PARTS), start=1
    ):
        study.score(part, folder / f"scored-{number}")
    return study


def test_no_bundle_has_seen_the_gold_of_its_part(study: Study) -> None:
    for number in range(1, PARTS + 1):
        model = load_bundle(study.folder / "parts" / f"part-{number}")
        assert model.part is not None
        for s in study.gold:
            left_out = model.part.holds(s.id.rpartition("#")[0])
            assert (fingerprint(s.text) not in model.trained_on) == left_out


def test_what_is_from_elsewhere_trains_every_part(study: Study, tmp_path: Path) -> None:
    others = make_sentences(stances=True, documents=4)
    for folder in train_parts(
        [*study.gold, *others], study.codebook, LINEAR, tmp_path / "p", parts=2
    ):
        assert {fingerprint(s.text) for s in others} <= load_bundle(folder).trained_on


def test_the_parts_are_the_archive_and_the_gold_that_trained_them_corrects_it(
    study: Study,
) -> None:
    scored = [study.part(number) for number in range(1, PARTS + 1)]
    files = [path for archive in scored for path in archive.files]
    texts = [row[0] for row in duckdb.sql(f"SELECT text FROM read_parquet({files})").fetchall()]
    assert sorted(texts) == sorted(study.truth)
    comparison = study.compare(*scored)
    (correction,) = comparison.corrected
    told = {c.outlet: c for c in correction.by_outlet if c.frame == "help" and c.stance is None}
    for name, remainder in (("North", 0), ("South", 1)):
        own = [v for t, v in study.truth.items() if int(t.split()[1]) % 2 == remainder]
        found = told[name].archive
        assert found is not None
        assert found.low <= np.mean(own) <= found.high
    hashes = [archive.manifest["bundle_hash"] for archive in scored]
    assert comparison.as_json()["bundle_hashes"] == hashes
    html = render_report(comparison).html
    assert all(found in html for found in hashes)
    assert "Chernozhukov" in html


def test_the_same_gold_is_refused_for_a_bundle_that_saw_all_of_it(
    study: Study, tmp_path: Path
) -> None:
    train_bundle(study.gold, study.codebook, LINEAR, tmp_path / "all")
    again = study.score(tmp_path / "all", tmp_path / "again")
    with pytest.raises(InputError, match="180 of 180 gold sentences were trained on"):
        study.compare(again)


def test_parts_are_given_whole_and_of_one_training(study: Study, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the parts \[1, 3\] of 3 of this archive are given"):
        study.compare(study.part(1), study.part(3))
    with pytest.raises(InputError, match="not parts of one cross-fitting"):
        study.compare(study.part(1), study.part(2), study.first)
    shutil.copytree(study.part(3).folder, tmp_path / "other")
    path = tmp_path / "other" / "manifest.json"
    path.write_text(path.read_text().replace(study.part(3).part.family, "f" * 64))  # type: ignore[union-attr]
    with pytest.raises(InputError, match="not parts of one cross-fitting"):
        study.compare(study.part(1), study.part(2), unchecked(tmp_path / "other"))


def test_gold_of_another_archive_is_refused(study: Study, tmp_path: Path) -> None:
    archives = open_scored([study.part(n).folder for n in range(1, PARTS + 1)], parts=True)
    with pytest.raises(InputError, match="--drawn-from"):
        compare_outlets(archives, drawn=[study.gold_file])
    manifest = json.loads((study.first.folder / "manifest.json").read_text())
    manifest["inputs"][0]["bytes"] += 1
    other = ScoredArchive(study.first.folder, manifest, study.codebook)
    rows = [json.loads(line) for line in study.gold_file.read_text().splitlines()]
    for row in rows:
        row["sampling"]["archive"] = other.hash
    (tmp_path / "gold.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(InputError, match=r"240 articles of .*, scored again are 0"):
        compare_outlets(archives, drawn=[tmp_path / "gold.jsonl"], drawn_from=[other])


def test_sentences_without_a_chance_to_be_drawn_are_refused(study: Study, tmp_path: Path) -> None:
    shutil.copytree(study.first.folder, tmp_path / "first")
    (path,) = unchecked(tmp_path / "first").files
    duckdb.sql(
        "COPY (SELECT * REPLACE (CASE WHEN sentence_index = 0 AND outlet = 'North' THEN 'language' "
        "END AS abstained) "
        f"FROM '{study.first.files[0]}') TO '{path}' (FORMAT parquet)"
    )
    scored = open_scored([study.part(n).folder for n in range(1, PARTS + 1)], parts=True)
    with pytest.raises(InputError, match="120 of 360 scored sentences of 'North' had no chance"):
        compare_outlets(scored, drawn=[study.gold_file], drawn_from=[unchecked(tmp_path / "first")])


def test_parts_are_for_compare_alone(study: Study) -> None:
    parts = [study.part(number).folder for number in range(1, PARTS + 1)]
    with pytest.raises(InputError, match="framescope compare, which alone takes parts together"):
        open_scored(parts)
    ordered = [archive.part for archive in open_scored(parts[::-1], parts=True)]
    assert [part.number for part in ordered if part] == [1, 2, 3]


def test_gold_drawn_from_parts_corrects_what_one_bundle_scored_since(
    study: Study, tmp_path: Path
) -> None:
    parts = open_scored([study.part(n).folder for n in range(1, PARTS + 1)], parts=True)
    sentences = [
        s.model_copy(
            update={"sampling": s.sampling and s.sampling.model_copy(update={"archive": part.hash})}
        )
        for part in parts
        for s in study.gold
        if part.part and part.part.holds(s.id.rpartition("#")[0])
    ]
    (tmp_path / "gold.jsonl").write_text("".join(s.model_dump_json() + "\n" for s in sentences))
    comparison = compare_outlets(
        open_scored([study.first.folder]), drawn=[tmp_path / "gold.jsonl"], drawn_from=parts
    )
    plain = compare_outlets(open_scored([study.first.folder]), drawn=[study.gold_file])
    for found, expected in zip(
        comparison.corrected[0].by_outlet, plain.corrected[0].by_outlet, strict=True
    ):
        assert (found.outlet, found.frame, found.gold) == (
            expected.outlet, expected.frame, expected.gold,
        )  # fmt: skip
        if found.archive and expected.archive:
            assert found.archive.low == pytest.approx(expected.archive.low)
            assert found.archive.high == pytest.approx(expected.archive.high)
    assert any(found.archive for found in comparison.corrected[0].by_outlet)


def test_there_is_gold_to_leave_out_in_every_part(study: Study, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no sentence was drawn from an archive"):
        train_parts(make_sentences(stances=True), study.codebook, LINEAR, tmp_path / "p", parts=2)
    with pytest.raises(InputError, match="none of the 4 drawn sentences falls into part"):
        train_parts(study.gold[:4], study.codebook, LINEAR, tmp_path / "p", parts=40)
    assert not (tmp_path / "p").exists()


def test_the_commands_go_on_where_they_stopped(
    study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "codebook.yaml").write_text(dump_codebook(study.codebook))
    train = [
        "train", "--corpus", str(study.gold_file), "--codebook", f"{tmp_path}/codebook.yaml",
        "--model", "linear", "--cross-fit", "2", "--output", f"{tmp_path}/parts",
    ]  # fmt: skip

    def run(*command: str) -> int:
        with pytest.raises(SystemExit) as ended:
            main(list(command))
        return int(ended.value.code or 0)

    assert run(*train) == 0
    (tmp_path / "parts/part-2/model.safetensors").unlink()
    assert run(*train) == 1
    assert "exists" in capsys.readouterr().err
    assert run(*train, "--overwrite") == 0
    assert "part 1 of 2: there already" in capsys.readouterr().err
    for number in (1, 2):
        bundle, output = f"{tmp_path}/parts/part-{number}", f"{tmp_path}/s{number}"
        archive = f"{study.folder}/archive.jsonl"
        assert run("score", archive, "--bundle", bundle, "--output", output) == 0
    assert "These are the articles of part 2 of 2" in capsys.readouterr().out
    compare = ["compare", f"{tmp_path}/s1", f"{tmp_path}/s2", "--gold", str(study.gold_file)]
    place = ["--drawn-from", str(study.first.folder), "--output", f"{tmp_path}/report.html"]
    assert run(*compare, *place) == 0
    assert (tmp_path / "report.html").is_file()
