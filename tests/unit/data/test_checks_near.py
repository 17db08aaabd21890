from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import pytest
from datasketch import MinHash
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope.data.checks.candidates import CandidateIndex
from framescope.data.checks.near import overlaps_between, overlaps_within
from framescope.data.checks.overlap import Overlap
from framescope.data.checks.words import grams_of, jaccard, words_of


class Row(NamedTuple):
    id: str
    text: str


BASE = "The harbour authority has closed both piers after cracks were found in the older wall."
NAMED = (
    "Officials from Latvia opened a cheese factory near Riga on Monday after 14 months of delay."
)

PLANTED = [
    ("exact", BASE, BASE),
    ("exact", BASE, BASE.upper()),
    ("exact", BASE, BASE.title()),
    ("exact", BASE, BASE[:-1].lower().replace(" after", " -- after").replace("both", "“both”")),
    ("exact", "Moscow's \"old\" ring-road isn't done", "Moscow’s «old» ring road isn’t done!"),
    ("exact", "Advertisement", "ADVERTISEMENT."),
    ("near", BASE, BASE.replace("both piers", "both its piers")),
    ("near", BASE, BASE.replace("authority", "authorities").replace("has", "have")),
    ("near", BASE, BASE.replace("older ", "")),
    ("contained", BASE, f"{BASE[:-1]}, and engineers from abroad will spend a year on repairs."),
    ("contained", BASE, f"According to a statement that reached us in the evening, t{BASE[1:]}"),
    (
        "contained", BASE,
        BASE.replace("piers", "piers, which date from the reign of the last king and his brother,"),
    ),
    ("contained", BASE, f"{'Rain fell on the hills while nobody watched it. ' * 9}{BASE}"),
    ("template", NAMED, NAMED.replace("Latvia", "Peru").replace("Riga on Mon", "Lima on Fri")),
    (
        "template", NAMED,
        NAMED.replace("Latvia", "New Zealand").replace("Riga on Monday", "Lower Hutt on 3 May"),
    ),
    (
        "template", "Chile will send 300 firefighters to help with the floods",
        "Japan will send 45 firefighters to help with the floods",
    ),
    (
        "template", "Ghana Signs a Deal to Build a Bridge With Togo",
        "Spain Signs a Deal to Build a Bridge With Malta",
    ),
]  # fmt: skip

INNOCENT = [
    # One event in the words of different newsrooms.
    ("Ferry runs aground off the northern cape, 80 passengers taken off",
     "Eighty rescued after a passenger ship hits rocks near the cape"),
    ("Parliament rejects the budget by three votes",
     "Government in crisis as its budget falls three votes short in parliament"),
    ("Central bank raises rates to 9 percent to fight inflation",
     "With inflation climbing, the central bank lifts its key rate to nine percent"),
    ("Mayor resigns over the housing scandal, deputy takes over until spring",
     "Housing scandal: the mayor goes, and the deputy will lead the city until the election"),
    ("Storm leaves thousands of homes in the west without power",
     "Thousands still without power in the west two days after the storm"),
    # Formulas and furniture that share most of their few words.
    ("Sign up here", "Sign up here now"),
    ("Read the full story", "Read the whole story"),
    ("Photo: Anna Berg", "Photo: Jonas Berg"),
    # One author, one topic.
    ("The older wall was built by prisoners in the winter of 1911.",
     "The harbour authority says that the older wall will be built anew in the winter."),
    ("He said the talks had been useful.", "She said the talks had been cancelled at his request."),
]  # fmt: skip


def between(left: str, right: str) -> list[Overlap]:
    return overlaps_between([Row("l", left)], [Row("r", right)])


@pytest.mark.parametrize(("kind", "left", "right"), PLANTED)
def test_planted_pairs_are_found_from_both_sides_and_within(
    kind: str, left: str, right: str
) -> None:
    assert [pair.kind for pair in between(left, right)] == [kind]
    assert [pair.kind for pair in between(right, left)] == [kind]
    (pair,) = overlaps_within([Row("b", right), Row("a", left)])
    assert (pair.left_id, pair.right_id, pair.kind) == ("a", "b", kind)
    assert 0 < pair.similarity <= 1


@pytest.mark.parametrize(("left", "right"), INNOCENT)
def test_innocent_neighbours_are_not(left: str, right: str) -> None:
    assert between(left, right) == []
    assert overlaps_within([Row("a", left), Row("b", right)]) == []


