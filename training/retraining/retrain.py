"""From new annotations to a challenger and a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from framescope.data.annotations import AnnotatedSentence
from framescope.data.checks import require_no_leakage
from framescope.data.errors import InputError
from framescope.data.formats import write_format
from framescope.data.provenance import corpus_hash
from framescope.models.bundle import load_bundle
from framescope.training.retraining.challenger import Champion, train_challenger
from framescope.training.retraining.gate import compare_on_gold
from framescope.training.retraining.intake import Intake, take_in
from framescope.training.retraining.record import Decision
from framescope.training.retraining.rules import ConflictRule, GateRule, Start
from framescope.training.retraining.suspicion import Agreement, agreement_with_champion

BUNDLE, CORPUS = "bundle", "corpus.jsonl"


def retrain(
    champion: Champion,
    annotations: Sequence[Path],
    corpus: Sequence[AnnotatedSentence],
    gold: Sequence[AnnotatedSentence],
    output: Path,
    *,
    rule: GateRule,
    drawn: Sequence[AnnotatedSentence] = (),
    conflicts: ConflictRule = "old",
    start: Start = "both",
    force: str | None = None,
) -> Decision:
    """Take in new annotations, train a challenger, and decide on the frozen gold.

    Leakage, labels of another codebook and annotations without anything new are refused, whatever
    ``force`` says; it overrules a suspicion of poisoned labels, and the gate.

    Args:
        champion: The bundle that is current.
        annotations: Files of new annotations, in any supported format.
        corpus: The annotated sentences that the champion was trained on.
        gold: Annotated sentences that nothing is ever trained on.
        output: A folder: ``bundle/`` and ``corpus.jsonl`` are written into it, unless the
            annotations are refused.
        rule: When a challenger is better.
        drawn: Gold drawn from an archive that the champion scored, to correct the challenger's
            shares by: trained on it, the challenger would look better there than it is.
        conflicts: What becomes of a new label that differs from the old one of the same text.
        start: Where a network's training starts.
        force: Why the challenger is let through whatever the gate says.

    Returns:
        The decision, not yet written.
    """
    classifier = champion.classifier
    intake = take_in(annotations, corpus, classifier.codebook, conflicts=conflicts)
    refusals = [*intake.refusals, *_leaks(intake, gold, drawn)]
    agreement: list[Agreement] = []
    if not refusals:
        agreement = agreement_with_champion(classifier, intake.taken, gold)
        suspicions = [a.as_line() for a in agreement if a.suspicious]
        refusals = [] if force else suspicions
    record = _record(champion, intake, agreement, gold, rule)
    if refusals:
        return Decision("refuse", refusals, None, record)
    about = train_challenger(
        champion, intake.corpus, intake.taken, start, output / BUNDLE, gold=record["gold"]
    )
    write_format("native", output / CORPUS, intake.corpus, classifier.codebook)
    challenger = load_bundle(output / BUNDLE)
    verdict = compare_on_gold(classifier, challenger, gold, rule)
    record |= {
        "challenger": {"bundle": challenger.hash, **about},
        "comparisons": [asdict(c) for c in verdict.comparisons],
        "gained": [asdict(s) for s in verdict.gained],
        "lost": [asdict(s) for s in verdict.lost],
    }
    return Decision("promote" if verdict.passes else "keep", verdict.why, force, record)


def _leaks(
    intake: Intake, gold: Sequence[AnnotatedSentence], drawn: Sequence[AnnotatedSentence]
) -> list[str]:
    """Why gold forbids training; that of evaluation for the old sentences, too.

    What the champion knew before the draw may stand in the drawn gold: the draw did not go by it.
    """
    taken = {s.id for s in intake.taken}
    old = [s for s in intake.corpus if s.id not in taken]
    new = "the new annotations"
    reasons = []
    for name, sentences, kept, what in (
        (new, intake.taken, gold, "the gold"),
        ("the corpus", old, gold, "the gold"),
        (new, intake.taken, drawn, "the archive's gold"),
    ):
        try:
            require_no_leakage(sentences, kept, (name, what))
        except InputError as error:
            reasons.append(str(error))
    return reasons


def _record(
    champion: Champion,
    intake: Intake,
    agreement: Sequence[Agreement],
    gold: Sequence[AnnotatedSentence],
    rule: GateRule,
) -> dict[str, Any]:
    codebook = champion.classifier.codebook
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "champion": {"bundle": champion.classifier.hash, "corpus": champion.corpus_hash},
        "challenger": None,
        "codebook": {"id": codebook.id, "version": codebook.version, "hash": codebook.hash},
        "gold": {
            "hash": corpus_hash(gold),
            "sentences": len(gold),
            "documents": len({s.group for s in gold}),
        },
        "rule": rule.model_dump(),
        "annotations": {
            "files": [asdict(file) for file in intake.files],
            "read": intake.read,
            "taken": len(intake.taken),
            "duplicates": intake.duplicates,
            "same_as_corpus": intake.same,
            "differ_from_corpus": intake.differ,
            "conflicts": [asdict(c) for c in intake.conflicts],
            "dropped": [{"place": r.place, "reason": r.reason} for r in intake.dropped],
            "renamed": intake.renamed,
            "agreement": [asdict(a) | {"suspicious": a.suspicious} for a in agreement],
        },
        "comparisons": [],
        "gained": [],
        "lost": [],
        "series": None,
    }
