"""Checks that keep annotations honest: repetition, templates, conflicts and leakage."""

from framescope.data.checks.findings import Finding
from framescope.data.checks.leakage import find_leakage, require_no_leakage
from framescope.data.checks.near import overlaps_between, overlaps_within
from framescope.data.checks.overlap import Overlap
from framescope.data.checks.report import CheckReport, check_annotations
from framescope.data.checks.seen import require_unseen, require_unseen_by_any
from framescope.data.checks.templates import TemplateGroup, template_groups

__all__ = [
    "CheckReport",
    "Finding",
    "Overlap",
    "TemplateGroup",
    "check_annotations",
    "find_leakage",
    "overlaps_between",
    "overlaps_within",
    "require_no_leakage",
    "require_unseen",
    "require_unseen_by_any",
    "template_groups",
]
