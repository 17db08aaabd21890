from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.data.formats import FORMATS, Imported, detect_format, read_format

EXPORTS = Path(__file__).resolve().parents[2] / "fixtures" / "annotations"
HELP, TRADE = {"help": "supports"}, {"trade": "supports"}


def short(imported: Imported) -> list[tuple[str, Any, str | None]]:
    return [(s.id, s.frames, s.annotator) for s in imported.sentences]


def reasons(imported: Imported) -> list[tuple[str, str]]:
    return [(reject.place, reject.reason) for reject in imported.dropped]


def load(name: str, file: str, codebook: Codebook, **options: Any) -> Imported:
    return read_format(name, EXPORTS / file, codebook, **options)


def test_label_studio_choices_by_several_annotators(codebook: Codebook) -> None:
    found = load("label-studio", "label_studio.json", codebook)
    assert short(found) == [
        ("101", HELP | {"trade": "disputes"}, "4"),
        ("101", {}, "vera@desk.example"),
        ("s-102", {"help": "disputes", "trade": "supports"}, "4"),
        ("103", None, None),
    ]
    assert found.sentences[0].outlet == "Lowland Post"
    assert found.sentences[0].model_extra == {"desk": "foreign"}
    (cancelled, why), (place, unknown) = reasons(found)
    assert (cancelled, place) == ("label_studio.json:1", "label_studio.json:2")
    assert "annotation 9003 was cancelled" in why
    assert "unknown stance 'maybe' of help" in unknown


def test_label_studio_regions_are_sentences(codebook: Codebook) -> None:
    found = load("label-studio", "label_studio_regions.json", codebook)
    assert [(s.id, s.text, s.frames, s.document) for s in found.sentences] == [
        ("55:2-19", "Drones were sold.", HELP, "55"),
        ("55:21-38", "The plant opened.", TRADE | {"help": "disputes"}, "55"),
        ("55:38-48", "Rain fell.", {}, "55"),
    ]
    assert reasons(found) == [
        (
            "label_studio_regions.json:1",
            "the span 40 to 99 ends after the text (48 characters)",
        )
    ]


def test_doccano_records_of_several_versions(codebook: Codebook) -> None:
    found = load("doccano", "doccano.jsonl", codebook)
    assert short(found) == [
        ("1", HELP | {"trade": "disputes"}, None),
        ("2", {}, None),
        ("3", {"trade": "disputes"}, "olga"),
        ("5", None, None),
    ]
    assert found.sentences[0].outlet == "Lowland Post"
    assert found.sentences[1].model_extra == {"Comments": ["easy"]}
    assert [place for place, _ in reasons(found)] == ["doccano.jsonl:4"]
    assert "unknown frame 'bridge'" in found.dropped[0].reason


def test_a_file_can_name_its_annotator(codebook: Codebook) -> None:
    found = load("doccano", "doccano.jsonl", codebook, annotator_from_file=True)
    assert [s.annotator for s in found.sentences] == ["doccano", "doccano", "olga", None]


def test_doccano_spans_are_sentences(codebook: Codebook) -> None:
    found = load("doccano", "doccano_spans.jsonl", codebook)
    assert [(s.id, s.text, s.frames) for s in found.sentences] == [
        ("8:0-17", "Drones were sold.", HELP),
        ("8:18-35", "The plant opened.", TRADE | {"help": "disputes"}),
        ("9:0-13", "Tanks rolled.", HELP),
        ("10:0-12", "Tanks stood.", {"help": "disputes"}),
    ]
    assert [place for place, _ in reasons(found)] == ["doccano_spans.jsonl:2"]


def test_argilla_takes_submitted_responses(codebook: Codebook) -> None:
    found = load("argilla", "argilla.json", codebook)
    user = "2f6b1c0e-0001-4b8e-9f0a-00000000000"
    assert short(found) == [
        ("rec-1", HELP | TRADE, f"{user}1"),
        ("rec-1", {}, f"{user}2"),
        ("rec-2", None, None),
        ("rec-3", {"help": "disputes"}, "u1"),
    ]
    assert found.sentences[0].model_extra == {"desk": "foreign", "line": 4}
    assert reasons(found) == [
        ("argilla.json:1", f"the response of {user}3 is draft, not submitted"),
        ("argilla.json:1", f"the response of {user}4 is discarded, not submitted"),
    ]


def test_prodigy_choices(codebook: Codebook) -> None:
    found = load("prodigy", "prodigy_choice.jsonl", codebook)
    assert short(found)[:2] == [("p-1", HELP, "frames-anna"), ("p-1", {}, "frames-boris")]
    assert found.sentences[0].source == "Lowland Post"
    assert found.sentences[0].model_extra == {"pattern": 3}
    assert found.sentences[2].frames is None
    assert reasons(found) == [
        ("prodigy_choice.jsonl:3", "the answer is 'reject', not 'accept'"),
        ("prodigy_choice.jsonl:4", "the annotator ignored it"),
    ]


