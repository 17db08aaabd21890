"""The gate before training: nothing that is held out may be in the training data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from framescope.data.annotations import AnnotatedSentence
from framescope.data.checks.findings import start_of
from framescope.data.checks.furniture import furniture_of, is_furniture
from framescope.data.checks.near import overlaps_between
from framescope.data.checks.overlap import Overlap
from framescope.data.errors import InputError

#: Pairs that the message of the gate names.
_NAMED = 5


def find_leakage(
    train: Sequence[AnnotatedSentence], held_out: Sequence[AnnotatedSentence]
) -> list[Overlap]:
    """Training rows (left) that are the same or almost the same as a held-out row (right).

    Page furniture without frames is left out: it is the same on every page and gives nothing away.
    Every training row that leaks is in a pair; of exact copies among the held-out rows, the one
    with the smallest id stands for all.
    """
    furniture = furniture_of(train, held_out)
    return sorted(
        replace(
            pair,
            left_id=pair.right_id,
            right_id=pair.left_id,
            left_text=pair.right_text,
            right_text=pair.left_text,
        )
        for pair in overlaps_between(held_out, train)
        if not is_furniture(pair, furniture)
    )


def _named(pair: Overlap) -> str:
    return f'{pair.left_id} ~ {pair.right_id} ({pair.kind}) "{start_of(pair.left_text)}"'


def require_no_leakage(
    train: Sequence[AnnotatedSentence],
    held_out: Sequence[AnnotatedSentence],
    names: tuple[str, str],
) -> None:
    """Refuse to train on what is held out.

    Args:
        train: The sentences to train on.
        held_out: The sentences to measure on.
        names: What to call the two in the message.

    Raises:
        InputError: Rows overlap; the message says how many and names the first five pairs.
    """
    pairs = find_leakage(train, held_out)
    if not pairs:
        return
    rows = len({(pair.left_id, pair.left_text) for pair in pairs})
    first = "; ".join(_named(pair) for pair in pairs[:_NAMED])
    more = f"; and {len(pairs) - _NAMED} more pairs" if len(pairs) > _NAMED else ""
    raise InputError(
        f"{rows} {'row' if rows == 1 else 'rows'} of {names[0]} overlap with {names[1]}:"
        f" {first}{more}",
        expected="training and held-out sentences that share no text",
    )
