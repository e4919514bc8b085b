"""Draws how something grows: a panel for each measure, a line for each series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

Points = Sequence[Sequence[float]]
"""Of each size: the size, then one number for each measure."""


def plot(series: Mapping[str, Points], size: str, measures: Sequence[str], file: Path) -> None:
    """Writes an SVG.

    Args:
        series: points by title.
        size: what grows.
        measures: names and units of what was measured.
        file: where to.
    """
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = file.stem
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, len(measures), figsize=(11, 4.5), layout="constrained")
    for title, points in series.items():
        sizes, *columns = zip(*points, strict=True)
        for panel, values in zip(panels, columns, strict=True):
            panel.plot(sizes, values, marker="o", label=title)
    for panel, measure in zip(panels, measures, strict=True):
        panel.set(xlabel=size, ylabel=measure, xlim=(0, None), ylim=(0, None))
        panel.grid(alpha=0.3)
        if len(series) > 1:
            panel.legend()
    figure.savefig(file, metadata={"Date": None})
