"""The real command line on the real corpus, with the linear model (seconds, not minutes)."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from framescope.data.corpus_files import EXAMPLE_ARCHIVE, SHIPPED_CORPUS
from framescope.models.bundle import bundle_hash

COMMANDS = ("train", "evaluate", "predict", "score", "compare", "retrain")


def framescope(*arguments: object, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("framescope"), *map(str, arguments)],
        input=stdin, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def succeed(*arguments: object, stdin: str | None = None) -> str:
    result = framescope(*arguments, stdin=stdin)
    assert result.returncode == 0, result.stderr
    return result.stdout


def fail(*arguments: object, stdin: str | None = None, code: int = 1) -> str:
    result = framescope(*arguments, stdin=stdin)
    assert result.returncode == code, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    if code == 1:
        last = result.stderr.strip().splitlines()[-1]
        assert last.startswith("framescope: ")
        return last
    return result.stderr


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a linear bundle of a part of the corpus, and the example archive scored."""
    folder = tmp_path_factory.mktemp("work")
    part = folder / "corpus.jsonl"
    files = sorted(SHIPPED_CORPUS.glob("*.jsonl"))[:3]
    part.write_text("".join(f.read_text(encoding="utf-8") for f in files), encoding="utf-8")
    succeed("train", "--model", "linear", "--corpus", part, "--output", folder / "bundle")
    succeed("score", EXAMPLE_ARCHIVE, "--bundle", folder / "bundle", "--output", folder / "scored")
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    text = succeed(command, "--help")
    assert f"framescope {command}" in text
    assert "--json" in text


def test_help_comes_without_heavy_imports() -> None:
    code = "import sys; sys.argv = ['framescope', '--help']\nfrom framescope.cli import main\n"
    heavy = "('torch', 'transformers', 'sklearn', 'altair', 'duckdb', 'evaluate', 'datasets')"
    code += f"try: main()\nexcept SystemExit: pass\nprint([m for m in {heavy} if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip().endswith("[]")


def test_bad_usage_ends_with_2() -> None:
    assert "--epocs" in fail("train", "--output", "x", "--epocs", "3", code=2)
    assert "output" in fail("train", code=2)
    assert "--bogus" in fail("score", "a", "--bogus", "--bundle", "b", "--output", "c", code=2)
    assert "fold" in fail("train", "--output", "x", "--folds", "1", code=2)


def test_a_settings_file_is_read_and_flags_win(work: Path, tmp_path: Path) -> None:
    config = tmp_path / "settings.yaml"
    config.write_text("model: linear\nseed: 5\n", encoding="utf-8")
    corpus = work / "corpus.jsonl"
    for extra, seed in (((), 5), (("--seed", "6"), 6)):
        output = tmp_path / f"bundle-{seed}"
        succeed("train", "--config", config, "--corpus", corpus, "--output", output, *extra)
        settings = json.loads((output / "training.json").read_text())["settings"]
        assert (settings["model"], settings["seed"]) == ("linear", seed)
    config.write_text("colour: red\n", encoding="utf-8")
    assert "colour" in fail("train", "--config", config, "--output", tmp_path / "x", code=2)
    assert not (tmp_path / "x").exists()