def test_prodigy_joins_binary_answers_by_input_and_annotator(codebook: Codebook) -> None:
    found = load("prodigy", "prodigy_binary.jsonl", codebook)
    assert short(found) == [("11", HELP | TRADE, "a"), ("12", {}, "a"), ("11", {}, "b")]
    assert [place for place, _ in reasons(found)] == [f"prodigy_binary.jsonl:{n}" for n in (6, 7)]
    assert "accepted and rejected" in found.dropped[0].reason


def test_a_table_with_a_column_for_each_frame(codebook: Codebook) -> None:
    found = load("csv", "columns.csv", codebook)
    assert short(found) == [
        ("c1", HELP, "anna"),
        ("c1", {}, "boris"),
        ("c2", {"help": "disputes", "trade": "supports"}, "anna"),
        ("c3", None, None),
    ]
    assert found.sentences[0].text == 'Shells go east, "by rail".'
    assert found.sentences[0].model_extra == {"page": "12"}
    assert found.sentences[2].text == "A line\nthat breaks."
    assert reasons(found) == [
        ("columns.csv:6", "'1' in column help; expected supports, disputes, or 0 where absent"),
        ("columns.csv:7", "the row has 3 values, the header 7"),
    ]


def test_a_table_with_listed_labels(codebook: Codebook) -> None:
    found = load("csv", "listed.tsv", codebook)
    assert short(found) == [
        ("t1", HELP | {"trade": "disputes"}, None),
        ("t2", TRADE | {"help": "disputes"}, None),
        ("t3", {}, None),
    ]
    assert "unknown frame 'fog'" in found.dropped[0].reason


def test_a_table_without_stances(tmp_path: Path, plain_codebook: Codebook) -> None:
    path = tmp_path / "plain.csv"
    path.write_text("text,help,trade\nA.,1,0\nB.,YES,x\nC.,no,\nD.,,\nE.,supports,\n")
    found = read_format("csv", path, plain_codebook)
    both = {"help": None, "trade": None}
    assert [s.frames for s in found.sentences] == [{"help": None}, both, {}, None]
    assert reasons(found)[0][0] == "plain.csv:6"


def test_plain_labels_need_a_codebook_without_stances(
    tmp_path: Path, codebook: Codebook, plain_codebook: Codebook
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 1, "text": "A.", "label": ["help"]}\n')
    assert read_format("doccano", path, plain_codebook).sentences[0].frames == {"help": None}
    assert "unknown stance None of help" in read_format("doccano", path, codebook).dropped[0].reason


def test_native_lines(codebook: Codebook) -> None:
    found = load("native", "native.jsonl", codebook)
    assert short(found) == [("n1", HELP, "anna"), ("n2", {}, None), ("n3", None, None)]
    assert [place for place, _ in reasons(found)] == [f"native.jsonl:{n}" for n in (4, 5, 6, 7)]
    told = " ".join(reason for _, reason in reasons(found))
    for reason in ("unknown frame 'fog'", "text: Field required", "not JSON", "not a JSON object"):
        assert reason in told


def test_sentences_without_an_id_get_the_same_one_for_every_annotator(
    tmp_path: Path, codebook: Codebook
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,frames,annotator\nA.,,x\nA.,,y\nB.,,x\n")
    first, second, third = (s.id for s in read_format("csv", path, codebook).sentences)
    assert first == second != third


def test_splits_and_classes_in_another_order(tmp_path: Path, codebook: Codebook) -> None:
    import datasets

    label = datasets.ClassLabel(names=["disputes", "absent", "supports"])
    features = datasets.Features({"text": datasets.Value("string"), "help": label, "trade": label})
    train = {"text": ["A.", "B."], "help": [0, 1], "trade": [2, -1]}
    test = {"text": ["C.", None], "help": [1, 1], "trade": [1, 1]}
    splits = {
        name: datasets.Dataset.from_dict(rows, features=features)
        for name, rows in {"train": train, "test": test}.items()
    }
    datasets.DatasetDict(splits).save_to_disk(str(tmp_path / "d"))
    found = read_format("datasets", tmp_path / "d", codebook)
    assert [(s.text, s.frames, s.model_extra) for s in found.sentences] == [
        ("A.", {"help": "disputes", "trade": "supports"}, {"split": "train"}),
        ("B.", None, {"split": "train"}),
        ("C.", {}, {"split": "test"}),
    ]
    assert reasons(found) == [("d/test:2", "text: Field required")]
    assert detect_format(tmp_path / "d") == "datasets"


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("label_studio.json", "label-studio"),
        ("label_studio_regions.json", "label-studio"),
        ("doccano.jsonl", "doccano"),
        ("doccano_spans.jsonl", "doccano"),
        ("argilla.json", "argilla"),
        ("prodigy_choice.jsonl", "prodigy"),
        ("prodigy_binary.jsonl", "prodigy"),
        ("columns.csv", "csv"),
        ("listed.tsv", "csv"),
        ("native.jsonl", "native"),
    ],
)
def test_formats_are_told_from_content(file: str, name: str) -> None:
    assert detect_format(EXPORTS / file) == name
    assert name in FORMATS


def test_equal_sentences_do_not_hang_on_what_was_set() -> None:
    # The round trips of test_formats_written.py rest on this.
    assert AnnotatedSentence(id="1", text="A.") == AnnotatedSentence(id="1", text="A.", outlet=None)
