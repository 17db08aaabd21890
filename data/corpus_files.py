"""Where the shipped corpus, behavioural test cases and example archive lie."""

from __future__ import annotations

from pathlib import Path

#: Annotated sentences written for the project, one file a batch.
SHIPPED_CORPUS = Path(__file__).parent / "corpus"
#: Behavioural test cases, one file a capability; never to be trained on.
SHIPPED_CASES = Path(__file__).parent / "capabilities"
#: Invented articles of invented outlets, for trying things out.
EXAMPLE_ARCHIVE = Path(__file__).parent / "examples" / "archive.jsonl"
