"""Keys that need no passphrase, and small studies to sign in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.signatures.keys import Key
from hlh_tui.review.signatures.public_keys import public_text
from hlh_tui.study.file import Study
from hlh_tui.study.models import Actor
from tests.review.small_study import CHARTS, MEYER, small_study


def new_key(person: Actor) -> Key:
    private = Ed25519PrivateKey.generate()
    return Key(person.id, person.name, public_text(private.public_key().public_bytes_raw()), private)


@pytest.fixture
def make_key() -> Callable[[Actor], Key]:
    return new_key


@pytest.fixture
def key() -> Key:
    return new_key(MEYER)


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    """P01, P02 and P05 with its chart, under song-2024; A. Meyer has decided P05 and P01."""
    with small_study(tmp_path / "song.duckdb", charts=CHARTS) as made:
        decide(made, MEYER, Decision("P05", "PR", "fever gone"))
        decide(made, MEYER, Decision("P01", "CR", ""))
        yield made
