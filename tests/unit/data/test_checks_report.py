from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

import pytest

from framescope.data.annotations import AnnotatedSentence
from framescope.data.checks import Finding, check_annotations, find_leakage, require_no_leakage
from framescope.data.checks.labels import (
    balance,
    duplicate_ids,
    empty_documents,
    label_conflicts,
)
from framescope.data.codebook import Codebook, Frame, Stance
from framescope.data.errors import InputError

BOOK = Codebook(
    id="b",
    version=1,
    frames=(Frame(id="help"), Frame(id="trade")),
    stances=(Stance(id="supports"), Stance(id="disputes")),
)
TEXTS = [
    "The ferry to the islands was cancelled because of fog.",
    "Nobody expected the small cinema to survive the winter.",
    "A record number of storks has returned to the valley.",
    "Bakers complain that flour has never cost so much.",
    "Two schools will share one gymnasium from next autumn.",
    "The choir sang for an hour and then went home on foot.",
]
NO: dict[str, str | None] = {}


def row(
    id_: str, text: str, frames: dict[str, str | None] | None = NO, **more: Any
) -> AnnotatedSentence:
    return AnnotatedSentence(id=id_, text=text, frames=frames, **{"document": f"d-{id_}", **more})


def ids(findings: Iterable[Finding], severity: str = "error") -> list[tuple[str, ...]]:
    return [finding.ids for finding in findings if finding.severity == severity]


def corpus() -> list[AnnotatedSentence]:
    cells = [(f, s) for f in BOOK.frame_ids for s in BOOK.stance_ids]
    words = (f"word{number}" for number in range(10_000))
    return [
        row(f"{cell}-{i}", " ".join(islice(words, 9)), dict([cell]))
        for cell in cells
        for i in range(6)
    ]


@pytest.mark.parametrize("variant", [TEXTS[0], TEXTS[0].upper(), TEXTS[0].replace(" ", "  ")])
@pytest.mark.parametrize(
    "other", [NO, {"help": "disputes"}, {"help": "supports", "trade": "supports"}]
)
def test_one_annotator_contradicts_himself(variant: str, other: dict[str, str | None]) -> None:
    rows = [row("a", TEXTS[0], {"help": "supports"}), row("b", variant, other)]
    assert ids(label_conflicts(rows)) == [("a", "b")]


def test_annotators_who_disagree_and_rows_without_labels_are_no_conflict() -> None:
    rows = [
        row("a", TEXTS[0], {"help": "supports"}, annotator="ann"),
        row("a", TEXTS[0], NO, annotator="bob"),
        row("b", TEXTS[0], None, annotator="ann"),
        row("c", TEXTS[0], {"help": "supports"}, annotator="ann"),
        row("d", "***", {"help": "supports"}),
        row("e", "---", NO),
    ]
    assert ids(label_conflicts(rows)) == []


def test_duplicate_ids() -> None:
    rows = [
        row("a", TEXTS[0]), row("a", TEXTS[1]),
        row("b", TEXTS[2]), row("b", TEXTS[2]),
        row("c", TEXTS[3], annotator="ann"), row("c", TEXTS[3], annotator="bob"),
        row("d", TEXTS[4]),
    ]  # fmt: skip
    found = list(duplicate_ids(rows))
    assert ids(found) == [("a",), ("b",)]
    assert found[0].message == "id 'a' names 2 different texts"


def test_rows_without_a_document_and_frames_without_words() -> None:
    rows = [
        row("a", TEXTS[0], document=" "),
        row("b", TEXTS[1], document=""),
        row("c", "* * *", {"help": "supports"}),
        row("d", "* * *"),
    ]
    found = list(empty_documents(rows))
    assert ids(found, "warning") == [("a", "b")]
    assert ids(found) == [("c",)]


def test_a_document_that_weighs_too_much() -> None:
    even = [row(f"r{i:02}", "x", document=f"d{i % 20}") for i in range(40)]
    assert [f.message for f in balance(even, BOOK)] == [
        f"no sentence has {frame} {stance}"
        for frame in ("help", "trade")
        for stance in ("supports", "disputes")
    ]
    heavy = [*even, *(row(f"h{i}", "x", {"help": "supports"}, document="d0") for i in range(2))]
    heavy += [row("l", "x", {"help": "supports"}, document="d1")]
    messages = [f.message for f in balance(heavy, BOOK)]
    assert "document 'd0' holds 4 of 43 (9%) of the corpus" in messages
    assert "document 'd0' holds 2 of 3 (67%) of help supports" in messages


