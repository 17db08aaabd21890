"""The command line: each command is a typed function that calls one layer below."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter, validators
from cyclopts.config import Yaml
from cyclopts.validators import Number

import framescope.cli_export  # noqa: F401  (adds export to the bundles commands)
from framescope import __version__
from framescope.cli_annotations import app as annotations_app
from framescope.cli_bundles import app as bundles_app
from framescope.cli_options import Bundle, Files, Json, Overwrite, write_result
from framescope.cli_retrain import app as retrain_app
from framescope.data.console import console, tell
from framescope.data.errors import InputError, Stopped
from framescope.inference.engines.names import EngineName
from framescope.models.device import Device, Precision
from framescope.training.settings import TrainSettings

if TYPE_CHECKING:
    from framescope.data.annotations import AnnotatedSentence
    from framescope.data.behaviours import BehaviourCase
    from framescope.data.codebook import Codebook
    from framescope.inference.comparison.elsewhere import GoldElsewhere
    from framescope.inference.manifest import ScoredArchive
    from framescope.training.search import Search
    from framescope.training.soft_labels import SoftLabels

app = App(
    name="framescope",
    help="Measure how news outlets frame a story: train, evaluate, predict, score, compare.",
    version=__version__,
    help_on_error=False,
    suppress_keyboard_interrupt=False,  # main tells of it
)

app.command(annotations_app)
app.command(bundles_app)
app.command(retrain_app)


def _no_option(_: object, value: object) -> None:
    """Among paths, ``-`` is standard input; anything else with a hyphen is a mistyped option."""
    for text in [value] if isinstance(value, str) else list(value):  # type: ignore[call-overload]
        if text.startswith("-") and text != "-":
            raise ValueError(f"unknown option {text}")


@app.command
def train(
    *,
    output: Path,
    corpus: Files = (),
    codebook: Path | None = None,
    settings: Annotated[TrainSettings | None, Parameter(name="*")] = None,
    gold: Files = (),
    allow_overlap: Annotated[bool, Parameter(negative="")] = False,
    search: Annotated[int | None, Parameter(validator=validators.Number(gte=1))] = None,
    study: Path | None = None,
    soft_labels: Path | None = None,
    write_soft_labels: Path | None = None,
    cross_fit: Annotated[int | None, Parameter(validator=Number(gte=2))] = None,
    config: Path | None = None,
    overwrite: Overwrite = False,
    json_file: Json = None,
) -> None:
    """Train a classifier on annotated sentences and write it as a bundle.

    Args:
        output: Folder of the bundle to write.
        corpus: Annotated sentences: JSONL files or folders of them; the shipped corpus if none.
        codebook: Codebook (YAML) they were annotated under; the shipped one if none.
        settings: How to train.
        gold: Sentences kept for evaluation; training is refused if one of them, or one like it,
            stands among the training sentences.
        allow_overlap: Train all the same, and write the overlap into the bundle.
        search: Number of trials, before training, of other learning rates, epochs, frozen shares,
            batch sizes and weight decays; the best are trained with.
        study: SQLite file that keeps the trials, so that a search goes on where it stopped;
            OUTPUT.search.sqlite3 if none.
        soft_labels: What a larger network takes the training sentences to be, written by such a
            training with --write-soft-labels; this network then learns that, too.
        write_soft_labels: Also write what this network takes each training sentence to be, by the
            network of the fold that was not trained on it (Parquet).
        cross_fit: Train so many bundles, OUTPUT/part-1 and on, each without the labels that were
            drawn from its part of the archive; score with each, and the same gold may correct.
            What is trained already in the same way is kept, also with --overwrite.
        config: YAML file with any of these options; flags win over it.
        overwrite: Replace the bundle if it exists.
        json_file: Also write the out-of-fold metrics to this file.
    """
    from framescope.data.annotations import read_annotations
    from framescope.data.codebook import load_codebook
    from framescope.data.corpus_files import SHIPPED_CORPUS
    from framescope.data.processes import is_first_process
    from framescope.models.bundle import read_metrics
    from framescope.training.cross_fit import train_parts
    from framescope.training.train import check_leakage, train_bundle

    del config  # read before parsing, in main
    book = load_codebook(codebook)
    sentences = read_annotations(corpus or [SHIPPED_CORPUS], book)
    console.print(f"Training on {len(sentences)} sentences under {book.name}")
    chosen = settings or TrainSettings()
    soft = _soft_labels(soft_labels, write_soft_labels, book, chosen, sentences)
    if soft is not None and search is not None:
        raise InputError("--search tries settings without soft labels", expected="one of the two")
    checked = check_leakage(sentences, gold, book, allow=allow_overlap, soft=soft)
    if cross_fit is not None:
        if search is not None:
            problem = "--search would see the gold of every part"
            raise InputError(problem, expected="settings that were chosen without this gold")
        if soft is not None or write_soft_labels is not None:
            raise InputError(
                "soft labels tell what is to be left out", expected="--cross-fit alone"
            )
        folders = train_parts(
            sentences, book, chosen, output, parts=cross_fit, gold=checked, overwrite=overwrite
        )
        if not is_first_process():
            return
        figures = {folder.name: read_metrics(folder) or {} for folder in folders}
        write_result(json_file, figures)
        for folder in folders:
            print(f"Bundle written to {folder}. Out of fold: {_figures(figures[folder.name])}")
        print("Score the archive with each: it takes the articles of its own part alone")
        return
    metrics = train_bundle(
        sentences,
        book,
        chosen,
        output,
        gold=checked,
        search=_search(search, study, output),
        soft=soft,
        soft_output=write_soft_labels,
        overwrite=overwrite,
    )
    if not metrics:  # the first of several processes tells
        return
    write_result(json_file, metrics)
    print(f"Bundle written to {output}. Out of fold: {_figures(metrics)}")
    print(f"Read its model card first: {output / 'README.md'}")


def _soft_labels(
    file: Path | None,
    output: Path | None,
    codebook: Codebook,
    settings: TrainSettings,
    sentences: list[AnnotatedSentence],
) -> SoftLabels | None:
    if (file or output) and settings.model == "linear":
        raise InputError("the linear model neither learns nor writes soft labels")
    if file is None:
        return None
    from framescope.training.soft_labels import read_soft_labels

    found = read_soft_labels(file, codebook)
    known = found.known([s.text for s in sentences])
    if not known:
        raise InputError("no training sentence has one of these soft labels", path=file)
    tell(f"Soft labels for {known} of the sentences, by {found.about['encoder']}")
    return found


@app.command
def evaluate(
    *,
    bundle: Bundle,
    gold: Files = (),
    capabilities: Files | None = None,
    allow_overlap: Annotated[bool, Parameter(negative="")] = False,
    codebook: Path | None = None,
    engine: EngineName = "auto",
    device: Device = "auto",
    json_file: Json = None,
) -> None:
    """Measure a bundle on what it was not trained on, the linear baseline beside it.

    Args:
        bundle: The bundle's folder, or a registry: its current bundle.
        gold: Annotated sentences: JSONL files or folders of them.
        capabilities: Test its behaviour, by capability, on these cases (JSONL files or folders of
            them); without a file, on the shipped ones.
        allow_overlap: Measure also on sentences of the gold that it was trained on, which is
            refused otherwise: the figures flatter.
        codebook: Codebook of gold and cases; refused if it is not the bundle's own.
        engine: What computes the network, as in framescope score.
        device: auto, cpu or cuda.
        json_file: Also write all figures, with 95 % intervals, to this file.
    """
    from framescope.data.annotations import read_annotations
    from framescope.data.codebook import load_codebook, require_same
    from framescope.inference.engines.load import load_with_engine
    from framescope.training.capabilities import capabilities_with_baseline
    from framescope.training.evaluation import evaluate_with_baseline
    from framescope.training.tables import capability_table, evaluation_table

    if not gold and capabilities is None:
        raise InputError("nothing to measure on", expected="--gold FILE, --capabilities, or both")
    model = load_with_engine(bundle, engine=engine, device=device)
    if codebook is not None:
        require_same(model.codebook, str(bundle), load_codebook(codebook), str(codebook))
    cases = _cases(capabilities, model.codebook)
    sentences = read_annotations(gold, model.codebook)
    result: dict[str, Any] = {}
    if gold:
        result = evaluate_with_baseline(model, bundle, sentences, allow_overlap=allow_overlap)
    if cases:
        result["capabilities"] = capabilities_with_baseline(model, bundle, cases)
    write_result(json_file, result)
    if gold:
        _print(evaluation_table(result))
        print(
            f"{result['sentences']} sentences, {result['documents']} documents: {_figures(result)}"
        )
    if cases:
        _print(capability_table(result["capabilities"]))


@app.command
def predict(
    *texts: str,
    bundle: Bundle,
    explain: Annotated[bool, Parameter(negative="")] = False,
    engine: EngineName = "auto",
    device: Device = "auto",
    abstain: bool = True,
    json_file: Json = None,
) -> None:
    """Tell frames and stances of a few texts: a table on a terminal, JSON lines in a pipe.

    Args:
        texts: The texts; without any, each line of standard input is one.
        bundle: The bundle's folder, or a registry: its current bundle.
        explain: Also weigh the words: by how much the log-odds of a frame fall without each. Costs
            one more scoring for every word. A text without a frame is explained for its likeliest.
        engine: What computes the network, as in framescope score.
        device: auto, cpu or cuda.
        abstain: Leave out texts that are clearly in another language or unlike the training corpus.
        json_file: Also write the predictions to this file, as JSON lines.
    """
    from framescope.data.lines import STDIN, decoded_lines
    from framescope.data.output import write_text
    from framescope.inference.engines.load import load_with_engine
    from framescope.inference.explain import explain_predictions
    from framescope.inference.predict import as_json, as_table

    lines = list(texts) or [line.strip() for _, line in decoded_lines(STDIN)]
    if not lines:
        raise InputError("no text given", expected="arguments, or lines on standard input")
    model = load_with_engine(bundle, engine=engine, device=device)
    predictions = model.predict(lines, abstain=abstain)
    words = explain_predictions(model, predictions) if explain else [None] * len(predictions)
    rows = "".join(as_json(*pair) + "\n" for pair in zip(predictions, words, strict=True))
    if json_file is not None:
        write_text(json_file, rows)
    if sys.stdout.isatty():
        _print(as_table(predictions, words))
    else:
        sys.stdout.write(rows)


@app.command
def score(
    *archive: Annotated[str, Parameter(allow_leading_hyphen=True, validator=_no_option)],
    bundle: Bundle,
    output: Path,
    column: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    max_false_alarms_per_1000: Annotated[
        float | None, Parameter(validator=Number(gt=0, lte=1000))
    ] = None,
    frameless: Files = (),
    engine: EngineName = "auto",
    device: Device = "auto",
    precision: Precision = "auto",
    runner: Literal["local", "ray"] = "local",
    workers: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    abstain: bool = True,
    cascade: bool = True,
    overwrite: Overwrite = False,
    json_file: Json = None,
) -> None:
    """Score every sentence of an archive into Parquet files.

    A run that was stopped, or killed, goes on when it is started again with the same command, and
    ends with the same files as one that was not. Ctrl-C stops after the shard at hand (some 2,000
    articles), twice at once.

    Args:
        archive: Files, folders or patterns (JSONL, CSV, Parquet, text, HTML, WARC; but Parquet also
            .gz and .zst); - reads JSONL from standard input.
        bundle: The bundle's folder, or a registry: its current bundle.
        output: Folder to write.
        column: FIELD=NAME, for tables with other column names, such as text=content;
            text=lead+body joins two columns.
        max_false_alarms_per_1000: Raise the thresholds until no more than so many of 1,000
            frameless sentences, of the kind that vouches for it, are expected to be flagged; use
            it where frames are rare.
        frameless: Annotated sentences drawn from this archive; those without a frame vouch for the
            rate. If none, the held-out frameless sentences of the training corpus do, which may
            be harder or easier than the archive's.
        engine: What computes the network: torch, or one that framescope bundles export has put
            into the bundle; auto takes the fastest that is there and installed, torch on a GPU.
        device: auto, cpu or cuda.
        precision: auto computes in bfloat16 where the device has it, fp32 never does.
        runner: local scores in this process; ray with workers on the cluster of RAY_ADDRESS, or on
            this machine. The files are the same.
        workers: Processes; of local those that cut articles into sentences, of ray those that
            score, each with the model. By default as many as there are GPUs, or half the cores.
        abstain: Leave sentences without scores that are clearly in another language, or unlike the
            training corpus; the column abstained tells why.
        cascade: Let the linear baseline alone decide on sentences far from every frame, so that at
            least 99.5 % of what the full model flags still gets to it (on held-out sentences; a
            sample tells how many in this archive); the column discarded tells which they are.
        overwrite: Replace the folder if it exists, also a run in it that was begun otherwise.
        json_file: Also write the manifest to this file.
    """
    from framescope.data.annotations import frameless_texts
    from framescope.data.articles.columns import parse_mapping
    from framescope.data.articles.read import find_sources
    from framescope.inference.checkpoint import require_startable
    from framescope.inference.engines.load import load_with_engine
    from framescope.inference.runners.ray_runner import ray_runner
    from framescope.inference.score import score_archive
    from framescope.models.bundle import read_metrics
    from framescope.models.scope import REASONS
    from framescope.models.staged import told_cascade

    if not archive:
        raise InputError("no archive given", expected="files, folders, patterns, or -")
    require_startable(output, overwrite=overwrite)
    mapping = parse_mapping(column)
    sources = find_sources(archive)
    # Workers may have the GPU that this machine lacks.
    here: Device = "auto" if runner == "ray" and device == "cuda" else device
    model = load_with_engine(bundle, engine=engine, device=here, precision=precision)
    if model.part and frameless:
        problem = "a part is scored by thresholds from its training alone"
        raise InputError(problem, path=bundle, expected="no --frameless")
    if max_false_alarms_per_1000 is not None:
        texts = frameless_texts(frameless, model.codebook) if frameless else ()
        model = model.bounded(max_false_alarms_per_1000, texts)
    elif frameless:
        raise InputError("--frameless is for --max-false-alarms-per-1000, which is not given")
    if not cascade:
        model = replace(model, cascade=None)
    load = partial(load_with_engine, engine=engine, device=device, precision=precision)
    on_ray = ray_runner(model, bundle, load, workers=workers, device=device)
    with on_ray if runner == "ray" else nullcontext() as workers_on_ray:
        manifest = score_archive(
            sources,
            mapping,
            model,
            output,
            settings={
                "column": list(column),
                "max_false_alarms_per_1000": max_false_alarms_per_1000,
                "frameless": [path.name for path in frameless],
            },
            metrics=read_metrics(bundle),
            abstain=abstain,
            overwrite=overwrite,
            workers=workers,
            runner=workers_on_ray,
        )
    write_result(json_file, manifest)
    n = manifest["counts"]
    print(f"{n['articles']} articles, {n['sentences']} sentences read, scored into {output}")
    for reason, words in REASONS.items():
        if left_out := n[f"abstained_{reason}"]:
            print(f"{left_out} sentences not scored: {words}")
    if model.part:
        print(f"These are the articles of {model.part}; the others are for the other bundles")
    if manifest["cascade"]:
        print(told_cascade(manifest["cascade"], n["cascade"]))
    if n["rejected"]:
        print(f"{n['rejected']} records rejected: see {output / 'rejected.jsonl'}")


@app.command
def compare(
    *scored: Path,
    output: Path | None = None,
    sql: str | None = None,
    gold: Files = (),
    drawn_from: Files = (),
    gold_elsewhere: Files = (),
    bundle: Bundle | None = None,
    explain_with: Bundle | None = None,
    event: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    event_window: Annotated[int, Parameter(validator=Number(gte=1))] = 90,
    overwrite: Overwrite = False,
    json_file: Json = None,
) -> None:
    """Compare the outlets of scored archives in one self-contained HTML report, or query them.

    Args:
        scored: Folders written by framescope score, with one and the same bundle, or with those of
            all parts of framescope train --cross-fit.
        output: The HTML file to write; beside X.html, the folder X_files gets every figure as SVG
            and PNG and every table as CSV and Parquet.
        sql: Instead of a report: print the result of one SELECT on the view sentences, as a table
            on a terminal, as CSV in a pipe.
        gold: Annotated sentences drawn from these archives (framescope annotations next), all of
            the draw: shares, differences and months are corrected by design.
        drawn_from: The scored archives that the gold was drawn from, if the same articles were
            scored again since, by another bundle or by those of framescope train --cross-fit.
        gold_elsewhere: Annotated sentences from elsewhere: shares are corrected by the error rates
            on them, which must be those in the archive; needs --bundle.
        bundle: The bundle that scored the archives, to decide the gold from elsewhere.
        explain_with: The bundle that scored them: mark the words that carry the frames, in up to
            500 sentences of the report.
        event: Compare before and after this day: YYYY-MM-DD or YYYY-MM-DD:TITLE; several may be
            given.
        event_window: Days before, and days from the event on, that are compared.
        overwrite: Replace the file, and the folder beside it, if they exist.
        json_file: Also write all figures to this file; with --sql, write the rows here and print
            nothing.
    """
    from framescope.inference.comparison.compare import compare_outlets
    from framescope.inference.comparison.events import Event
    from framescope.inference.manifest import open_scored, require_scored_by
    from framescope.inference.report import render_report
    from framescope.inference.report.export import require_writable, write_report
    from framescope.models.bundle import load_bundle

    if not scored:
        raise InputError("no scored archive given", expected="folders written by framescope score")
    if drawn_from and (not gold or sql is not None):
        raise InputError("--drawn-from tells where the gold is from", expected="--gold beside it")
    if sql is not None:
        if output is not None or explain_with is not None or event:
            raise InputError("--sql makes no report", expected="it alone, or with --json FILE")
        _query(scored, sql, json_file)
        return
    if output is None:
        raise InputError("nothing to make", expected="--output FILE for a report, or --sql QUERY")
    events = [Event.parse(text, event_window) for text in event]
    require_writable(output, overwrite=overwrite)
    archives = open_scored(scored, parts=True)
    model = None
    if explain_with is not None:
        model = load_bundle(explain_with)
        require_scored_by(model, explain_with, archives[0])
    elsewhere = _decided_gold(gold_elsewhere, bundle, archives[0])
    before = open_scored(drawn_from, parts=True) if drawn_from else ()
    comparison = compare_outlets(
        archives, model, events=events, drawn=gold, drawn_from=before, elsewhere=elsewhere
    )
    files = write_report(render_report(comparison), output, overwrite=overwrite)
    write_result(json_file, comparison.as_json())
    print(f"Report written to {output}: open it in a browser; figures and tables are in {files}")


def _query(scored: tuple[Path, ...], sql: str, json_file: Path | None) -> None:
    from framescope.inference.manifest import open_scored
    from framescope.inference.query import as_json, result_table, run_query, write_csv

    with run_query(open_scored(scored, parts=True), sql) as result:
        if json_file is not None:
            write_result(json_file, as_json(result))
        elif sys.stdout.isatty():
            _print(result_table(result))
        else:
            write_csv(result)


def _decided_gold(
    files: Files, bundle: Path | None, archive: ScoredArchive
) -> GoldElsewhere | None:
    """What ``--gold-elsewhere`` asks for: gold beside the decisions of the archive's bundle."""
    from framescope.data.annotations import read_annotations
    from framescope.inference.comparison.elsewhere import decide_gold
    from framescope.inference.manifest import require_scored_by
    from framescope.models.bundle import load_bundle

    if not files or bundle is None:
        if files or bundle is not None:
            raise InputError("--gold-elsewhere and --bundle are given together or not at all")
        return None
    model = load_bundle(bundle)
    require_scored_by(model, bundle, archive)
    return decide_gold(model, archive, read_annotations(files, model.codebook))


