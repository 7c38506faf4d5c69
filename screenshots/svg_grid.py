"""Redraw a terminal SVG so that every renderer keeps the character grid, offline and with local fonts."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from pathlib import Path

CELL = 12.2
FONTS = "Fira Code, DejaVu Sans Mono, DejaVu Sans, Unifont, monospace"
TEXT = re.compile(
    r'<text class="(?P<style>[^"]+)" x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)" textLength="[\d.]+"[^>]*>'
    r"(?P<text>[^<]*)</text>"
)
PIECE = re.compile(r"[\x21-\x7e]+|[^\x00-\x7e\s]")


def redraw(svg: str) -> str:
    """The SVG with one element per word or symbol at its own column, and no reference to fonts on a server.

    Renderers outside browsers ignore ``textLength``; placing each piece keeps the columns.
    """
    svg = re.sub(r"@font-face \{.*?\n    \}", "", svg, flags=re.DOTALL)
    svg = svg.replace("font-family: Fira Code, monospace;", f"font-family: {FONTS};")
    return TEXT.sub(pieces, svg)


def pieces(match: re.Match[str]) -> str:
    """The words and symbols of one text element, each at its column."""
    from rich.cells import cell_len

    text = html.unescape(match["text"]).replace("\xa0", " ")
    left = float(match["x"])
    return "".join(
        f'<text class="{match["style"]}" x="{left + CELL * cell_len(text[: piece.start()]):.1f}" y="{match["y"]}">'
        f"{html.escape(piece[0])}</text>"
        for piece in PIECE.finditer(text)
    )


def png(svg: Path) -> bool:
    """Write the PNG beside the SVG with rsvg-convert (Debian: librsvg2-bin); False where that is not installed."""
    if not shutil.which("rsvg-convert"):
        return False
    subprocess.run(["rsvg-convert", "--output", svg.with_suffix(".png"), svg], check=True)
    return True