def test_a_clean_corpus_is_ok_and_so_is_repeated_furniture() -> None:
    rows = corpus()
    longer = "Sign up to our newsletter to get it every morning"
    rows += [row(f"x{i}", "Advertisement") for i in range(5)]
    rows += [row(f"y{i}", longer) for i in range(3)]
    gold = [row("g", "ADVERTISEMENT"), *(row(f"h{i}", longer) for i in range(3))]
    gold += [row("z", f"The rector has resigned. {longer}", {"help": "supports"})]
    report = check_annotations(rows, BOOK, [("gold", gold)])
    assert report.ok
    assert [f.ids for f in report.findings] == [("y0", "y1", "y2")]


def test_many_copies_are_no_excuse() -> None:
    copies = [row(f"t{i}", TEXTS[0]) for i in range(9)]
    assert len(find_leakage(copies, [row("g", TEXTS[0])])) == 9
    framed = [row("g", TEXTS[0], {"help": "supports"}), row("h", TEXTS[0]), row("i", TEXTS[0])]
    assert len(find_leakage(copies, framed)) == 9


def test_every_fault_is_told_in_one_line_errors_first() -> None:
    rows = corpus()
    rows += [
        row("near", TEXTS[0].replace("islands", "island\n"), document=""),
        row("near-too", TEXTS[0]),
        row("slot1", "Officials in Peru said the new bridge would open in 3 weeks."),
        row("slot2", "Officials in Chad said the new bridge would open in 9 weeks."),
        row("frame", "A word about nothing at all.", {"nonsense": "supports"}),
        row("gold-like", "Quite another sentence, which the gold set has too."),
    ]
    gold = [row("G", "QUITE ANOTHER SENTENCE WHICH THE GOLD SET HAS TOO")]
    report = check_annotations(rows, BOOK, [("gold.jsonl", gold)])
    assert not report.ok
    assert ids(report.findings) == [("gold-like", "G"), ("frame",)]
    assert {("near", "near-too"), ("slot1", "slot2"), ("near",)} <= set(
        ids(report.findings, "warning")
    )
    assert all("\n" not in finding.message for finding in report.findings)
    kinds = [finding.severity for finding in report.findings]
    assert kinds == sorted(kinds)


def test_the_gate_names_rows_and_pairs() -> None:
    held_out = [row(f"g{i}", text) for i, text in enumerate(TEXTS)]
    train = [row(f"t{i}", text.upper()) for i, text in enumerate(TEXTS)]
    train += [row("t6", TEXTS[0]), row("fine", "Something that nobody holds out anywhere.")]
    with pytest.raises(InputError) as caught:
        require_no_leakage(train, held_out, ("train.jsonl", "gold.jsonl"))
    message = str(caught.value)
    assert message.startswith("7 rows of train.jsonl overlap with gold.jsonl: ")
    assert 't0 ~ g0 (exact) "THE FERRY TO THE ISLANDS WAS CANCELLED BECAUSE OF FOG."' in message
    assert message.count(" ~ ") == 5
    assert "and 2 more pairs" in message


def test_every_training_row_that_leaks_is_found_and_the_gate_opens_without_them() -> None:
    held_out = [row("g1", TEXTS[0], {"help": "supports"}), row("g2", TEXTS[0])]
    train = [
        row("a", TEXTS[0]),
        row("b", TEXTS[0]),
        row("c", f"{TEXTS[0][:-1]}, said the captain of it."),
    ]
    train += [row("ok", "Advertisement"), row("fine", TEXTS[1])]
    pairs = find_leakage(train, [*held_out, row("g3", "Advertisement")])
    assert [(p.left_id, p.right_id) for p in pairs] == [("a", "g1"), ("b", "g1"), ("c", "g1")]
    require_no_leakage(train[3:], held_out, ("train", "gold"))


def test_a_short_text_with_a_frame_leaks() -> None:
    train, held_out = [row("a", "China helps")], [row("g", "China helps", {"help": "supports"})]
    assert [p.kind for p in find_leakage(train, held_out)] == ["exact"]