def test_evaluate_writes_the_contract(work: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    lines = (work / "corpus.jsonl").read_text(encoding="utf-8").splitlines()[:200]
    gold.write_text("\n".join(lines) + "\n", encoding="utf-8")
    out = tmp_path / "out.json"
    command = ("evaluate", "--bundle", work / "bundle", "--gold", gold, "--json", out)
    assert "gold sentences were trained on, such as" in fail(*command)
    text = succeed(*command, "--allow-overlap")
    assert "aiding_russias_war" in text
    result = json.loads(out.read_text())
    assert 0 < result["trained_on"] <= result["sentences"] == 200
    for part in (result, result["baseline"]):
        assert {"macro_f1", "micro_f1", "joint_micro_f1", "false_alarms_per_1000"} <= set(part)
        for scores in part["frames"].values():
            assert {"precision", "recall", "f1", "support"} <= set(scores)
            assert {"stance_accuracy", "stance_macro_f1"} <= set(scores)
        low, high = part["intervals"]["macro_f1"]
        assert 0 <= low <= part["macro_f1"] <= high <= 1


def test_evaluate_tests_capabilities_alone_and_beside_gold(work: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    common = ("evaluate", "--bundle", work / "bundle", "--json", out)
    assert "transliteration" in succeed(*common, "--capabilities")
    alone = json.loads(out.read_text())
    assert list(alone) == ["capabilities"]
    found = alone["capabilities"]["by_capability"]
    assert found == alone["capabilities"]["baseline"]
    for figures in found.values():
        low, high = figures["interval"]
        assert low <= figures["failure_rate"] <= high
        assert len(figures["failures"]) == figures["failed"]
    own, gold = tmp_path / "own.jsonl", tmp_path / "gold.jsonl"
    text = {"text": "It rained in Leeds.", "frames": {}}
    kind = {"kind": "minimum_functionality", "texts": [text]}
    own.write_text(json.dumps({"id": "1", "capability": "weather"} | kind), encoding="utf-8")
    gold.write_text(json.dumps({"id": "1"} | text), encoding="utf-8")
    succeed(*common, "--capabilities", own, "--gold", gold)
    both = json.loads(out.read_text())
    assert list(both["capabilities"]["by_capability"]) == ["weather"]
    assert both["sentences"] == 1
    assert "nothing to measure on" in fail("evaluate", "--bundle", work / "bundle")


def test_predict_reads_arguments_or_lines(work: Path) -> None:
    text = "Tehran shipped drones to the Russian army."
    one = succeed("predict", text, "--bundle", work / "bundle")
    other = succeed("predict", "--bundle", work / "bundle", stdin=f"{text}\n\nIt rained.\n")
    assert json.loads(one)["text"] == text
    assert one == other.splitlines(keepends=True)[0]
    assert len(other.splitlines()) == 2


def test_score_and_compare_agree_with_the_parquet(work: Path, tmp_path: Path) -> None:
    report, figures = tmp_path / "report.html", tmp_path / "figures.json"
    succeed("compare", work / "scored", "--output", report, "--json", figures)
    rows = json.loads(figures.read_text())["by_outlet"]
    query = f"""SELECT outlet, count(*), sum(economic_diversification::int),
        sum((economic_diversification_stance = 'supports')::int)
        FROM '{work}/scored/sentences/*.parquet' GROUP BY outlet"""
    for outlet, sentences, framed, supports in duckdb.sql(query).fetchall():
        cells = {
            r["stance"]: r
            for r in rows
            if r["outlet"] == outlet and r["frame"] == "economic_diversification"
        }
        assert (cells[None]["sentences"], cells[None]["count"]) == (sentences, framed)
        assert cells["supports"]["count"] == (supports or 0)
        assert cells[None]["of_sentences"]["share"] == pytest.approx(framed / sentences)
    assert "Harbour &amp; Continent" in report.read_text(encoding="utf-8")


def test_bounded_false_alarms_flag_less_and_say_at_what_thresholds(
    work: Path, tmp_path: Path
) -> None:
    def flagged(rate: float, *more: object) -> tuple[int, dict[str, float]]:
        out = tmp_path / str(rate)
        bound = ("--max-false-alarms-per-1000", rate, *more)
        succeed("score", EXAMPLE_ARCHIVE, "--bundle", work / "bundle", "--output", out, *bound)
        settings = json.loads((out / "manifest.json").read_text())["settings"]
        assert settings["max_false_alarms_per_1000"] == rate
        rows = duckdb.sql(f"SELECT * FROM '{out}/sentences/*.parquet'").df()
        for frame, threshold in settings["thresholds"].items():
            assert ((rows[f"{frame}_probability"] >= threshold) == rows[frame]).all()
        return int(rows[list(settings["thresholds"])].any(axis=1).sum()), settings["thresholds"]

    loose, few = flagged(100), flagged(3)
    assert few[0] < loose[0]
    assert all(few[1][frame] > t for frame, t in loose[1].items())
    # Trained on them, the model knows its own frameless sentences too well to be raised as far.
    own = flagged(4, "--frameless", work / "corpus.jsonl")
    assert all(few[1][frame] > t for frame, t in own[1].items())


def test_bounds_that_cannot_be_kept_are_refused(work: Path, tmp_path: Path) -> None:
    run = ("score", EXAMPLE_ARCHIVE, "--bundle", work / "bundle", "--output", tmp_path / "x")
    rate = "--max-false-alarms-per-1000"
    assert "cannot vouch for 0.1 per 1,000" in fail(*run, rate, 0.1)
    assert "not given" in fail(*run, "--frameless", work / "corpus.jsonl")
    framed = tmp_path / "framed.jsonl"
    framed.write_text('{"id": "1", "text": "A.", "frames": {"balancing_russia": "supports"}}\n')
    assert "no sentence is without a frame" in fail(*run, rate, 5, "--frameless", framed)
    for beyond in (0, "inf", "nan", 1001):
        fail(*run, rate, beyond, code=2)
    assert not (tmp_path / "x").exists()


def test_words_are_weighed_on_demand(work: Path, tmp_path: Path) -> None:
    text = "Tehran shipped [bold]drones[/bold] to the Russian army."
    out = tmp_path / "out.jsonl"
    told = succeed("predict", text, "--explain", "--bundle", work / "bundle", "--json", out)
    assert out.read_text(encoding="utf-8") == told
    row = json.loads(told)
    assert list(row["explanation"]) == list(row["frames"]) == ["aiding_russias_war"]
    words = row["explanation"]["aiding_russias_war"]
    assert [text[w["start"] : w["end"]] for w in words] == [w["word"] for w in words]
    assert max(words, key=lambda w: w["weight"])["word"] in {"shipped", "Russian", "army"}


def test_only_the_bundle_that_scored_can_mark_the_words(work: Path, tmp_path: Path) -> None:
    report, other = tmp_path / "report.html", tmp_path / "other"
    common = ("compare", work / "scored", "--output", report, "--explain-with")
    shutil.copytree(work / "bundle", other)
    thresholds = json.loads((other / "thresholds.json").read_text())
    (other / "thresholds.json").write_text(json.dumps(dict.fromkeys(thresholds, 0.5)))
    training = json.loads((other / "training.json").read_text()) | {
        "bundle_hash": bundle_hash(other)
    }
    (other / "training.json").write_text(json.dumps(training))
    message = fail(*common, other)
    assert f"its hash is {training['bundle_hash'][:12]}" in message
    assert "that scored" in message
    assert not report.exists()
    succeed(*common, work / "bundle")
    assert "Marked words carry the frame" in report.read_text(encoding="utf-8")


def test_standard_input_is_an_archive(work: Path, tmp_path: Path) -> None:
    lines = EXAMPLE_ARCHIVE.read_text(encoding="utf-8").splitlines()[:3]
    output = tmp_path / "scored"
    succeed("score", "-", "--bundle", work / "bundle", "--output", output, stdin="\n".join(lines))
    assert json.loads((output / "manifest.json").read_text())["counts"]["articles"] == 3


BROKEN = {
    "columns.csv": (b"a,b\n1,2\n", "no column looks like text"),
    "empty.csv": (b"", "no column looks like text"),
    "latin.csv": (b"title,text\nB,caf\xe9\n", "latin.csv:2: not UTF-8"),
    "cut.parquet": (b"PAR1\x15\x04", "cannot read it as Parquet"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_archive_is_one_clear_line_and_leaves_nothing(
    work: Path, tmp_path: Path, name: str
) -> None:
    content, told = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    message = fail(
        "score", tmp_path / name, "--bundle", work / "bundle", "--output", tmp_path / "o"
    )
    assert name in message
    assert told in message
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_folder_without_readable_files_is_named(work: Path, tmp_path: Path) -> None:
    message = fail("score", tmp_path, "--bundle", work / "bundle", "--output", tmp_path / "o")
    assert "no file that can be read" in message


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ('{"id": "1", "text": "A.", "frames": {"peace": "supports"}}', "unknown frame 'peace'"),
        ('{"id": "1", "text": "A.", "frames": {"balancing_russia": "so"}}', "unknown stance 'so'"),
        ("", "no annotated sentence"),
    ],
)
def test_broken_annotations_are_named_by_file_and_row(tmp_path: Path, row: str, told: str) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(row + "\n" if row else "", encoding="utf-8")
    message = fail("train", "--corpus", corpus, "--output", tmp_path / "bundle")
    assert told in message
    assert "corpus.jsonl" in message
    assert not (tmp_path / "bundle").exists()


def test_a_bundle_without_weights_and_a_foreign_codebook_are_refused(
    work: Path, tmp_path: Path
) -> None:
    gold = work / "corpus.jsonl"
    other = tmp_path / "other.yaml"
    other.write_text("id: other\nversion: 1\nframes:\n  - id: x\n", encoding="utf-8")
    bundle = work / "bundle"
    message = fail("evaluate", "--bundle", bundle, "--gold", gold, "--codebook", other)
    assert "belarus-china-russia v1" in message
    assert "other v1" in message
    shutil.copytree(bundle, tmp_path / "half")
    (tmp_path / "half" / "model.safetensors").unlink()
    assert "lacks model.safetensors" in fail("predict", "x", "--bundle", tmp_path / "half")
    assert "no such bundle" in fail("predict", "x", "--bundle", tmp_path / "nowhere")


def test_a_codebook_without_stances_works_from_training_to_evaluation(tmp_path: Path) -> None:
    book = tmp_path / "book.yaml"
    book.write_text(
        "id: animals\nversion: 1\nframes:\n  - id: cat\n  - id: dog\n", encoding="utf-8"
    )
    rows = [
        {"id": f"{i}", "text": f"{word} number {i} sleeps", "frames": dict.fromkeys(frames)}
        for i in range(30)
        for word, frames in [(("a cat", "a dog", "rain")[i % 3], (("cat",), ("dog",), ())[i % 3])]
    ]
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    bundle, out = tmp_path / "bundle", tmp_path / "out.json"
    common = ("--codebook", book, "--corpus", corpus)
    succeed("train", *common, "--model", "linear", "--output", bundle)
    succeed("evaluate", "--bundle", bundle, "--gold", corpus, "--json", out, "--allow-overlap")
    result = json.loads(out.read_text())
    assert result["macro_f1"] == 1
    message = fail("evaluate", "--bundle", bundle, "--capabilities")
    assert "the shipped cases are for codebook belarus-china-russia v1" in message
    assert "the bundle has animals v1" in message
    assert "stance_accuracy" not in result["frames"]["cat"]


def test_the_linear_model_needs_none_of_the_heavy_packages(work: Path, tmp_path: Path) -> None:
    blocked = ("torch", "transformers", "accelerate", "evaluate", "datasets", "altair")
    block = f"""
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Missing())
"""
    run = "from framescope.cli import main\nmain(sys.argv[1:])\n"

    def without(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", block + run, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    corpus, bundle = work / "corpus.jsonl", tmp_path / "bundle"
    for arguments in (
        ("train", "--model", "linear", "--corpus", corpus, "--output", bundle),
        ("evaluate", "--bundle", bundle, "--gold", corpus, "--allow-overlap"),
        ("predict", "A text.", "--bundle", bundle),
        ("score", EXAMPLE_ARCHIVE, "--bundle", bundle, "--output", tmp_path / "scored"),
    ):
        result = without(*arguments)
        assert result.returncode == 0, result.stderr
    result = without("train", "--corpus", corpus, "--output", tmp_path / "network")
    assert result.returncode == 1
    assert "pip install 'framescope[train]'" in result.stderr
