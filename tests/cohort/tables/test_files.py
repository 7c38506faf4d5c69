"""Tables as HTML, LaTeX and XLSX: everything escaped, no formula run, nothing fetched, no file replaced unasked."""

import io
import json
import re
from html.parser import HTMLParser

import pytest
from openpyxl import load_workbook

from hlh_tui.cli import main
from hlh_tui.cohort.tables.markup import table_html, table_latex
from hlh_tui.cohort.tables.models import Cell, Row, Table
from hlh_tui.cohort.tables.table import ABOUT, TABLES, table
from hlh_tui.cohort.tables.workbook import table_xlsx

NASTY = Table(
    "nasty",
    'Title <b> & 5 % "x"',
    ("Over_all $", "a & <b>"),
    (
        Row("=SUM(A1:A9)", "", (Cell("13", 13), Cell("<script>alert(1)</script>"))),
        Row("=SUM(A1:A9)", "[x] 10⁹/L \\input{y}", (Cell("4/13", 4, 13, 30.77, 0.0909, 0.6143, wilson=(0.127, 0.576)),
                                                    Cell("≥ 2000 µg/L\x1b[31m"))),
        Row("-2+3", "@x", (Cell("+1", values=(1.5, 2.5), patients=("=P1", "P2")), Cell("*x*"))),
    ),
    ("note <i> & % _under_ #1 {z} ~ ^", "[second]"),
)  # fmt: skip
BANNER = "The patients of this study are synthetic."


