"""How often the voice of a sentence is told right: ``python -m benchmarks.comparison.voice``.

Sentences written for this purpose (``data/voice``): ``dev.jsonl`` was looked at while the rules
were written, ``test.jsonl`` was not. With ``--scored FOLDER`` also the speed on a real archive.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from math import sqrt
from pathlib import Path

from framescope.data.voice.detect import VOICES, Voice, voices

HERE = Path(__file__).parents[2] / "data" / "voice"
Pairs = list[tuple[Voice, Voice]]


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    if not trials:
        return 0.0, 1.0
    z, share = 1.96, hits / trials
    centre = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z * sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2)) / (1 + z**2 / trials)
    return centre - half, centre + half


def kappa(pairs: Pairs) -> float:
    """Cohen's κ (1960) of two labellings."""
    total = len(pairs)
    agreed = sum(a == b for a, b in pairs) / total
    first, second = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    chance = sum(first[v] * second[v] for v in VOICES) / total**2
    return (agreed - chance) / (1 - chance)


def judge(half: str) -> tuple[Pairs, Pairs]:
    """Labelled and told voices of one half, and its two blind labellings."""
    told: Pairs = []
    passes: Pairs = []
    for line in (HERE / f"{half}.jsonl").read_text(encoding="utf-8").splitlines():
        sentences = json.loads(line)["sentences"]
        found = voices([s["text"] for s in sentences])
        told += [(s["voice"], v.voice) for s, v in zip(sentences, found, strict=True)]
        passes += [tuple(s["passes"]) for s in sentences]
    return told, passes


def report(name: str, pairs: Pairs) -> None:
    """Print precision, recall and accuracy with 95 % intervals."""
    right = sum(a == b for a, b in pairs)
    print(f"{name}: {len(pairs)} sentences, accuracy {_share(right, len(pairs))}")
    for voice in VOICES:
        hits = sum(a == b == voice for a, b in pairs)
        precision = _share(hits, sum(b == voice for _, b in pairs))
        recall = _share(hits, sum(a == voice for a, _ in pairs))
        print(f"  {voice:10} precision {precision}  recall {recall}")


def _share(hits: int, trials: int) -> str:
    low, high = wilson(hits, trials)
    return f"{hits / max(1, trials):.3f} ({low:.3f}-{high:.3f}) of {trials}"


def speed(folder: Path) -> None:
    """Print sentences a CPU second, all of them judged."""
    import duckdb

    query = "SELECT text FROM read_parquet(?) LIMIT 60000"
    files = str(folder / "sentences" / "*.parquet")
    texts = [row[0] for row in duckdb.execute(query, [files]).fetchall()]
    start = time.process_time()
    for i in range(0, len(texts), 10):
        voices(texts[i : i + 10])
    print(f"{len(texts) / (time.process_time() - start):,.0f} sentences a CPU second")


def main() -> None:
    """Measure."""
    both: Pairs = []
    for half in ("dev", "test"):
        told, passes = judge(half)
        report(half, told)
        both += passes
    print(f"two labellings of {len(both)} sentences: κ {kappa(both):.3f}")
    if "--scored" in sys.argv:
        speed(Path(sys.argv[sys.argv.index("--scored") + 1]))


if __name__ == "__main__":
    main()
