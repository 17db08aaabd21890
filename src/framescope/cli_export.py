"""``framescope bundles export``: a bundle's network for a faster engine."""

from __future__ import annotations

from pathlib import Path

from framescope.cli_bundles import app
from framescope.cli_options import Files, Json, Overwrite, write_result
from framescope.inference.engines.names import Exported
from framescope.models.device import Precision


@app.command
def export(
    bundle: Path,
    *,
    engine: Exported,
    fixture: Files = (),
    precision: Precision = "auto",
    overwrite: Overwrite = False,
    json_file: Json = None,
) -> None:
    """Write the files of a faster engine into a bundle, if it decides as torch does.

    It is compared with torch in float32 first: at least 99.5 % of the sentences must be decided
    alike, and no probability may differ by more than 0.02. Else nothing is written.

    Args:
        bundle: The bundle's folder.
        engine: openvino, or onnx (always float32).
        fixture: Sentences to compare on, 200 or more: text files with one a line, or JSONL files
            with the field text; 2,000 shipped English ones if none. Give some of your own archive
            for a codebook of your own.
        precision: auto is bfloat16 where the processor has it and the engine can; fp32, if bfloat16
            is not faithful, always float32.
        overwrite: Replace files of that engine in the bundle.
        json_file: Also write what was measured to this file.
    """
    from dataclasses import asdict

    from framescope.inference.engines.export import export_engine
    from framescope.inference.engines.fixture import read_fixture, shipped_fixture

    texts = read_fixture(fixture) if fixture else shipped_fixture()
    record = export_engine(bundle, engine, texts, precision=precision, overwrite=overwrite)
    write_result(json_file, asdict(record))
    parity = record.parity
    print(
        f"{engine} written into {bundle} ({record.computed}): on {parity.sentences} sentences "
        f"{parity.decisions_equal:.2%} decided as by torch fp32, probabilities at most "
        f"{parity.largest_difference:.4f} apart"
    )
