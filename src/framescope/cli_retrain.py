"""``framescope retrain``: new annotations in, a challenger and a decision out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from framescope.cli_options import Files, Json, Overwrite, write_result
from framescope.data.errors import InputError
from framescope.training.retraining.rules import ConflictRule, GateRule, Start

if TYPE_CHECKING:
    from framescope.inference.manifest import ScoredArchive
    from framescope.models.registry import Registry
    from framescope.training.retraining.challenger import Champion
    from framescope.training.retraining.record import Decision

app = App(name="retrain")


@app.default
def retrain(
    *,
    champion: str,
    annotations: Files,
    gold: Files,
    output: Path,
    corpus: Files = (),
    archive: Files = (),
    archive_gold: Files = (),
    sample: int | None = None,
    conflicts: ConflictRule = "old",
    start: Start = "both",
    rule: Annotated[GateRule | None, Parameter(name="*")] = None,
    force: str | None = None,
    promote: bool = True,
    overwrite: Overwrite = False,
    json_file: Json = None,
) -> None:
    """Train a challenger on new annotations; promote it if it is better on the frozen gold.

    Ends with 1 where the champion stays; OUTPUT/decision.html says why.

    Args:
        champion: A bundle's folder, or a registry: its current bundle is challenged, and the
            challenger promoted in it.
        annotations: New annotations, in any format that framescope annotations import reads.
        gold: Frozen sentences for evaluation: JSONL files or folders of them. If one of them, or
            one like it, stands in the annotations or the corpus, nothing is trained.
        output: Folder to write: decision.json, decision.html, the challenger (bundle) and what it
            was trained on (corpus.jsonl, for the next time).
        corpus: What the champion was trained on: JSONL files or folders; the shipped corpus if
            none. Refused if its hash is not that in the champion.
        archive: Scored archives: show what the challenger does to their shares and differences.
        archive_gold: Annotated sentences drawn from those archives (framescope annotations next
            --for estimation), all of them: show also what happens to the corrected shares. If one
            of them, or one like it, stands in the annotations, nothing is trained.
        sample: Rescore only so many articles of them, drawn at random; all if none.
        conflicts: Which label stays where a text of the corpus comes with another one; or refuse.
        start: Train a network from the base encoder (cold), from the champion (warm), or both and
            take the better on held-out new sentences.
        rule: When the challenger is better.
        force: Let the challenger through whatever the gate says; the reason goes into the record.
            It overrules no leakage and no other codebook.
        promote: In a registry, promote a challenger that may be.
        overwrite: Replace the folder if it exists.
        json_file: Also write the decision to this file.
    """
    from framescope.data.output import whole_folder
    from framescope.models.registry import Registry, bundle_folder, is_registry
    from framescope.training.retraining.challenger import Champion
    from framescope.training.retraining.record import RECORD

    registry = Registry(champion) if is_registry(champion) else None
    current = Champion.load(bundle_folder(champion))
    published = _open_published(current, archive, archive_gold, sample)
    with whole_folder(output, overwrite=overwrite, marker=RECORD) as folder:
        decision = _decide(
            current, annotations, corpus, gold, archive_gold, folder,
            rule=rule or GateRule(), conflicts=conflicts, start=start, force=force,
        )  # fmt: skip
        if published and decision.record["challenger"]:
            decision.record["series"] = _series(published, folder, archive_gold, sample)
        decision.write(folder)
    write_result(json_file, decision.as_json())
    _tell(decision, output, registry if promote else None)


def _decide(
    champion: Champion,
    annotations: Sequence[Path],
    corpus: Sequence[Path],
    gold: Sequence[Path],
    archive_gold: Sequence[Path],
    folder: Path,
    **options: Any,
) -> Decision:
    from framescope.data.annotations import annotated_only, read_annotations
    from framescope.data.corpus_files import SHIPPED_CORPUS
    from framescope.data.provenance import require_corpus
    from framescope.training.retraining.retrain import retrain as run

    if not annotations or not gold:
        raise InputError("--annotations and --gold need a file each")
    codebook = champion.classifier.codebook
    old = annotated_only(read_annotations(corpus or [SHIPPED_CORPUS], codebook))
    require_corpus(old, champion.training, named=bool(corpus))
    frozen = annotated_only(read_annotations(gold, codebook))
    drawn = read_annotations(archive_gold, codebook) if archive_gold else []
    return run(champion, annotations, old, frozen, folder, drawn=drawn, **options)


def _open_published(
    champion: Champion, archive: Sequence[Path], gold: Sequence[Path], sample: int | None
) -> list[ScoredArchive]:
    """The archives of a published series; what is wrong with them is told before training."""
    from framescope.inference.comparison.corrected_series import require_drawn_gold
    from framescope.inference.manifest import open_scored, require_scored_by

    if gold and not archive:
        wish = "--archive with the scored archives that it was drawn from"
        raise InputError("--archive-gold corrects the shares of an archive", expected=wish)
    if gold and sample is not None:
        problem = "--archive-gold corrects the shares of all articles"
        raise InputError(problem, expected="no --sample beside it")
    if not archive:
        return []
    archives = open_scored(archive)
    require_scored_by(champion.classifier, champion.folder, archives[0])
    if gold:
        require_drawn_gold(gold, archives)
    return archives


def _series(
    archives: Sequence[ScoredArchive], folder: Path, gold: Sequence[Path], sample: int | None
) -> dict[str, Any]:
    from framescope.inference.comparison.series import series_break
    from framescope.models.bundle import load_bundle

    challenger = load_bundle(folder / "bundle")
    return series_break(archives, challenger, sample=sample, gold=gold).as_json()


def _tell(decision: Decision, output: Path, registry: Registry | None) -> None:
    from framescope.training.retraining.record import PAGE, RECORD

    why = "; ".join(decision.why)
    if not decision.may_promote:
        stays = "refused" if decision.outcome == "refuse" else "the champion stays"
        raise InputError(f"{stays}: {why} (see {output / PAGE})")
    told = f"forced ({decision.forced})" if decision.outcome == "keep" else "better"
    print(f"The challenger is {told}: {why}")
    print(f"Read why: {output / PAGE}")
    if registry is None:
        return
    name = registry.add(output / "bundle")
    kept = registry.keep_decision((output / RECORD).read_bytes())
    registry.promote(
        name,
        expected=decision.record["champion"]["bundle"],
        decision=kept,
        forced=decision.forced,
    )
    print(f"{name[:12]} is current in {registry.url}")
