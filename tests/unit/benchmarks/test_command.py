from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.quality.__main__ import app, study
from framescope.data.errors import InputError


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"only": "ours,gvcf"}, "--only cannot be used; expected some of linear"),
        ({"seeds": 6}, "--seeds cannot be used; expected 1 to 5"),
        ({"share": 0.0}, "--share cannot be used"),
    ],
)
def test_bad_usage_is_told_in_one_line(options: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        study(**options)


def test_the_plan_computes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    app(["--plan", "--only", "linear,corpus", "--seeds", "2", "--shared", str(tmp_path)],
        result_action="return_value")  # fmt: skip
    assert "2 cells to compute" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())
