"""The parser of every verb: argparse with its complaints in one sentence."""

from __future__ import annotations

import argparse
from typing import NoReturn

from hlh_tui.protocol.errors import HlhError


class Parser(argparse.ArgumentParser):
    """A parser that raises ``HlhError`` (exit code 2) where argparse would print its usage and leave."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the words and where they are explained."""
        raise HlhError(f"{message}; {self.prog} --help explains it")
