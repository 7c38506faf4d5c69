"""Make a figure of a study: from its name to its files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui import __version__
from hlh_tui.export.figures.catalogue import PAPER, page_of, panel
from hlh_tui.export.figures.errors import FigureRefused
from hlh_tui.export.figures.models import Options, Page, Written
from hlh_tui.export.figures.page import Imprint, caption_text
from hlh_tui.export.figures.paper import empty_panels, paper_names, paper_pages
from hlh_tui.export.figures.write import files_of, require_free, write_pages

if TYPE_CHECKING:
    from hlh_tui.study.file import Study


def make_figure(study: Study, name: str, path: Path, options: Options, force: bool = False) -> Written:
    """Write the figure ``name`` (or ``paper``) into ``path``.

    ``FigureRefused`` or ``CohortError`` in one sentence where there is nothing to draw or no place to write.
    """
    path = path.expanduser()
    if name == PAPER:
        require_free(files_of(path, paper_names(study)), force)
        pages: tuple[Page, ...] = paper_pages(study, options)
    else:
        require_free(files_of(path, [name]), force)
        pages = (page_of(name, panel(study, name, options), options.width),)
    words = imprint(study, options.caption)
    captions = () if options.caption else tuple(caption_text(page, words) for page in pages)
    files, lacking = write_pages(pages, path, words, force)
    return Written(files, empty_panels(pages), captions, lacking)


def imprint(study: Study, captioned: bool) -> Imprint:
    """Whether the study is synthetic, and which study, protocol and criteria the figure comes from."""
    protocol, criteria = study.protocol, study.protocol.criteria
    source = f"Study {study.facts['study_id'][:8]}; protocol {protocol.id} {protocol.version}; criteria {criteria}"
    return Imprint(study.synthetic, f"{source}; hlh-tui {__version__}.", captioned)


__all__ = ["FigureRefused", "Options", "make_figure"]
