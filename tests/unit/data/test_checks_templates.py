from __future__ import annotations

import random
from typing import NamedTuple

import pytest

from framescope.data.checks.skeleton import skeleton_of, skeleton_similarity
from framescope.data.checks.templates import template_groups


class Row(NamedTuple):
    id: str
    text: str


@pytest.mark.parametrize(
    ("text", "skeleton"),
    [
        ("The prime minister met Anna Berg in Oslo.", "the prime minister met _ in _"),
        ("Sales rose 4.5 percent to $3 million in May 2023", "sales rose _ percent to _ in _"),
        ("She left. Nobody in Ghana knew why.", "she left nobody in _ knew why"),
        ("On Tuesday twelve of them came, and I saw it", "on _ of them came and i saw it"),
        ("Bridge Opens To Heavy Trucks In 3 Years", "bridge opens to heavy trucks in _ years"),
        ("", ""),
    ],
)  # fmt: skip
def test_skeleton(text: str, skeleton: str) -> None:
    assert " ".join(skeleton_of(text)) == skeleton


def test_skeletons_of_few_words_are_never_alike() -> None:
    short = skeleton_of("Photo by Anna Berg for the agency")
    assert skeleton_similarity(short, short) == 0.0


CITIES = ["Oslo", "Lima", "Accra", "New Delhi", "Port Louis"]
FILLED = [
    f"Police in {city} said {n} people were hurt when a tram left its rails."
    for n, city in enumerate(CITIES, 3)
]
LOOSE = [
    f"The museum in {city} has reopened its east wing after {n} years."
    for n, city in enumerate(CITIES, 2)
]
LOOSE[1] = "The museum in Lima finally reopened its east wing after 3 years."
OTHERS = [
    "Police in Oslo are looking for the driver of a tram.",
    "A tram left its rails in Accra and hurt several people, police said on Monday.",
    "The museum in Lima shows pottery from the coast until autumn.",
]


def test_groups_are_found_whatever_the_order() -> None:
    rows = [Row(f"f{i}", text) for i, text in enumerate(FILLED)]
    rows += [Row(f"l{i}", text) for i, text in enumerate(LOOSE)]
    rows += [Row(f"o{i}", text) for i, text in enumerate(OTHERS)]
    groups = template_groups(rows)
    assert [group.ids for group in groups] == [
        ("f0", "f1", "f2", "f3", "f4"),
        ("l0", "l1", "l2", "l3", "l4"),
    ]
    assert groups[0].skeleton == "police in _ said _ people were hurt when a tram left its rails"
    assert template_groups(random.Random(1).sample(rows, len(rows))) == groups


def test_copies_of_one_sentence_are_no_template() -> None:
    copies = [Row("a", FILLED[0]), Row("b", FILLED[0].upper()), Row("c", FILLED[0])]
    assert template_groups(copies[::2]) == []
    assert template_groups([]) == []
