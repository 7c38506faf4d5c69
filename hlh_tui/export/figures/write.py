"""Write pages as PDF, SVG or PNG: the same bytes for the same study, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui import __version__
from hlh_tui.export.figures.errors import FigureRefused
from hlh_tui.export.figures.models import Page
from hlh_tui.export.figures.page import Imprint, draw_page
from hlh_tui.export.figures.style import printing, style
from hlh_tui.study.whole_file import part_of, take_name

if TYPE_CHECKING:
    from hlh_tui.export.figures.sheet import Sheet

FORMATS = ("pdf", "svg", "png")
CREATOR = f"hlh-tui {__version__}"


def files_of(path: Path, pages: Sequence[str]) -> tuple[Path, ...]:
    """The files that pages of these names make: one PDF for all, one SVG or PNG each, named for its page.

    ``FigureRefused`` for another ending.
    """
    ending = path.suffix.lower().lstrip(".")
    if ending not in FORMATS:
        raise FigureRefused(f"{path.name} says no format: end it with .{', .'.join(FORMATS)}")
    if ending == "pdf" or len(pages) == 1:
        return (path,)
    return tuple(path.with_name(f"{path.stem}-{page}{path.suffix}") for page in pages)


def require_free(files: Sequence[Path], force: bool) -> None:
    """``FigureRefused`` where a file is there already (without ``force``), is a folder, or has no folder to be in."""
    for file in files:
        if file.is_dir():
            raise FigureRefused(f"{file} is a folder: name a file in it")
        if os.path.lexists(file) and not force:
            raise taken(file)
        if not file.parent.is_dir():
            raise FigureRefused(f"there is no folder {file.parent}: make it first, or choose another place")


def taken(file: Path | str) -> FigureRefused:
    """The sentence for a name that is taken."""
    return FigureRefused(f"{file} exists already: choose another name, or give --force to replace it")


def write_pages(
    pages: Sequence[Page], path: Path, imprint: Imprint, force: bool = False
) -> tuple[tuple[Path, ...], str]:
    """Draw the pages into ``path``: the files, and the letters that the font has not (an SVG needs no font).

    ``FigureRefused`` if a name is taken or the disk refuses.
    """
    files = files_of(path, [page.name for page in pages])
    require_free(files, force)
    with printing():
        sheets = [draw_page(page, imprint) for page in pages]
        lacking = "" if path.suffix.lower() == ".svg" else letters_lacking(sheets)
        partial = [part_of(file) for file in files]
        try:
            if path.suffix.lower() == ".pdf":
                _write_pdf(sheets, partial[0])
            else:
                for sheet, file in zip(sheets, partial, strict=True):
                    _write_one(sheet, file, path.suffix.lower().lstrip("."))
            for file, name in zip(partial, files, strict=True):
                take_name(file, name, over=force)
        except FileExistsError as error:
            raise taken(error.filename) from None
        except OSError as error:
            raise FigureRefused(
                f"{path} could not be written ({error.strerror or error}): choose another place or make room"
            ) from error
        finally:
            for file in partial:
                file.unlink(missing_ok=True)
    return files, lacking


def letters_lacking(sheets: Sequence[Sheet]) -> str:
    """The letters on the sheets that the font has not, each once, in order."""
    from matplotlib.font_manager import findfont, get_font
    from matplotlib.text import Text

    known = get_font(findfont(style().text.font)).get_charmap()
    written = {letter for sheet in sheets for each in sheet.figure.findobj(Text) for letter in each.get_text()}
    return "".join(sorted(letter for letter in written if ord(letter) not in known and not letter.isspace()))


def _write_pdf(sheets: Sequence[Sheet], file: Path) -> None:
    from matplotlib.backends.backend_pdf import PdfPages

    # No dates: they would differ from run to run and say nothing of the data.
    with PdfPages(file, metadata={"Creator": CREATOR, "CreationDate": None}) as pdf:
        for sheet in sheets:
            pdf.savefig(sheet.figure)


def _write_one(sheet: Sheet, file: Path, ending: str) -> None:
    said = {"Creator": CREATOR, "Date": None} if ending == "svg" else {"Software": CREATOR}
    sheet.figure.savefig(file, format=ending, dpi=style().page.png_dpi if ending == "png" else "figure", metadata=said)
