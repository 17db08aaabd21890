from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub.errors import HfHubHTTPError

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.models.hub import push_bundle
from tests.tiny_bundles import make_bundle


class Hub:
    """What the real one would be asked for."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any, dict[str, Any]]] = []

    def create_repo(self, name: str, **options: Any) -> None:
        self.calls.append(("create_repo", name, options))

    def upload_folder(self, **options: Any) -> Any:
        self.calls.append(("upload_folder", None, options))
        return SimpleNamespace(commit_url="https://hub.invalid/team/frames/commit/1")


@pytest.fixture
def bundle(tmp_path: Path, codebook: Codebook, sentences: list[AnnotatedSentence]) -> Path:
    make_bundle(tmp_path / "bundle", codebook, sentences)
    return tmp_path / "bundle"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Hub:
    found = Hub()
    monkeypatch.setattr(huggingface_hub, "HfApi", lambda: found)
    monkeypatch.setattr(huggingface_hub, "get_token", lambda: "a token")
    return found


def test_a_bundle_becomes_one_commit(bundle: Path, hub: Hub) -> None:
    assert push_bundle(bundle, "team/frames").endswith("/commit/1")
    (_, name, made), (_, _, sent) = hub.calls
    assert (name, made["private"], made["exist_ok"]) == ("team/frames", True, True)
    assert (sent["repo_id"], sent["folder_path"]) == ("team/frames", bundle)


def test_without_a_token_nothing_is_sent(
    bundle: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub, "get_token", lambda: None)
    with pytest.raises(InputError, match=r"no token.*HF_TOKEN"):
        push_bundle(bundle, "team/frames")
    assert hub.calls == []


def test_an_altered_bundle_is_not_sent(bundle: Path, hub: Hub) -> None:
    (bundle / "thresholds.json").write_text("{}")
    with pytest.raises(InputError, match="altered"):
        push_bundle(bundle, "team/frames")
    assert hub.calls == []


REFUSED: Any = SimpleNamespace(headers={}, request=None, status_code=403)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ConnectionError("no route"), "no route"),
        (HfHubHTTPError("403: forbidden\nmore", response=REFUSED), "403: forbidden"),
    ],
)
def test_what_the_hub_says_is_one_line(
    bundle: Path, hub: Hub, error: Exception, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> Any:
        raise error

    monkeypatch.setattr(hub, "upload_folder", fail)
    with pytest.raises(InputError, match=f"did not take it: {told}$"):
        push_bundle(bundle, "team/frames")
