"""What the whole suite shares."""

from __future__ import annotations

import gc

import pytest
from hypothesis import HealthCheck, settings

FIRST = ("test_two_plus_one.py", "test_wheel.py", "test_readme.py", "test_against_oracle.py", "test_interleaving.py")
"""Files with a test that takes long: begun first, they do not keep one process busy after all others are done."""

# What is generated is judged, not how busy the computer is, and every run generates the same. For other examples in
# every run: pytest --hypothesis-profile=explore
settings.register_profile("same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", settings.get_profile("same"), derandomize=False)
settings.load_profile("same")
gc.set_threshold(100_000, 20, 20)  # as the app does: nothing here makes much garbage


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest tests first; the others keep their order."""
    items.sort(key=lambda item: item.path.name not in FIRST)


def pytest_collection_finish() -> None:
    """Take modules and tests out of every later search for garbage, which else takes a quarter of the time."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Let go of everything again: the engine complains of what outlives it, after the last line of the run."""
    gc.unfreeze()
    gc.collect()