class Grid(HTMLParser):
    """The texts of an HTML table, row by row, and every tag."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self.open = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.open = tag in ("td", "th") or (self.open and tag == "span")
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        self.open = self.open and tag not in ("td", "th")

    def handle_data(self, data):
        if self.open:
            self.rows[-1][-1] += data


def test_html_is_one_page_with_nothing_but_text():
    page = table_html(NASTY, BANNER)
    grid = Grid(page)
    assert not {"script", "b", "i", "link", "img"} & grid.tags
    assert not re.findall(r"src=|href=|https?:|url\(|@import", page)
    assert grid.rows[:3] == [['Title <b> & 5 % "x"'], [BANNER], ["", "Over_all $", "a & <b>"]]
    assert grid.rows[3] == ["=SUM(A1:A9)", "13", "<script>alert(1)</script>"]
    assert grid.rows[4] == ["\u2003[x] 10⁹/L \\input{y}", "4/13 [12.7–57.6]", "≥ 2000 µg/L\\x1b[31m"]
    assert grid.rows[-2:] == [["note <i> & % _under_ #1 {z} ~ ^"], ["[second]"]]
    assert "<title>Title &lt;b&gt; &amp; 5 % &quot;x&quot;</title>" in page


def test_html_and_latex_are_the_same_every_time():
    assert table_html(NASTY) == table_html(NASTY)
    assert table_latex(NASTY) == table_latex(NASTY)


def unescaped(text: str, sign: str) -> int:
    return len(re.findall(rf"(?<!\\)(?:\\\\)*{re.escape(sign)}", text))


def check_latex(text: str) -> None:
    """Environments closed in order, braces balanced, as many cells in each row as columns, nothing but ASCII."""
    assert text.isascii()
    stack = []
    for kind, name in re.findall(r"\\(begin|end)\{([^}]*)\}", text):
        if kind == "begin":
            stack.append(name)
        else:
            assert stack.pop() == name
    assert stack == []
    assert unescaped(text, "{") == unescaped(text, "}")
    assert unescaped(text, "$") % 2 == 0
    blocks = re.findall(
        r"\\begin\{(?:longtable\}|tabular\*\}\{\\linewidth\})\{(.*?)\}\n(.*?)\\end\{(?:longtable|tabular\*)\}",
        text,
        re.DOTALL,
    )
    assert blocks
    for columns, body in blocks:
        wanted = columns.split("}")[-1].replace("|", "").count("l")
        for line in body.splitlines():
            if (
                line.rstrip().endswith("\\\\")
                and "caption" not in line
                and not line.startswith(("{\\large", "{\\small", "}"))
            ):
                assert unescaped(line, "&") == wanted - 1, line


def test_latex_is_escaped_and_whole():
    text = table_latex(NASTY, BANNER)
    check_latex(text)
    assert "\\textless{}script\\textgreater{}alert(1)" in text
    assert "\\quad{}[x] 10\\textsuperscript{9}/L \\textbackslash{}input\\{y\\}" in text
    assert "$\\geq$ 2000 \\textmu{}g/L\\textbackslash{}x1b[31m" in text
    assert "\\{z\\}" in text
    # A line that began with a bracket would be an argument of the line break before it.
    assert "\n{}[second]" in text


@pytest.mark.parametrize("name", list(TABLES))
def test_every_table_of_the_paper_is_sound_html_and_latex(paper, name):
    found = table(paper, name, "prior_treatment")
    check_latex(table_latex(found, BANNER))
    grid = Grid(table_html(found, BANNER))
    body = [row for row in grid.rows if len(row) == len(found.columns) + 1]
    assert len(body) == len(found.rows) + 1


def test_a_workbook_holds_text_as_text_and_numbers_as_numbers():
    book = load_workbook(io.BytesIO(table_xlsx(NASTY, BANNER)))
    assert book.sheetnames == ["Table", "Numbers", "Patients"]
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    printed = list(book["Table"].values)
    assert [row[0] for row in printed[:2]] == [NASTY.title, BANNER]
    assert printed[3][0] == "=SUM(A1:A9)"
    assert book["Table"].cell(4, 1).quotePrefix
    numbers = list(book["Numbers"].values)
    assert numbers[0][4:11] == (
        "n", "denominator", "percent", "lower percent", "upper percent", "Wilson lower percent", "Wilson upper percent",
    )  # fmt: skip
    row = next(row for row in numbers if row[3] == "4/13")
    assert row[4:11] == (4, 13, 30.77, pytest.approx(9.09), pytest.approx(61.43), pytest.approx(12.7), 57.6)
    assert next(row for row in numbers if row[3] == "+1")[11:13] == (1.5, 2.5)
    assert list(book["Patients"].values)[1:] == [("-2+3", "@x", "Over_all $", name) for name in ("=P1", "P2")]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "#N/A", "\tx", "1/2", "2024-01-01", "TRUE"])
def test_no_text_becomes_something_else(text):
    book = load_workbook(io.BytesIO(table_xlsx(Table("t", text, (text,), (Row(text, text, (Cell(text),)),), (text,)))))
    kept = [cell for sheet in book for row in sheet for cell in row if cell.value == text.replace("\t", " ")]
    assert len(kept) >= 7
    assert {cell.data_type for cell in kept} == {"s"}


def test_tables_are_listed(paper_path, capsys):
    assert main(["table", str(paper_path)]) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()] == list(TABLES) == list(ABOUT)
    assert main(["table", str(paper_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tables"][0]["name"] == "baseline"


@pytest.mark.parametrize("form", ["text", "csv", "json", "html", "latex", "xlsx"])
def test_all_tables_go_to_a_folder(paper_path, tmp_path, capsys, form):
    folder = tmp_path / "tables"
    words = ["table", str(paper_path), "all", "-o", str(folder), "--format", form, "--by", "prior_treatment"]
    assert main(words) == 0
    assert sorted(path.stem for path in folder.iterdir()) == sorted(TABLES)
    assert capsys.readouterr().out.count("wrote ") == len(TABLES)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert main(words) == 2
    assert "exists already: choose another name, or give --force" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    assert main([*words, "--force"]) == 0
    if form not in ("csv", "xlsx"):
        assert all("synthetic" in path.read_text(encoding="utf-8") for path in folder.iterdir())


def test_the_ending_of_a_file_says_its_format(paper_path, tmp_path, capsys):
    for ending, begins in (("csv", b"label,level"), ("html", b"<!DOCTYPE html>"), ("tex", b"% Needs"), ("xlsx", b"PK")):
        file = tmp_path / f"response.{ending}"
        assert main(["table", str(paper_path), "response", "-o", str(file)]) == 0
        assert file.read_bytes().startswith(begins)
    capsys.readouterr()
    assert main(["table", str(paper_path), "response", "-o", str(tmp_path / "response.doc")]) == 2
    assert "says no format: end it with one of .txt, .csv" in capsys.readouterr().err


def test_refusals_are_one_sentence(paper_path, tmp_path, capsys):
    for words, sentence in (
        (["response", "--format", "xlsx"], "a workbook needs a file"),
        (["all"], "all tables need a folder"),
        (["response", "-o", str(paper_path), "--csv", "--force"], "belongs to the study"),
        (["response", "-o", f"{paper_path}.wal.recovery", "--csv", "--force"], "belongs to the study"),
        (["response", "-o", str(tmp_path), "--csv", "--force"], "is a folder"),
        (["response", "-o", str(tmp_path / "no" / "x.csv")], "there is no folder"),
        (["everything"], "there is no table 'everything'"),
        (["response", "--by", "nothing"], "cannot be divided by 'nothing'"),
    ):
        assert main(["table", str(paper_path), *words]) == 2
        err = capsys.readouterr().err
        assert sentence in err
        assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
