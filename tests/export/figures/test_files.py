"""Files of figures: same bytes, refusals, banner, pages of the paper, and what is imported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hlh_tui.cli import main
from hlh_tui.export.figures.errors import FigureRefused
from hlh_tui.export.figures.figure import Options, make_figure
from hlh_tui.export.figures.page import BANNER, caption
from hlh_tui.export.figures.paper import papers
from hlh_tui.export.figures.sheet import text_width, wrapped
from hlh_tui.export.figures.style import style
from hlh_tui.protocol import load
from tests.cohort.example import add_patient, new_study
from tests.export.figures.conftest import text_of


@pytest.mark.parametrize("ending", ["svg", "pdf", "png"])
def test_the_same_study_gives_the_same_bytes(example, tmp_path, monkeypatch, ending):
    one, two = tmp_path / f"one.{ending}", tmp_path / f"two.{ending}"
    make_figure(example, "survival:overall", one, Options(width=60.0))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    make_figure(example, "survival:overall", two, Options(width=60.0))
    assert one.read_bytes() == two.read_bytes()
    assert one.read_bytes()[:5] == {"svg": b"<?xml", "pdf": b"%PDF-", "png": b"\x89PNG\r"}[ending]
    assert b"CreationDate" not in one.read_bytes()
    assert (b"/Subtype /CIDFontType2" in one.read_bytes()) == (ending == "pdf")


def test_no_text_is_smaller_than_six_points():
    sizes = style().text
    assert min(sizes.small, sizes.tick, sizes.label, sizes.title, sizes.letter) >= 6


def test_a_column_is_as_wide_as_a_journal_prints_it(example, tmp_path):
    make_figure(example, "survival:overall", tmp_path / "one.svg", Options())
    make_figure(example, "survival:overall", tmp_path / "wide.svg", Options(width=174.0))
    heads = [(tmp_path / name).read_text()[:600] for name in ("one.svg", "wide.svg")]
    points = [float(head.split('width="')[1].split("pt")[0]) for head in heads]
    assert [round(each * 25.4 / 72, 2) for each in points] == [88.0, 174.0]


def test_only_a_synthetic_study_has_the_banner(demo, example, drawn):
    assert BANNER in drawn(demo, "survival:overall")
    assert BANNER not in drawn(example, "survival:overall")


def test_the_paper_has_its_figures_on_their_pages(demo, tmp_path):
    written = make_figure(demo, "paper", tmp_path / "song.svg", Options())
    assert [file.name for file in written.files] == [
        "song-figure-1.svg", "song-figure-S1.svg", "song-figure-S2.svg", "song-figure-S3.svg", "song-figure-S4.svg",
    ]  # fmt: skip
    assert written.not_drawn == ()
    pages = [text_of(file) for file in written.files]
    assert all(BANNER in words for words in pages)
    assert [letter for letter in "ABCDEF" if letter in pages[0]] == list("ABCDEF")
    assert "Figure 1. Treatment and outcome details of patients." in pages[0]
    assert {"10/13, 77 %", "Survival to HSCT", "Overall survival"} <= set(pages[0])
    said = " ".join(pages[0])
    assert ("72.9 % (36.8–90.5)" in said, "44.4 % (14.9–70.8)" in said) == (True, True)
    assert said.count("Exploratory") == 1


def test_the_paper_is_one_pdf_and_says_what_it_could_not_draw(example, tmp_path):
    written = make_figure(example, "paper", tmp_path / "paper.pdf", Options())
    assert written.files == (tmp_path / "paper.pdf",)
    assert (tmp_path / "paper.pdf").read_bytes().count(b"/Type /Page ") == 5
    assert written.not_drawn[0].startswith("figure-1D, biomarker:ifn_gamma: Interferon gamma is charted in no patient")
    assert len(written.not_drawn) == 7


def test_a_study_without_patients_has_no_paper(tmp_path):
    with new_study(tmp_path) as study, pytest.raises(FigureRefused, match=r"^no panel can be drawn: "):
        make_figure(study, "paper", tmp_path / "paper.pdf", Options())
    assert not (tmp_path / "paper.pdf").exists()


def test_every_bundled_protocol_has_its_paper():
    named = {protocol for paper in papers() for protocol in paper.protocols}
    assert set(load.bundled(load.STUDIES)) <= named


def test_a_file_that_is_there_is_kept_unless_forced(example, tmp_path):
    file = tmp_path / "one.svg"
    file.write_text("mine")
    with pytest.raises(FigureRefused, match=r"one\.svg exists already: choose another name, or give --force"):
        make_figure(example, "survival:overall", file, Options())
    assert file.read_text() == "mine"
    make_figure(example, "survival:overall", file, Options(), force=True)
    assert file.read_text().startswith("<?xml")
    assert sorted(each.name for each in tmp_path.iterdir() if each.suffix == ".svg") == ["one.svg"]


@pytest.mark.parametrize(
    ("name", "file", "options", "sentence"),
    [
        ("survival:overall", "x.doc", {}, "x.doc says no format: end it with .pdf, .svg, .png"),
        ("survival:overall", "missing/x.svg", {}, "there is no folder .*missing: make it first"),
        ("survival:overall", "x.svg", {"width": 20.0}, "a figure 20 mm wide cannot be made: give 60 to 420 mm"),
        ("survival:overall", "x.svg", {"width": float("nan")}, "a figure nan mm wide cannot be made"),
        ("survival", "x.svg", {}, "survival is named survival:WHAT, with WHAT one of overall, to-hsct"),
        ("survival:os", "x.svg", {}, "has no endpoint 'os': choose one of overall, to-hsct"),
        ("swimmer:P01", "x.svg", {}, "one for the whole cohort: leave out :P01"),
        ("response", "x.svg", {"ci": "log"}, "--ci does not apply to the figure response: leave it out"),
        ("paper", "x.svg", {"by": "sex"}, "--by does not apply to the paper"),
        ("pie", "x.svg", {}, "there is no figure 'pie': choose one of response, survival, incidence"),
        ("survival:overall", "x.svg", {"ci": "wald"}, "no interval method 'wald': choose one of log-log, log, plain"),
    ],
)
def test_what_cannot_be_made_is_one_sentence(example, tmp_path, name, file, options, sentence):
    from hlh_tui.protocol.errors import HlhError

    with pytest.raises(HlhError, match=sentence):
        make_figure(example, name, tmp_path / file, Options(**options))
    assert not list(tmp_path.glob("*.svg"))


def test_a_full_disk_leaves_nothing_behind(example, tmp_path, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("matplotlib.figure.Figure.savefig", full)
    with pytest.raises(FigureRefused, match=r"could not be written \(No space left on device\): choose another place"):
        make_figure(example, "survival:overall", tmp_path / "one.svg", Options())
    assert not [each for each in tmp_path.iterdir() if "one" in each.name]


def test_characters_of_charts_that_svg_cannot_hold_are_spelt_out(tmp_path, drawn):
    with new_study(tmp_path) as study:
        add_patient(study, "a\x1b$b_$", 30.0)
        add_patient(study, "<&>", 20.0)
        words = drawn(study, "swimmer")
    assert {"a\\x1b$b_$", "<&>"} <= set(words)


def test_letters_that_the_font_has_not_are_told_and_kept_in_svg(tmp_path):
    with new_study(tmp_path) as study:
        add_patient(study, "病人-1", 30.0)
        assert make_figure(study, "swimmer", tmp_path / "one.pdf", Options()).letters_lacking == "人病"
        svg = make_figure(study, "swimmer", tmp_path / "one.svg", Options())
    assert svg.letters_lacking == ""
    assert "病人-1" in text_of(svg.files[0])


def test_lines_of_a_caption_fit_and_keep_numbers_with_their_signs():
    lines = wrapped("2 months 75.0 % (40.8–91.2); 5 months 44.4 % with n = 13 at the beginning", 6.0, 30.0)
    assert all(text_width(line, 6.0) <= 30.0 for line in lines)
    assert " ".join(lines) == "2 months 75.0 % (40.8–91.2); 5 months 44.4 % with n = 13 at the beginning"
    assert not any(line.startswith(("%", "=")) or line.endswith("=") for line in lines)
    assert "".join(wrapped("x" * 80, 6.0, 30.0)) == "x" * 80


def test_the_verb_lists_figures_and_writes_one(example_file, tmp_path, capsys):
    path = example_file
    assert main(["figure", str(path)]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed[:3] == ["response", "survival:overall", "survival:to-hsct"]
    assert listed[-1] == "paper"
    assert main(["figure", str(path), "-o", "x.svg"]) == 2
    assert "which figure goes into x.svg? name it" in capsys.readouterr().err
    assert main(["figure", str(path), "survival:to-hsct"]) == 2
    assert "a figure needs a file: give -o FILE.pdf, FILE.svg or FILE.png" in capsys.readouterr().err
    file = tmp_path / "one.svg"
    assert main(["figure", str(path), "survival:to-hsct", "-o", str(file), "--ci", "log"]) == 0
    assert capsys.readouterr().out == f"wrote {file}\n"
    assert "2 months 72.9 % (50.7–100.0)" in " ".join(text_of(file))


def test_a_caption_can_be_printed_instead_of_drawn(demo, tmp_path):
    file = tmp_path / "bare.svg"
    (caption,) = make_figure(demo, "survival:overall", file, Options(caption=False)).captions
    lines = caption.splitlines()
    assert lines[0] == "Overall survival (n = 13, 6 events)."
    assert "5 months 44.4 % (14.9–70.8)" in lines[1]
    words = text_of(file)
    assert BANNER in words
    assert not any("44.4 %" in line for line in words)


def test_only_a_figure_loads_matplotlib():
    code = (
        "import sys, hlh_tui.cli, hlh_tui.cli.figure_verb, hlh_tui.ui.app\n"
        "import hlh_tui.export.figures.figure, hlh_tui.export.figures.catalogue, hlh_tui.export.figures.survival\n"
        "print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_home_that_cannot_be_written_to_changes_nothing(example_file, tmp_path):
    path = example_file
    fixed = {"HOME": "/dev/null", "MPLCONFIGDIR": "/dev/null/none", "MPLBACKEND": "nonsense", "TMPDIR": str(tmp_path)}
    kept = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
    file = tmp_path / "one.svg"
    done = subprocess.run(
        [sys.executable, "-m", "hlh_tui", "figure", str(path), "survival:overall", "-o", str(file)],
        capture_output=True, text=True, env=kept | fixed, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, f"wrote {file}\n", "")


def test_what_several_panels_say_is_said_once():
    from hlh_tui.export.figures.models import Lettered, Page, Panel
    from hlh_tui.export.figures.page import Imprint

    panels = [Panel(name, notes, 88.0, lambda _: 1.0, lambda *_: None) for name, notes in
              (("One", ("Own.", "Both.")), ("Two", ("Both.",)))]  # fmt: skip
    page = Page(
        "x", "Title.", 88.0, (tuple(Lettered(letter, panel) for letter, panel in zip("AB", panels, strict=True)),)
    )
    words = [line.words for line in caption(page, Imprint(False, "Source."), 80.0)]
    assert words == ["Title.", "A, One. Own.", "B, Two.", "A, B: Both.", "Source."]
