"""``framescope bundles``: a registry of bundles, one of them current; export for engines."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from framescope.cli_options import Bundle, Files, Json, write_result

app = App(
    name="bundles",
    help="A registry of bundles: compare, promote, roll back, push; faster engines.",
)

#: A local folder or an fsspec address; text, because a path would lose a slash of s3://.
RegistryPlace = Annotated[str, Parameter(name="--registry")]


@app.command(name="list")
def list_(*, registry: RegistryPlace, json_file: Json = None) -> None:
    """List the bundles of a registry and its history.

    Args:
        registry: Folder or fsspec address (s3://…, memory://…) of the registry.
        json_file: Also write bundles and history to this file.
    """
    from framescope.models.registry import Registry

    place = Registry(registry)
    entries, bundles = place.history(), place.bundles()
    current = entries[-1].after if entries else None
    for name in bundles:
        print(f"{'*' if name == current else ' '} {name}")
    for entry in entries:
        before = entry.before[:12] if entry.before else "none"
        why = entry.forced or entry.note or (f"decision {entry.decision}" if entry.decision else "")
        told = f"{entry.when}  {entry.action:<8}  {before} → {entry.after[:12]}"
        print(f"{told}  by {entry.who}{': ' if why else ''}{why}")
    history = [entry.model_dump() for entry in entries]
    write_result(json_file, {"current": current, "bundles": bundles, "history": history})


@app.command
def show(bundle: str = "current", *, registry: str | None = None, json_file: Json = None) -> None:
    """Show what a bundle was made from, how it decides and how good it was.

    Args:
        bundle: Folder of a bundle; in a registry: current, a hash or its start.
        registry: Folder or fsspec address of the registry.
        json_file: Also write all this to this file.
    """
    from framescope.models.bundle import verified_hash
    from framescope.models.registry.differences import describe_bundle

    folder = _folder(bundle, registry)
    found = verified_hash(folder)
    told = describe_bundle(folder)
    print(f"bundle {found}\nfolder {folder}")
    for part, content in told.items():
        print(f"\n{part}")
        for name, value in content.items():
            print(f"  {name:<45} {_value(value)}")
    write_result(json_file, {"bundle": found, "folder": str(folder), **told})


@app.command
def diff(first: str, second: str, *, registry: str | None = None, json_file: Json = None) -> None:
    """Show what two bundles differ in: settings, data, thresholds, metrics.

    Args:
        first: Folder of a bundle; in a registry: current, a hash or its start.
        second: The other one.
        registry: Folder or fsspec address of the registry.
        json_file: Also write the differences to this file.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from framescope.models.bundle import verified_hash
    from framescope.models.registry.differences import differences

    folders = [_folder(name, registry) for name in (first, second)]
    hashes = [verified_hash(folder) for folder in folders]
    found = differences(*folders)
    table = Table("part", "what", *(h[:12] for h in hashes), box=None, pad_edge=False)
    for d in found:
        cells = (d.part, d.name, _value(d.first), _value(d.second))
        table.add_row(*map(Text, cells))
    Console().print(table if found else "The two bundles tell the same of themselves.")
    rows = [asdict(d) for d in found]
    write_result(json_file, {"first": hashes[0], "second": hashes[1], "differences": rows})


@app.command
def promote(
    bundle: str,
    *,
    registry: RegistryPlace,
    decision: Path | None = None,
    force: str | None = None,
    json_file: Json = None,
) -> None:
    """Make a bundle current. All or nothing; if another change comes first, it is refused.

    Args:
        bundle: Folder of a bundle, which is copied into the registry; or a hash in it.
        registry: Folder or fsspec address of the registry.
        decision: decision.json that framescope retrain wrote for this bundle. Needed where a
            bundle is current, unless --force says why not.
        force: Promote against the record, or without one; the reason goes into the history.
        json_file: Also write the new entry of the history to this file.
    """
    from framescope.models.registry import Registry
    from framescope.training.retraining.record import require_decision

    place = Registry(registry)
    expected = place.current
    after = place.add(Path(bundle)) if Path(bundle).is_dir() else place.find(bundle)
    if force is None and expected is not None:
        require_decision(decision, champion=expected, challenger=after)
    kept = place.keep_decision(decision.read_bytes()) if decision else None
    entry = place.promote(after, expected=expected, decision=kept, forced=force)
    write_result(json_file, entry.model_dump())
    print(f"{after[:12]} is current in {registry}")


@app.command
def rollback(
    *,
    registry: RegistryPlace,
    to: str | None = None,
    note: str | None = None,
    json_file: Json = None,
) -> None:
    """Make the bundle current again that was so before, or an earlier one.

    Args:
        registry: Folder or fsspec address of the registry.
        to: Hash, or its start, of the bundle to go back to; the one before the current if none.
        note: Why; goes into the history.
        json_file: Also write the new entry of the history to this file.
    """
    from framescope.models.registry import Registry

    entry = Registry(registry).rollback(to, note=note)
    write_result(json_file, entry.model_dump())
    print(f"{entry.after[:12]} is current in {registry}, no longer {str(entry.before)[:12]}")


@app.command
def push(
    bundle: str = "current",
    *,
    repository: str,
    registry: str | None = None,
    public: Annotated[bool, Parameter(negative="")] = False,
    json_file: Json = None,
) -> None:
    """Upload a bundle to the Hugging Face Hub.

    Args:
        bundle: Folder of a bundle; in a registry: current, a hash or its start.
        repository: Name on the Hub, such as team/frames; made if there is none.
        registry: Folder or fsspec address of the registry.
        public: Let everybody see a repository that is made.
        json_file: Also write the address of the commit to this file.
    """
    from framescope.models.hub import push_bundle

    address = push_bundle(_folder(bundle, registry), repository, private=not public)
    write_result(json_file, {"commit": address})
    print(f"Pushed: {address}")


@app.command
def drift(
    *scored: Path,
    bundle: Bundle,
    corpus: Files = (),
    reference: Files = (),
    json_file: Json = None,
) -> None:
    """Tell how far a scored archive is from the training sentences, by outlet and month.

    Args:
        scored: Folders written by framescope score, with this bundle.
        bundle: The bundle's folder, or a registry: its current bundle.
        corpus: What the bundle was trained on: JSONL files or folders; the shipped corpus if none.
        reference: Archives that the same bundle scored before: tells how far the scores shifted.
        json_file: Also write all measures, with 95 % intervals, to this file.
    """
    from rich.console import Console

    from framescope.data.annotations import annotated_only, read_annotations
    from framescope.data.corpus_files import SHIPPED_CORPUS
    from framescope.data.errors import InputError
    from framescope.data.provenance import require_corpus
    from framescope.inference.drift import measure_drift
    from framescope.inference.drift.table import drift_table
    from framescope.inference.manifest import open_scored, require_scored_by
    from framescope.models.bundle import load_bundle, read_training

    if not scored:
        raise InputError("no scored archive given", expected="folders written by framescope score")
    model, archives = load_bundle(bundle), open_scored([*scored, *reference])
    require_scored_by(model, bundle, archives[0])
    training = annotated_only(read_annotations(corpus or [SHIPPED_CORPUS], model.codebook))
    require_corpus(training, read_training(bundle), named=bool(corpus))
    new, earlier = archives[: len(scored)], archives[len(scored) :]
    found = measure_drift(new, model, training, reference=earlier)
    write_result(json_file, found.as_json())
    Console().print(drift_table(found))
    for line in found.advice:
        print(line)


def _folder(bundle: str, registry: str | None) -> Path:
    """The folder that a name means: in the registry, or on the disk."""
    from framescope.models.registry import Registry, bundle_folder

    if registry is None:
        return bundle_folder(bundle)
    return Registry(registry).folder(bundle)


def _value(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
