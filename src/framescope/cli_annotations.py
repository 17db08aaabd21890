"""``framescope annotations``: getting annotations in and out, and keeping them honest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter
from cyclopts.validators import Number

from framescope.cli_options import Files, Json, Overwrite, write_result
from framescope.data.console import tell

if TYPE_CHECKING:
    from framescope.data.articles.article import Reject

app = App(
    name="annotations",
    help="Import, export and check annotations; agreement; label errors; what to annotate next.",
)

FormatName = Literal[
    "auto", "native", "label-studio", "doccano", "argilla", "prodigy", "csv", "datasets"
]


def _shipped(paths: Sequence[Path]) -> Sequence[Path]:
    from framescope.data.corpus_files import SHIPPED_CORPUS

    return paths or [SHIPPED_CORPUS]


@app.command(name="import")
def import_(
    *files: Path,
    output: Path,
    format_name: Annotated[FormatName, Parameter(name="--format")] = "auto",
    codebook: Path | None = None,
    annotator_from_file: Annotated[bool, Parameter(negative="")] = False,
    overwrite: Overwrite = False,
    json_file: Json = None,
) -> None:
    """Read annotations of another tool and write them as annotated sentences (JSONL).

    Args:
        files: Exported files (or a datasets folder).
        output: JSONL file to write.
        format_name: Form of the files; auto tells it from suffix and content.
        codebook: Codebook (YAML) of the labels; the shipped one if none.
        annotator_from_file: Sign annotations that name nobody with the file's name.
        overwrite: Replace the output if it exists.
        json_file: Also write counts and every dropped row with its reason to this file.
    """
    from framescope.data.codebook import load_codebook
    from framescope.data.errors import InputError
    from framescope.data.formats import detect_format, read_format, write_format

    if not files:
        raise InputError("no file given", expected="exported annotations")
    book = load_codebook(codebook)
    found, dropped = [], []
    for path in files:
        name = detect_format(path) if format_name == "auto" else format_name
        part = read_format(name, path, book, annotator_from_file=annotator_from_file)
        found.extend(part.sentences)
        dropped.extend(part.dropped)
    write_format("native", output, found, book, overwrite=overwrite)
    _tell_dropped(dropped)
    write_result(json_file, {"sentences": len(found), "dropped": [asdict(r) for r in dropped]})
    print(f"{len(found)} annotations written to {output}, {len(dropped)} rows dropped")


def _tell_dropped(dropped: Sequence[Reject], most: int = 20) -> None:
    for reject in dropped[:most]:
        tell(f"dropped {reject.place}: {reject.reason}")
    if len(dropped) > most:
        tell(f"… and {len(dropped) - most} more: use --json for all of them")


@app.command
def export(
    *files: Path,
    output: Path,
    format_name: Annotated[FormatName, Parameter(name="--format")],
    codebook: Path | None = None,
    overwrite: Overwrite = False,
    json_file: Json = None,
) -> None:
    """Write annotated sentences in the form of another tool.

    Args:
        files: Annotated sentences: JSONL files or folders; the shipped corpus if none.
        output: File (or datasets folder) to write.
        format_name: Form to write.
        codebook: Codebook (YAML) of the labels; the shipped one if none.
        overwrite: Replace the output if it exists.
        json_file: Also write the counts to this file.
    """
    from framescope.data.annotations import read_annotations
    from framescope.data.codebook import load_codebook
    from framescope.data.errors import InputError
    from framescope.data.formats import write_format

    if format_name == "auto":
        raise InputError("--format auto cannot be written", expected="the name of a form")
    book = load_codebook(codebook)
    sentences = read_annotations(_shipped(files), book)
    write_format(format_name, output, sentences, book, overwrite=overwrite)
    write_result(json_file, {"sentences": len(sentences), "format": format_name})
    print(f"{len(sentences)} annotations written to {output} ({format_name})")


@app.command
def agreement(
    *files: Path,
    codebook: Path | None = None,
    json_file: Json = None,
) -> None:
    """Krippendorff's alpha of each frame and Cohen's kappa of its stances, with 95 % intervals.

    Args:
        files: Annotations of two or more annotators: rows with the same id and different annotator.
        codebook: Codebook (YAML) of the labels; the shipped one if none.
        json_file: Also write the coefficients and all disagreements to this file.
    """
    from framescope.data.agreement import measure_agreement
    from framescope.data.annotations import read_annotations
    from framescope.data.codebook import load_codebook
    from framescope.data.errors import InputError

    if not files:
        raise InputError("no file given", expected="annotations of two or more annotators")
    book = load_codebook(codebook)
    result = measure_agreement(read_annotations(files, book), book)
    for title, measures in (("alpha", result.alpha), ("kappa of stance", result.stance_kappa)):
        for frame, m in measures.items():
            value = "–" if m.value is None else f"{m.value:.3f}"
            interval = "" if m.low is None else f" [{m.low:.3f}, {m.high:.3f}]"
            print(f"{title:<16} {frame:<26} {value}{interval} on {m.units} sentences")
    print(
        f"{result.sentences} sentences by {', '.join(result.annotators)}; "
        f"{len(result.disagreements)} with different labels"
    )
    write_result(json_file, asdict(result))


@app.command
def check(
    *files: Path,
    against: Files = (),
    codebook: Path | None = None,
    json_file: Json = None,
) -> None:
    """Find duplicates, templates, conflicting labels and leakage; ends with 1 if there are errors.

    Args:
        files: Annotated sentences: JSONL files or folders; the shipped corpus if none.
        against: Other sets (such as gold) that must share no sentence with them.
        codebook: Codebook (YAML) of the labels; the shipped one if none.
        json_file: Also write all findings to this file.
    """
    from framescope.data.annotations import read_annotations
    from framescope.data.checks import check_annotations
    from framescope.data.codebook import load_codebook
    from framescope.data.errors import InputError

    book = load_codebook(codebook)
    sentences = read_annotations(_shipped(files), book)
    others = [(str(path), read_annotations([path], book)) for path in against]
    report = check_annotations(sentences, book, others)
    for finding in report.findings:
        tell(f"{finding.severity}: {finding.message}")
    write_result(json_file, asdict(report))
    counts = Counter(finding.severity for finding in report.findings)
    summary = f"{len(sentences)} sentences: {counts['error']} errors, {counts['warning']} warnings"
    if not report.ok:
        raise InputError(summary)
    print(summary)


@app.command
def counts(
    *files: Path,
    codebook: Path | None = None,
    json_file: Json = None,
) -> None:
    """Count sentences by frame and stance, documents, lengths and tags.

    Args:
        files: Annotated sentences: JSONL files or folders; the shipped corpus if none.
        codebook: Codebook (YAML) of the labels; the shipped one if none.
        json_file: Also write the counts to this file.
    """
    from framescope.data.annotations import read_annotations
    from framescope.data.codebook import load_codebook
    from framescope.data.counts import count_annotations

    book = load_codebook(codebook)
    found = count_annotations(read_annotations(_shipped(files), book))
    for name, value in found.items():
        print(f"{name:<45} {value}")
    write_result(json_file, found)


@app.command
def errors(
    *files: Path,
    output: Path,
    format_name: Annotated[FormatName, Parameter(name="--format")] = "native",
    most: int = 200,
    codebook: Path | None = None,
    overwrite: Overwrite = False,
    json_file: Json = None,
) -> None:
    """Rank labels that held-out predictions of the linear model speak against.

    Args:
        files: Annotated sentences: JSONL files or folders; the shipped corpus if none.
        output: File to write, the most suspicious sentence first; it opens in the annotation tools.
        format_name: Form to write.
        most: Number of sentences to write.
        codebook: Codebook (YAML) of the labels; the shipped one if none.
        overwrite: Replace the output if it exists.
        json_file: Also write rank, quality and suggestion of each of them to this file.
    """
    from framescope.data.annotations import annotated_only, read_annotations
    from framescope.data.codebook import load_codebook
    from framescope.data.formats import write_format
    from framescope.training.fit import fit_linear
    from framescope.training.label_errors import rank_label_errors

    book = load_codebook(codebook)
    sentences = annotated_only(read_annotations(_shipped(files), book))
    ranked = rank_label_errors(sentences, fit_linear(sentences, book, seed=0))[:most]
    rows = [
        s.sentence.model_copy(
            update={"quality": round(s.quality, 4), "doubtful": s.frame, "suggested": s.suggested}
        )
        for s in ranked
    ]
    name = "native" if format_name == "auto" else format_name
    write_format(name, output, rows, book, overwrite=overwrite)
    write_result(json_file, [row.model_dump(exclude_unset=True) for row in rows])
    print(f"{len(rows)} sentences written to {output}, the most suspicious first")


@app.command(name="next")
def next_(
    *scored: Path,
    output: Path,
    purpose: Annotated[Literal["estimation", "training", "both"], Parameter(name="--for")],
    number: Annotated[int, Parameter(validator=Number(gte=1))],
    format_name: Annotated[FormatName, Parameter(name="--format")] = "native",
    seed: int = 0,
    exclude: Files = (),
    extend: Files = (),
    gold: Files = (),
    overwrite: Overwrite = False,
    json_file: Json = None,
) -> None:
    """Draw sentences of a scored archive to annotate, and tell what they buy.

    Args:
        scored: Folders written by framescope score, with one and the same bundle.
        output: File to write; it opens in the annotation tools.
        purpose: estimation draws by chance (strata by outlet and score, the chance of each
            sentence written beside it); training chooses uncertain sentences unlike each other;
            both does both, half each, from different documents.
        number: Sentences to draw, those to extend not counted.
        format_name: Form to write.
        seed: Seed of the draw for estimation.
        exclude: Annotated sentences (JSONL files or folders) whose documents are left out.
        extend: Earlier sample for estimation, drawn with the same seed: the output holds it too,
            labels and all, with the chances of the greater sample.
        gold: Annotated part of an earlier sample for estimation: tells how right the classifier
            is; if none, the bundle's own held-out figures do.
        overwrite: Replace the output if it exists.
        json_file: Also write strata and expected precision to this file.
    """
    from framescope.data.annotations import read_annotations
    from framescope.data.errors import InputError
    from framescope.data.formats import write_format
    from framescope.data.output import require_absent
    from framescope.inference.manifest import open_scored
    from framescope.inference.sampling.next import draw_next
    from framescope.inference.sampling.precision import precision_sentence, precision_table

    if not scored:
        raise InputError("no scored archive given", expected="folders written by framescope score")
    require_absent(output, overwrite=overwrite)
    archives = open_scored(scored)
    book = archives[0].codebook
    named = {"excluded": exclude, "extended": extend, "gold": gold}
    earlier = {name: read_annotations(files, book) for name, files in named.items()}
    found = draw_next(archives, purpose, number, seed=seed, **earlier)
    name = "native" if format_name == "auto" else format_name
    write_format(name, output, found.sentences, book, overwrite=overwrite)
    write_result(json_file, found.as_json())
    if found.left_out and found.precision:
        total = found.population + found.left_out
        tell(f"{found.left_out} of {total} sentences are excluded: no estimate speaks for them")
    if found.precision:
        from rich.console import Console

        Console().print(precision_table(found.precision))
        print(f"Expected from {found.quality}. {precision_sentence(found.precision)}")
    counts = found.as_json()["sentences"]
    told = ", ".join(f"{n} for {purpose}" for purpose, n in counts.items() if n)
    if sum(counts.values()) < number:
        tell(f"there are no more than these {sum(counts.values())} to draw, of {number} asked for")
    print(f"Written to {output}: {told}")


@app.command
def migrate(
    *files: Path,
    old: Path,
    new: Path,
    map_file: Annotated[Path, Parameter(name="--map")],
    output: Path,
    to_annotate: Path,
    overwrite: Overwrite = False,
    json_file: Json = None,
) -> None:
    """Carry labels over to a new version of a codebook; what cannot be is listed for annotation.

    Args:
        files: Sentences annotated under the old codebook: JSONL files or folders.
        old: The old codebook (YAML).
        new: The new one.
        map_file: What became of each frame (YAML: rename, merge, split, new, drop).
        output: JSONL file to write: sentences with labels under the new codebook.
        to_annotate: JSONL file to write: sentences to be annotated again, with the labels that
            could be carried over (carried) and the frames to decide about (asked).
        overwrite: Replace the two files if they exist.
        json_file: Also write the counts to this file.
    """
    from framescope.data.annotations import read_annotations
    from framescope.data.codebook import load_codebook
    from framescope.data.errors import InputError
    from framescope.data.formats import write_format
    from framescope.data.migration import load_map
    from framescope.data.migration import migrate as carry_over

    if not files:
        raise InputError("no file given", expected="sentences annotated under the old codebook")
    before, after = load_codebook(old), load_codebook(new)
    mapping = load_map(map_file, before, after)
    found = carry_over(read_annotations(files, before), mapping, after)
    for path, rows in ((output, found.carried), (to_annotate, found.to_annotate)):
        if rows:
            write_format("native", path, rows, after, overwrite=overwrite)
    counts = {"carried": len(found.carried), "to_annotate": len(found.to_annotate)}
    write_result(json_file, counts)
    print(f"{counts['carried']} sentences carried over, {counts['to_annotate']} to annotate again")
