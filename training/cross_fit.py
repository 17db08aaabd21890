"""Training with the gold that corrects: one bundle for each part of the archive (decision 24).

Cross-fitting as in design-based supervised learning (Egami, Hinck, Stewart & Wei 2023)
and double machine learning (Chernozhukov et al. 2018): articles fall into K parts at random, and
what scores a part has seen labels of all others but none of its own. Its errors on the gold of the
part are then those on the rest of the part, and every article is still scored once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from framescope.data.annotations import AnnotatedSentence, annotated_only
from framescope.data.codebook import Codebook
from framescope.data.console import console
from framescope.data.errors import InputError
from framescope.data.output import require_absent
from framescope.data.parts import Part
from framescope.data.provenance import corpus_hash, versions
from framescope.models.bundle import PART, bundle_hash, read_part, read_training
from framescope.models.encoders import locate_encoder
from framescope.training.settings import TrainSettings
from framescope.training.train import train_bundle


def train_parts(
    corpus: Sequence[AnnotatedSentence],
    codebook: Codebook,
    settings: TrainSettings,
    output: Path,
    *,
    parts: int,
    gold: Mapping[str, Any] | None = None,
    overwrite: bool = False,
) -> list[Path]:
    """Train a bundle for each part of the archive that the drawn sentences are from.

    Bundles of the same training that are there already are kept: a run that was stopped goes on.

    Args:
        corpus: Annotated sentences, those drawn from the archive (with ``sampling``) among them.
        codebook: What they were annotated under.
        settings: How to train.
        output: Folder of the bundles, ``part-1`` to ``part-K``.
        parts: K, 2 or more.
        gold: What ``check_leakage`` found out about other gold, for the record.
        overwrite: Replace bundles of another training.

    Returns:
        The bundles' folders.

    Raises:
        InputError: No sentence was drawn from an archive, a part has none of them, or as
            ``train_bundle``.
    """
    sentences = annotated_only(corpus)
    family = _family(sentences, codebook, settings, parts)
    every = [Part(number, parts, family) for number in range(1, parts + 1)]
    _require_drawn(sentences, every)
    folders = [output / f"part-{part.number}" for part in every]
    begun = [not _is_trained(folder, part) for folder, part in zip(folders, every, strict=True)]
    for folder, new in zip(folders, begun, strict=True):
        if new:
            require_absent(folder, overwrite=overwrite, marker=PART)
    for folder, part, new in zip(folders, every, begun, strict=True):
        if not new:
            console.print(f"{part}: there already")
            continue
        rest = [s for s in sentences if not _falls_into(s, part)]
        console.print(f"{part}: training on {len(rest)} of {len(sentences)} sentences")
        train_bundle(rest, codebook, settings, folder, gold=gold, part=part, overwrite=overwrite)
    return folders


def _family(
    sentences: Sequence[AnnotatedSentence], codebook: Codebook, settings: TrainSettings, parts: int
) -> str:
    """Whatever decides the bundles: two families of parts never score one archive."""
    encoder = Path(locate_encoder(settings.encoder)) if settings.model == "network" else Path()
    told = [
        corpus_hash(sentences),
        sorted(s.id for s in sentences if s.sampling is not None),
        codebook.hash,
        settings.model_dump(mode="json"),
        bundle_hash(encoder) if settings.model == "network" and encoder.is_dir() else None,
        versions(),
        parts,
    ]
    return sha256(json.dumps(told).encode()).hexdigest()


def _falls_into(sentence: AnnotatedSentence, part: Part) -> bool:
    """Whether it was drawn from an article of a part; what is from elsewhere is in none."""
    article = sentence.id.rpartition("#")[0]
    return sentence.sampling is not None and part.holds(article)


def _require_drawn(sentences: Sequence[AnnotatedSentence], parts: Sequence[Part]) -> None:
    drawn = [s for s in sentences if s.sampling is not None]
    if not drawn:
        wish = "sentences drawn by framescope annotations next among those to train on"
        raise InputError("no sentence was drawn from an archive", expected=wish)
    for part in parts:
        if not any(_falls_into(s, part) for s in drawn):
            problem = f"none of the {len(drawn)} drawn sentences falls into {part}"
            raise InputError(problem, expected="fewer parts, or more sentences")


def _is_trained(folder: Path, part: Part) -> bool:
    """Whether the bundle of a part is there, whole; what cannot be read is not."""
    try:
        return read_part(folder) == part and read_training(folder)["bundle_hash"] == bundle_hash(
            folder
        )
    except (InputError, KeyError):
        return False
