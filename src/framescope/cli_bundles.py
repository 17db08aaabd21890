"""``framescope bundles``: what is done with trained bundles."""

from __future__ import annotations

from cyclopts import App

app = App(name="bundles", help="Prepare bundles for scoring: engines.")
