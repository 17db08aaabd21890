"""The report: one HTML file that needs nothing else, not even scripts from outside."""

from framescope.inference.report.render import Report, render_report

__all__ = ["Report", "render_report"]
