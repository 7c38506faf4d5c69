"""What stands above a written trail: of which study, for whom, when, how much of it, and with which head."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hlh_tui.review.conduct.authority import is_phased, phase_of
from hlh_tui.review.trail.models import TrailFilter
from hlh_tui.review.trail.moments import STAMP
from hlh_tui.review.trail.sight import sight_of
from hlh_tui.review.trail.trail import ANY, count

if TYPE_CHECKING:
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

OWN_ONLY = "own entries and those about the study as a whole; the rest is closed while the study is blinded"


@dataclass(frozen=True, slots=True)
class Header:
    """Where a written trail comes from; ``head`` is the hash of the last entry, "" where not all of it may be read."""

    study: str
    title: str
    study_id: str
    synthetic: bool
    conduct: str
    written_at: str
    written_by: str
    shows: str
    wanted: str
    entries: int
    head: str

    def facts(self) -> list[tuple[str, str]]:
        """Name and value of each line, empty ones left out."""
        named = [
            ("study", f"{self.title} ({self.study})"),
            ("study id", self.study_id),
            ("patients", "synthetic" if self.synthetic else ""),
            ("conduct", self.conduct),
            ("written", f"{self.written_at} by {self.written_by}"),
            ("shows", self.shows),
            ("filter", self.wanted),
            ("entries", str(self.entries)),
            ("head", self.head),
        ]
        return [(name, value) for name, value in named if value]


def header_of(study: Study, actor: Actor, wanted: TrailFilter = ANY) -> Header:
    """The header for what this person may read of the trail now."""
    whole = sight_of(study, actor).whole
    return Header(
        study=study.path.name,
        title=study.facts.get("title", ""),
        study_id=study.facts.get("study_id", ""),
        synthetic=study.synthetic,
        conduct=f"blinded, phase {phase_of(study)}" if is_phased(study) else "open: the readers were not blinded",
        written_at=datetime.now(UTC).strftime(STAMP),
        written_by=f"{actor.name} ({actor.id})",
        shows="the whole log" if whole else OWN_ONLY,
        wanted=filter_words(wanted),
        entries=count(study, actor, wanted),
        head=study.head[1] if whole else "",
    )


def filter_words(wanted: TrailFilter) -> str:
    """The filter as somebody would type it; "" for everything."""
    parts = [
        f"{name}:{quoted(value)}"
        for name, value in (
            *(("by", wanted.by), ("case", wanted.case), ("action", wanted.action)),
            *(("since", wanted.since), ("until", wanted.until)),
        )
        if value
    ]
    return " ".join([*parts, *wanted.search.split()])


def quoted(value: str) -> str:
    """The value, in quotation marks where it has blanks."""
    return f'"{value}"' if " " in value else value