def _cases(files: Files | None, codebook: Codebook) -> list[BehaviourCase]:
    """The cases that ``--capabilities`` asks for: of its files, or the shipped ones."""
    from framescope.data.behaviours import read_cases, shipped_cases

    if files is None:
        return []
    return read_cases(files, codebook) if files else shipped_cases(codebook)


def _search(trials: int | None, study: Path | None, output: Path) -> Search | None:
    if trials is None:
        if study is not None:
            raise InputError("--study keeps the trials of a search", expected="--search N with it")
        return None
    from framescope.training.search import Search

    output = output.resolve()  # "." has no name of its own
    return Search(trials, study or output.with_name(f"{output.name}.search.sqlite3"))


def _figures(metrics: dict[str, Any]) -> str:
    alarms = metrics["false_alarms_per_1000"]
    return (
        f"macro-F1 {metrics['macro_f1']:.3f}, micro-F1 {metrics['micro_f1']:.3f}, "
        f"frame and stance {metrics['joint_micro_f1']:.3f}, false alarms per 1,000 frameless "
        + ("–" if alarms is None else f"{alarms:.1f}")
    )


def _print(renderable: Any) -> None:
    from rich.console import Console

    Console().print(renderable)


def _config_of(tokens: list[str]) -> Path | None:
    for i, token in enumerate(tokens):
        if token == "--config" and i + 1 < len(tokens):  # noqa: S105
            return Path(tokens[i + 1])
        if token.startswith("--config="):
            return Path(token.partition("=")[2])
    return None


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; the process ends with 0, 1 (failed) or 2 (bad usage)."""
    # Libraries draw bars and warn in their own way; what a person should see, we say ourselves.
    os.environ.setdefault("TQDM_DISABLE", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_HUB_VERBOSITY", "error")
    tokens = sys.argv[1:] if arguments is None else arguments
    config = _config_of(tokens)
    if config is not None:
        app.config = (Yaml(config, must_exist=True, use_commands_as_keys=False),)
    try:
        app(tokens)
    except InputError as error:
        _fail(str(error))
    except BrokenPipeError:
        sys.stderr.close()
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        _fail(f"{place}{error.strerror or error}")
    except ImportError as error:
        _fail(f"{error.name or error} is not installed; expected pip install 'framescope[train]'")
    except Stopped as stop:
        _fail(str(stop), code=stop.code)
    except KeyboardInterrupt:
        _fail("interrupted; the output was not written", code=130)


def _fail(message: str, *, code: int = 1) -> None:
    # Whichever process fails first must be heard: the launcher then ends the others.
    console.quiet = False
    tell(f"framescope: {message}")
    sys.exit(code)
