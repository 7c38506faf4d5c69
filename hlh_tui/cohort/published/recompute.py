"""The value of a figure from the study, by the source that its entry names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hlh_tui.cohort.published import sources
from hlh_tui.cohort.published.count import counted, measured
from hlh_tui.cohort.published.estimate import biomarker, logrank, option, protocol_value, survival_value
from hlh_tui.cohort.published.table_cell import Tables, table_cell

if TYPE_CHECKING:
    from hlh_tui.cohort.published.models import Computed
    from hlh_tui.cohort.published.read import Entry
    from hlh_tui.study.file import Study

Recompute = Callable[["Study", "Entry", Any], "Computed"]
BY_SOURCE: dict[type[sources.Source], Recompute] = {
    sources.FromSurvival: survival_value,
    sources.FromLogRank: logrank,
    sources.FromBiomarker: biomarker,
    sources.FromCount: counted,
    sources.FromMeasure: measured,
    sources.FromProtocol: protocol_value,
    sources.FromReading: option,
}


def recompute(study: Study, entry: Entry, tables: Tables) -> Computed:
    """What the study gives for the entry, which has a source.

    ``PublishedError`` for a name that the study's protocol does not have; ``NotInStudy`` if the charts or decisions
    give no value.
    """
    source = entry.source
    if isinstance(source, sources.FromTable):
        return table_cell(study, entry, source, tables)
    if source is None:
        raise ValueError(f"{entry.place} has no source")
    return BY_SOURCE[type(source)](study, entry, source)
