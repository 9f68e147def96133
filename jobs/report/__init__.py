"""The report of a replay, as a page."""

from jobs.report.render import render_report

__all__ = ["render_report"]
