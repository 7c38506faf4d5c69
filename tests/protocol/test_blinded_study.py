"""The blinded protocol asks the same of the patients as the open one."""

from __future__ import annotations

import msgspec
import pytest

from hlh_tui.protocol.errors import ProtocolError
from hlh_tui.protocol.load import STUDIES, adopt, read_bundled, study_protocol

APART = ("id", "version", "blinding", "review", "training")


def test_the_two_song_protocols_differ_only_in_who_reads_and_who_sees() -> None:
    asked, blinded = (
        msgspec.to_builtins(study_protocol(read_bundled(STUDIES, name))) for name in ("song-2024", "song-2024-blinded")
    )
    assert {key for key in asked if asked[key] != blinded[key]} == set(APART)


def test_blinded_means_two_readers_a_third_and_phases() -> None:
    protocol = study_protocol(read_bundled(STUDIES, "song-2024-blinded"))
    assert (protocol.review.topology, protocol.review.readers, protocol.review.duplicates) == ("two_plus_one", 2, 0.1)
    assert protocol.blinding.mode == "phased"
    assert protocol.blinding.reveal_proposal == "when_open"
    assert protocol.blinding.hide_after_cut_off
    assert protocol.review_until_day == 28
    assert protocol.training.pass_mark == 0.8


def test_a_document_nested_without_end_is_refused_in_a_sentence() -> None:
    with pytest.raises(ProtocolError, match=r"p\.toml: its brackets are nested too deeply"):
        adopt("x = " + "[" * 100_000 + "]" * 100_000, "p.toml")
