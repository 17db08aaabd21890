from __future__ import annotations

import gzip
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.data.formats import FORMATS, detect_format, read_format, write_format
from framescope.data.formats.drafts import CONTRACT

BOOK = {"id": "small", "version": 1, "frames": [{"id": "help"}, {"id": "trade"}]}
BARE = Codebook.model_validate(BOOK)
RICH = Codebook.model_validate(BOOK | {"stances": [{"id": "supports"}, {"id": "disputes"}]})
SUFFIX = {"label-studio": "json", "argilla": "json", "csv": "csv", "datasets": "d"}

# Characters that separate lines, cells or labels somewhere, and names that mean something.
texts = st.text(max_size=12) | st.text("\r\n\t\0\x85\u2028;|,:\"'{}[]\\ a\ufeff😀", max_size=12)
numbers = st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
words = ("label", "labels", "meta", "answer", "help", "username", "_input_hash", "data", "split",
         "start", "accept", "annotations", "entities", "score")  # fmt: skip
names = (texts | st.sampled_from(words)).filter(lambda name: name not in CONTRACT)
samplings = st.none() | st.fixed_dictionaries(
    {"stratum": texts, "inclusion_probability": st.floats(0.001, 1), "archive": texts,
     "purpose": st.sampled_from(("estimation", "training"))}
)  # fmt: skip
weights = st.none() | st.floats(min_value=0, exclude_min=True, allow_infinity=False)


@st.composite
def sentences(draw: st.DrawFn, codebook: Codebook) -> AnnotatedSentence:
    stance = st.sampled_from(codebook.stance_ids) if codebook.stance_ids else st.none()
    frames = st.none() | st.dictionaries(st.sampled_from(codebook.frame_ids), stance)
    details = ("outlet", "published", "url", "source", "annotator")
    fields: dict[str, Any] = {
        **draw(st.dictionaries(names, values, max_size=2)),
        **draw(st.dictionaries(st.sampled_from(details), st.none() | texts, max_size=3)),
        "id": draw(texts),
        "text": draw(texts.filter(bool)),
        "document": draw(texts),
        "frames": draw(frames),
        "weight": draw(weights),
        "sampling": draw(samplings),
    }
    return AnnotatedSentence.model_validate(fields)


def canonical(found: list[AnnotatedSentence]) -> list[str]:
    """Formats that keep all answers to a sentence together may move them."""
    return sorted(json.dumps(s.model_dump(), sort_keys=True) for s in found)


def round_trip(name: str, written: list[AnnotatedSentence], codebook: Codebook) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / f"a.{SUFFIX.get(name, 'jsonl')}"
        write_format(name, path, written, codebook)
        found = read_format(name, path, codebook)
        assert found.dropped == []
        assert canonical(found.sentences) == canonical(written)
        if name not in {"label-studio", "argilla"}:
            assert found.sentences == written
        assert [p.name for p in folder.iterdir()] == [path.name]
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("codebook", [RICH, BARE], ids=["stances", "bare"])
@pytest.mark.parametrize("name", FORMATS)
def test_what_is_written_is_read_back_equal(name: str, codebook: Codebook) -> None:
    @settings(
        max_examples=8 if name == "datasets" else 25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(st.lists(sentences(codebook), min_size=1, max_size=4))
    def check(written: list[AnnotatedSentence]) -> None:
        round_trip(name, written, codebook)

    check()


def pair() -> list[AnnotatedSentence]:
    common = {"id": "1", "text": "A “quoted”\r\nline;|, \ud83d".replace("\ud83d", "é"), "page": 3}
    half = {"cut": "\ud83d"}
    return [
        AnnotatedSentence.model_validate({**common, **half, "annotator": a, "frames": f})
        for a, f in {"anna": {"help": "supports"}, "boris": {}, "12": {"trade": "disputes"}}.items()
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_answers_of_several_annotators_and_half_surrogates(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_format(name, path, pair(), RICH)
    assert read_format(name, path, RICH).sentences == pair()


@pytest.mark.parametrize(("name", "answers"), [("label-studio", "annotations"), ("argilla", "")])
def test_answers_to_one_sentence_are_one_record(name: str, answers: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_format(name, path, pair(), RICH)
    (record,) = json.loads(path.read_text())
    found = record[answers] if answers else record["responses"]["frames"]
    assert len(found) == 3


@pytest.mark.parametrize("name", FORMATS)
def test_written_formats_are_detected(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{SUFFIX.get(name, 'jsonl')}"
    write_format(name, path, pair(), RICH)
    assert detect_format(path) == name


def test_tsv_and_gzip(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    write_format("csv", path, pair(), RICH)
    assert path.read_text().startswith("id\ttext\t")
    packed = tmp_path / "a.tsv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert detect_format(packed) == "csv"
    assert read_format("csv", packed, RICH).sentences == pair()


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_written_over_or_left_behind(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a"
    wrong = AnnotatedSentence(id="9", text="A.", frames={"fog": "supports"})
    for given_sentences, told in (([*pair(), wrong], "unknown frame 'fog'"), ([], "no sentence")):
        with pytest.raises(InputError, match=told):
            write_format(name, path, given_sentences, RICH)
    assert list(tmp_path.iterdir()) == []
    write_format(name, path, pair(), RICH)
    with pytest.raises(InputError, match="exists already"):
        write_format(name, path, pair()[:1], RICH)
    write_format(name, path, pair()[:1], RICH, overwrite=True)
    assert read_format(name, path, RICH).sentences == pair()[:1]


def test_a_folder_that_is_no_dataset_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="not a dataset"):
        write_format("datasets", tmp_path, pair(), RICH, overwrite=True)
    assert (tmp_path / "thesis.txt").exists()


@pytest.mark.parametrize("name", ["csv", "datasets"])
def test_a_frame_cannot_share_a_column_with_a_field(name: str, tmp_path: Path) -> None:
    book = Codebook.model_validate({"id": "b", "version": 1, "frames": [{"id": "source"}]})
    sentence = AnnotatedSentence(id="1", text="A.", frames={"source": None})
    with pytest.raises(InputError, match="the frame 'source'"):
        write_format(name, tmp_path / "a", [sentence], book)


def test_an_unknown_format_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no format 'brat'; expected native, label-studio"):
        read_format("brat", tmp_path, RICH)
