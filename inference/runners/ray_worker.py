"""The actor that scores shards on Ray; it is sent all it needs, and reads no file of the driver."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from framescope.data.provenance import versions
from framescope.inference.score_shard import ScoredShard, score_shard
from framescope.inference.shards import Record
from framescope.models.classifier import FrameClassifier

Load = Callable[[Path], FrameClassifier]
#: Files of a bundle by their relative paths.
BundleFiles = Mapping[str, bytes]


def bundle_files(bundle: Path) -> dict[str, bytes]:
    """All files of a bundle, to be sent to machines that do not see its folder."""
    files = (path for path in bundle.rglob("*") if path.is_file())
    return {path.relative_to(bundle).as_posix(): path.read_bytes() for path in files}


class RayWorker:
    """Holds the model, loaded once, and scores one shard after the other."""

    def start(self, files: BundleFiles, classifier: FrameClassifier, load: Load) -> dict[str, Any]:
        """Load the model; what decides the bytes that this worker makes: all have to agree on it.

        No part of making the actor, as Ray tells of a fault there only by a text.

        Args:
            files: The bundle.
            classifier: The driver's, without its scorer: thresholds may have been raised there.
            load: Loads a bundle, on this machine's device.
        """
        with TemporaryDirectory(prefix="framescope-") as folder:
            for name, content in files.items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            scorer = load(Path(folder)).scorer
        self._classifier = replace(classifier, scorer=scorer)
        return {"computed": scorer.computed, **versions()}

    def score(self, records: Sequence[Record], *, abstain: bool) -> ScoredShard:
        """Cut and score the records of one shard."""
        return score_shard(self._classifier, records, abstain=abstain)
