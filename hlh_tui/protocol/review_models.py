"""How a study is reviewed, as frozen records read from TOML: who reads, who settles, who sees what and when."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Topology = Literal["open", "single", "two_plus_one", "paired_consensus", "committee"]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Words = Annotated[str, msgspec.Meta(max_length=2000)]


class Review(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who reads each case, and who settles what they see differently.

    ``topology``: ``open`` any number of readers, a consensus settles; ``single`` one reader; ``two_plus_one`` two
    independent readers and a third (adjudicator) where they disagree; ``paired_consensus`` the two settle it together;
    ``committee`` several readers, the committee settles.
    """

    topology: Topology = "open"
    readers: Annotated[int, msgspec.Meta(ge=1, le=9)] = 1
    """Independent reads that a case needs before it has a final category."""
    duplicates: Share = 0.1
    """Share (0-1) of a reader's cases that are dealt a second time, unknown to the reader."""
    global_read: bool = False
    """Whether readers may add a read with hindsight once the study is open; it is recorded apart."""
    source: str = ""
    confidence: str = ""


class Blinding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who sees what, when.

    ``open``: everything live; the proposal stays hidden until the first decision. ``phased``: read, compare,
    consensus, open, moved by the coordinator.
    """

    mode: Literal["open", "phased"] = "open"
    reveal_proposal: Literal["after_first_decision", "when_open"] = "after_first_decision"
    hide_after_cut_off: bool = False
    """Whether data after the evidence cut-off (``review_until_day``) are closed until a reader reveals them."""


class Training(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The training of readers: how many synthetic cases, and the share (0-1) of right answers that passes."""

    cases: Annotated[int, msgspec.Meta(ge=1, le=500)] = 8
    pass_mark: Share = 0.8
    practice: bool = False
    """Whether the study is a training itself, as ``hlh-tui train`` makes them; it is never part of another."""
    source: str = ""
    confidence: str = ""


class Statements(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the authors state of a study and no log can show; the methods of the adjudication print it as stated.

    The items beside those that are recorded in Gilbert EH et al., Ann Emerg Med 1996;27:305-308.
    """

    eligibility: Words = ""
    """Inclusion and exclusion criteria."""
    sampling: Words = ""
    """How patients were found and sampled, and from when to when."""
    abstraction: Words = ""
    """How values came from medical records into the imported files."""
    qualification: Words = ""
    """Of the readers."""
    hypothesis: Words = ""
    """Whether readers knew the hypothesis of the study."""