def test_copies_are_paired_with_the_smallest_id_and_rows_given_twice_count_once() -> None:
    rows = [Row("c", BASE), Row("a", BASE), Row("b", BASE.upper()), Row("a", BASE)]
    assert [(p.left_id, p.right_id) for p in overlaps_within(rows)] == [("a", "b"), ("a", "c")]
    found = overlaps_between(rows, [Row("x", BASE), Row("y", BASE)])
    assert [(p.left_id, p.right_id) for p in found] == [("a", "x"), ("a", "y")]


@pytest.mark.parametrize("texts", [[], [""], ["***", "---"], ["!", "word"], ["1", "2"]])
def test_nothing_to_compare_is_no_overlap(texts: list[str]) -> None:
    rows = [Row(str(number), text) for number, text in enumerate(texts)]
    assert overlaps_within(rows) == []
    assert all(p.kind == "exact" for p in overlaps_between(rows, rows))


def test_the_right_side_is_streamed_past_the_end_of_a_chunk() -> None:
    noise = (Row(f"n{i}", f"noise {i} in the long stream") for i in range(9000))
    stream = (row for part in (noise, [Row("last", BASE)]) for row in part)
    assert [p.right_id for p in overlaps_between([Row("l", BASE)], stream)] == ["last"]


letters = st.text("abcdefghijklmnoprstuvwyzäéøžабвгдежзик", min_size=1, max_size=9)
sentences = st.lists(letters, min_size=1, max_size=30)
signs = st.sampled_from([" ", ", ", " – ", "; ", "  ", "...", ' "', "-", "/"])


@settings(max_examples=150, deadline=None)
@given(sentences, st.data())
def test_a_sentence_overlaps_with_its_own_case_and_punctuation(
    words: list[str], data: st.DataObject
) -> None:
    change = data.draw(st.sampled_from([str.upper, str.title, str.swapcase, str.casefold]))
    variant = "".join(change(word) + data.draw(signs) for word in words)
    (pair,) = between(" ".join(words), variant)
    assert (pair.kind, pair.similarity) == ("exact", 1.0)


pool = [text for _, *pair in PLANTED for text in pair] + [
    text for pair in INNOCENT for text in pair
]
samples = st.lists(st.sampled_from(pool), min_size=2, max_size=14, unique=True)


@settings(max_examples=60, deadline=None)
@given(samples, st.randoms(use_true_random=False), st.integers(1, 13))
def test_the_order_of_the_input_changes_nothing(
    texts: list[str], rng: random.Random, cut: int
) -> None:
    rows = [Row(f"s{number:02}", text) for number, text in enumerate(texts)]
    shuffled = rng.sample(rows, len(rows))
    assert overlaps_within(rows) == overlaps_within(shuffled)
    left, right = rows[:cut], rows[cut:]
    again = overlaps_between(rng.sample(left, len(left)), rng.sample(right, len(right)))
    assert overlaps_between(left, right) == again


def sketch(items: Sequence[str] | frozenset[str]) -> MinHash:
    made = MinHash(num_perm=512, seed=1)
    made.update_batch([item.encode() for item in items])
    return made


def test_jaccard_agrees_with_datasketch() -> None:
    for _, left, right in PLANTED:
        one, other = grams_of(words_of(left)), grams_of(words_of(right))
        # Four standard errors of 512 permutations: 4 * 0.5 / sqrt(512).
        assert jaccard(one, other) == pytest.approx(sketch(one).jaccard(sketch(other)), abs=0.089)


def word_pairs(words: list[str]) -> MinHash:
    return sketch([f"{a} {b}" for a, b in pairwise(words)])


def test_what_datasketch_finds_similar_is_a_candidate() -> None:
    rng = random.Random(3)
    vocabulary = [f"w{i}" for i in range(400)]
    originals = [rng.choices(vocabulary, k=20) for _ in range(150)]
    edited = [
        words[: (cut := rng.randrange(5, 18))] + rng.choices(vocabulary, k=20 - cut)
        for words in originals
    ]
    found = CandidateIndex(originals).query(edited)
    alike = [word_pairs(a).jaccard(word_pairs(b)) for a, b in zip(originals, edited, strict=True)]
    assert sum(likeness > 0.3 for likeness in alike) > 50
    assert all(i in found[i] for i, likeness in enumerate(alike) if likeness > 0.3)
    assert sum(map(len, found)) < 600
