from __future__ import annotations

import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.models.bundle import load_bundle, verified_hash
from framescope.models.registry import Registry, bundle_folder
from tests.tiny_bundles import make_bundle


@pytest.fixture
def bundles(tmp_path: Path, codebook: Codebook, sentences: list[AnnotatedSentence]) -> list[Path]:
    folders = [tmp_path / f"bundle-{i}" for i in range(3)]
    for i, folder in enumerate(folders):
        make_bundle(folder, codebook, sentences, threshold=0.4 + i / 10)
    return folders


@pytest.fixture(params=["local", "memory"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    if request.param == "local":
        yield str(tmp_path / "registry")
        return
    import fsspec

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    url = f"memory://{uuid4().hex}"
    yield url
    fsspec.filesystem("memory").rm(url, recursive=True)


def require_valid(registry: Registry) -> None:
    """Whatever happened: the history holds together, and every bundle listed is whole."""
    history = registry.history()
    for name in registry.bundles():
        assert verified_hash(registry.folder(name)) == name
    assert registry.current == (history[-1].after if history else None)
    if history:
        load_bundle(registry.folder("current"))


def test_bundles_are_named_by_what_they_hold_and_one_is_current(
    place: str, bundles: list[Path]
) -> None:
    registry = Registry(place)
    assert (registry.current, registry.bundles(), registry.history()) == (None, [], [])
    first, second = (registry.add(folder) for folder in bundles[:2])
    assert first == registry.add(bundles[0])  # it is there
    assert registry.bundles() == sorted([first, second])
    assert registry.current is None
    registry.promote(first, expected=None, forced="the first")
    entry = registry.promote(second[:8], expected=first, decision="d1")
    assert (entry.before, entry.after, entry.decision) == (first, second, "d1")
    assert registry.current == second
    assert load_bundle(registry.folder("current")).hash == second
    assert [e.action for e in Registry(place).history()] == ["promote", "promote"]
    require_valid(registry)


def test_a_registry_stands_for_its_current_bundle(place: str, bundles: list[Path]) -> None:
    registry = Registry(place)
    found = registry.add(bundles[0])
    registry.promote(found, expected=None)
    assert load_bundle(bundle_folder(place)).hash == found
    assert bundle_folder(str(bundles[1])) == bundles[1]


def test_a_registry_without_a_current_bundle_says_so(tmp_path: Path, bundles: list[Path]) -> None:
    Registry(tmp_path / "registry").add(bundles[0])
    with pytest.raises(InputError, match=r"no bundle is current.*bundles promote"):
        bundle_folder(tmp_path / "registry")


def test_going_back_and_forth(place: str, bundles: list[Path]) -> None:
    registry = Registry(place)
    a, b, c = (registry.add(folder) for folder in bundles)
    with pytest.raises(InputError, match="no bundle is current"):
        registry.rollback()
    registry.promote(a, expected=None)
    with pytest.raises(InputError, match="no bundle before"):
        registry.rollback()
    registry.promote(b, expected=a)
    with pytest.raises(InputError, match="never current"):
        registry.rollback(c)
    registry.promote(c, expected=b)
    assert registry.rollback(note="alarms").after == b
    assert registry.rollback().after == a  # and not c again
    assert registry.rollback(c[:10]).after == c
    assert [e.note for e in registry.history()][3] == "alarms"
    require_valid(registry)


def test_who_comes_second_is_told(place: str, bundles: list[Path]) -> None:
    registry = Registry(place)
    a, b, c = (registry.add(folder) for folder in bundles)
    registry.promote(a, expected=None)
    registry.promote(b, expected=a)
    with pytest.raises(InputError, match=f"another change came first: {b[:12]}.*{a[:12]}"):
        registry.promote(c, expected=a)
    with pytest.raises(InputError, match="current already"):
        registry.promote(b, expected=a)
    assert registry.current == b


def test_of_many_at_once_one_wins(tmp_path: Path, bundles: list[Path]) -> None:
    # On the disk: fsspec's memory:// writes in two steps and does not promise this.
    place = tmp_path / "registry"
    names = [Registry(place).add(folder) for folder in bundles]
    Registry(place).promote(names[0], expected=None)
    start, told = threading.Barrier(8), []

    def attempt(name: str) -> None:
        start.wait()
        try:
            Registry(place).promote(name, expected=names[0])
            told.append("won")
        except InputError as error:
            told.append(str(error))

    threads = [threading.Thread(target=attempt, args=(names[1 + i % 2],)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count("won") == 1
    assert all("came first" in t or "current already" in t for t in told if t != "won")
    assert len(Registry(place).history()) == 2


def copy_half(registry: Registry, bundle: Path, name: str) -> None:
    """As if copying had been killed."""
    import fsspec

    fs, root = fsspec.core.url_to_fs(registry.url)
    if "file" in fs.protocol:
        shutil.copytree(bundle, Path(root) / "bundles" / f".{name}.1.partial")
    else:
        fs.put_file(str(bundle / "config.json"), f"{root}/bundles/{name}/config.json")


def test_what_a_killed_copy_left_is_removed_a_day_later(
    tmp_path: Path, bundles: list[Path]
) -> None:
    registry = Registry(tmp_path / "registry")
    left = tmp_path / "registry" / "bundles" / ".x.1.partial"
    for bundle, hours, stays in ((bundles[0], 23, True), (bundles[1], 25, False)):
        left.mkdir(parents=True, exist_ok=True)
        (left / "half").write_text("")
        then = time.time() - hours * 3600
        os.utime(left, (then, then))
        registry.add(bundle)
        assert left.exists() == stays


def test_a_copy_at_work_of_an_old_bundle_is_not_taken_for_a_left_one(
    tmp_path: Path, bundles: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    then = time.time() - 3 * 24 * 3600
    os.utime(bundles[0], (then, then))
    registry = Registry(tmp_path / "registry")

    def meanwhile(folder: Path) -> str:
        if folder.suffix == ".partial":
            monkeypatch.undo()
            registry.add(bundles[1])
        return verified_hash(folder)

    monkeypatch.setattr("framescope.models.registry.registry.verified_hash", meanwhile)
    registry.add(bundles[0])
    assert len(registry.bundles()) == 2


def test_half_copied_and_altered_bundles_are_never_current(
    place: str, bundles: list[Path], tmp_path: Path
) -> None:
    registry = Registry(place)
    registry.promote(good := registry.add(bundles[0]), expected=None)
    (bundles[1] / "thresholds.json").write_text("{}")
    with pytest.raises(InputError, match="altered or half copied"):
        registry.add(bundles[1])
    with pytest.raises(InputError, match="cannot read it"):
        registry.add(tmp_path / "nothing")
    name = verified_hash(bundles[2])
    copy_half(registry, bundles[2], name)
    assert registry.bundles() == [good]
    with pytest.raises(InputError, match="0 bundles"):
        registry.promote(name, expected=good)
    assert registry.add(bundles[2]) == name
    registry.promote(name, expected=good)
    require_valid(registry)


def test_what_was_altered_in_the_registry_is_refused(tmp_path: Path, bundles: list[Path]) -> None:
    registry = Registry(tmp_path / "registry")
    name = registry.add(bundles[0])
    registry.promote(name, expected=None)
    (tmp_path / "registry" / "bundles" / name / "vocabulary.json").write_text("{}")
    with pytest.raises(InputError, match="altered"):
        registry.folder("current")
    other = registry.add(bundles[1])
    (tmp_path / "registry" / "bundles" / other).rename(
        tmp_path / "registry" / "bundles" / ("0" * 64)
    )
    with pytest.raises(InputError, match="named by"):
        registry.promote("0" * 64, expected=name)
    assert registry.current == name


def test_a_history_with_a_gap_or_a_broken_entry_is_told(
    tmp_path: Path, bundles: list[Path]
) -> None:
    registry = Registry(tmp_path / "registry")
    names = [registry.add(folder) for folder in bundles]
    for before, after in zip([None, *names], names, strict=False):
        registry.promote(after, expected=before)
    second = tmp_path / "registry" / "history" / "000002.json"
    content = second.read_text()
    second.unlink()
    with pytest.raises(InputError, match="lacks entry 2"):
        registry.history()
    second.write_text("{}")
    with pytest.raises(InputError, match="broken entry"):
        registry.history()
    second.write_text(content.replace(names[0], names[2]))
    with pytest.raises(InputError, match="does not follow"):
        registry.history()


def test_an_unknown_protocol_is_one_clear_line() -> None:
    with pytest.raises(InputError, match="nowhere"):
        Registry("nowhere://somewhere")


def test_killed_at_any_moment_the_registry_is_valid(tmp_path: Path, bundles: list[Path]) -> None:
    registry = Registry(tmp_path / "registry")
    began = time.monotonic()
    registry.promote(registry.add(bundles[0]), expected=None)
    took, chance = time.monotonic() - began, random.Random(0)
    for number in range(40):
        before = len(registry.history())
        child = os.fork()
        if child == 0:
            try:
                _promote_forever(tmp_path / "registry", bundles)
            finally:
                os._exit(1)
        time.sleep(chance.uniform(0, 4 * took + 0.05))  # a busy machine takes longer
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        require_valid(registry)
        assert len(registry.history()) >= before
        if number % 4 == 0:  # so that copying is interrupted too
            for name in registry.bundles():
                if name != registry.current:
                    shutil.rmtree(tmp_path / "registry" / "bundles" / name)
    assert len(registry.history()) > 1  # some got through


def _promote_forever(place: Path, bundles: list[Path]) -> None:
    registry = Registry(place)
    while True:
        for folder in bundles:
            name, current = registry.add(folder), registry.current
            if name != current:
                registry.promote(name, expected=current)
