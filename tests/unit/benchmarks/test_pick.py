from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.quality import pick
from framescope.training.settings import TrainSettings
from tests.conftest import make_sentences

FRAMES = {"help": "politics", "trade": "gun_control"}


def test_settings_are_compared_on_training_sentences_alone(
    tmp_path: Path,
    tiny_encoder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = TrainSettings(encoder=str(tiny_encoder), batch_size=16, device="cpu")
    monkeypatch.setitem(pick.SETTINGS, "gvfc", settings)
    rows = [
        {"id": s.id, "text": s.text, "frames": {FRAMES[f]: None for f in s.labels}}
        for s in make_sentences(stances=False)
    ]
    folder = tmp_path / "benchmarks" / "gvfc" / "fold0"
    folder.mkdir(parents=True)
    (folder / "train.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    (folder / "test.jsonl").write_text(json.dumps(rows[0]) + "\n")
    pick.pick("gvfc", epochs=(1, 2), shared=tmp_path)
    lines = capsys.readouterr().out.splitlines()
    titles = [line.split("|")[1].strip() for line in lines[2:]]
    assert titles == [
        "linear",
        "1 epochs (best 1), network", "1 epochs (best 1), blend",
        titles[3], titles[4],
    ]  # fmt: skip
    assert titles[3].startswith("2 epochs (best ")
    linear = [cell.strip() for cell in lines[2].split("|")[2:-1]]
    assert linear[2] == "–", "a codebook without stances has no stance to measure"
    assert float(linear[1]) == 1, "its words tell the frame"
