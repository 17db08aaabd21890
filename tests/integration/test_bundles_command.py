"""``framescope bundles`` on small linear bundles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from framescope.cli import main
from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.models.registry import Registry
from tests.tiny_bundles import make_bundle


@pytest.fixture
def work(
    tmp_path: Path, codebook: Codebook, sentences: list[AnnotatedSentence]
) -> tuple[str, list[str]]:
    """A registry with two bundles, the first of them current, and both hashes."""
    names = [
        make_bundle(tmp_path / name, codebook, sentences, threshold=t)
        for name, t in (("one", 0.4), ("two", 0.5))
    ]
    registry = Registry(tmp_path / "registry")
    registry.promote(registry.add(tmp_path / "one"), expected=None)
    registry.add(tmp_path / "two")
    return registry.url, names


def bundles(*arguments: object) -> int:
    try:
        main(["bundles", *map(str, arguments)])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_list_and_show(
    work: tuple[str, list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    registry, (one, two) = work
    out = tmp_path / "out.json"
    assert bundles("list", "--registry", registry, "--json", out) == 0
    told = capsys.readouterr().out
    assert f"* {one}" in told
    assert f"  {two}" in told
    found = json.loads(out.read_text())
    assert (found["current"], found["bundles"]) == (one, sorted([one, two]))
    assert found["history"][0]["after"] == one
    assert bundles("show", "--registry", registry, "--json", out) == 0
    assert json.loads(out.read_text())["bundle"] == one
    assert bundles("show", tmp_path / "two") == 0
    assert f"bundle {two}" in capsys.readouterr().out


def test_diff_shows_what_differs(work: tuple[str, list[str]], tmp_path: Path) -> None:
    registry, (one, two) = work
    out = tmp_path / "out.json"
    assert bundles("diff", "current", two[:8], "--registry", registry, "--json", out) == 0
    found = json.loads(out.read_text())
    assert (found["first"], found["second"]) == (one, two)
    rows = {(d["part"], d["name"]): (d["first"], d["second"]) for d in found["differences"]}
    assert rows["thresholds", "help"] == (0.4, 0.5)
    assert bundles("diff", tmp_path / "one", tmp_path / "two") == 0


def test_promotion_without_a_record_must_be_forced(
    work: tuple[str, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    registry, (one, two) = work
    assert bundles("promote", two, "--registry", registry) == 1
    assert "no record says" in capsys.readouterr().err
    assert bundles("promote", two, "--registry", registry, "--force", "a new codebook") == 0
    assert Registry(registry).history()[-1].forced == "a new codebook"
    assert bundles("rollback", "--registry", registry, "--note", "false alarms") == 0
    assert Registry(registry).current == one
    assert bundles("promote", "0123", "--registry", registry, "--force", "x") == 1
    assert "0 bundles" in capsys.readouterr().err


def test_a_registry_is_a_bundle_to_other_commands(
    work: tuple[str, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    registry, _ = work
    try:
        main(["predict", "tanks shipped to the army", "--bundle", registry, "--no-abstain"])
    except SystemExit as end:
        assert end.code in {None, 0}
    assert json.loads(capsys.readouterr().out)["text"] == "tanks shipped to the army"


def test_push_without_a_token_is_one_line(
    work: tuple[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    import huggingface_hub

    monkeypatch.setattr(huggingface_hub, "get_token", lambda: None)
    assert bundles("push", "--repository", "team/frames", "--registry", work[0]) == 1
    assert "no token" in capsys.readouterr().err
