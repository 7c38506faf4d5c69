from __future__ import annotations

from pathlib import Path

import pytest

from hlh_tui.cli.reader import reader_from
from hlh_tui.review.batch import read_batch, record_batch
from hlh_tui.review.decide import decide
from hlh_tui.review.errors import BatchRefused, ReviewError
from hlh_tui.review.models import Decision
from hlh_tui.review.state import current_decisions, revealed_cases
from hlh_tui.study.file import Study
from hlh_tui.study.log import entries
from tests.review.small_study import MEYER

HEADER = "patient_id,reader,category,reason,day,confidence\n"


def written(folder: Path, text: str) -> Path:
    file = folder / "reads.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_of_two_readers_and_their_consensus(study: Study, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "patient_id;reader;category;reason;day;confidence;role\n"
        'P01;A. Meyer;CR;"Fever gone; ferritin 640";14;high;\n'
        "P01;L. Bianchi;PR;Spleen 2 cm;7;low;reader\n"
        "P01;Panel;PR;Agreed on the spleen;7;;consensus\n",
    )
    saved = list(record_batch(study, read_batch(study, file, reader_from)))
    assert [entry.seq for _, entry in saved] == [2, 3, 4]
    assert [
        (one.reader_name, one.role, one.category, one.day, one.confidence, one.reason)
        for one in current_decisions(study, "P01")
    ] == [
        ("Panel", "consensus", "PR", 7.0, "high", "Agreed on the spleen"),
        ("A. Meyer", "reader", "CR", 14.0, "high", "Fever gone; ferritin 640"),
        ("L. Bianchi", "reader", "PR", 7.0, "low", "Spleen 2 cm"),
    ]


def test_every_wrong_row_is_named_and_nothing_is_recorded(study: Study, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        HEADER
        + "P01,A. Meyer,CR,All normal,14,high\n"
        + "P99,A. Meyer,CR,All normal,14,high\n"
        + "P02,A. Meyer,remission,All normal,14,high\n"
        + "P02,A. Meyer,CR,All normal,two weeks,high\n"
        + "P02,A. Meyer,CR,All normal,29,high\n"
        + "P02,A. Meyer,CR,,14,low\n"
        + "P02,,CR,All normal,14,high\n"
        + "P02,A. Meyer,CR,Fever gone, platelets up,14,high\n"
        + "P01,A. Meyer,PR,,,\n",
    )
    with pytest.raises(BatchRefused) as refused:
        read_batch(study, file, reader_from)
    assert refused.value.problems == (
        "reads.csv:3 patient_id: there is no patient 'P99'; the study's 3 patients run from P01 to P05",
        "reads.csv:4 category: category 'remission' is not known; use one of CR, PR, IMP, NR, NE",
        "reads.csv:5 day: 'two weeks' is not a number; give days since the index event, e.g. 14",
        "reads.csv:6 day: day 29 is outside the follow-up of P02; give a day from 0 to 28 (last contact)",
        "reads.csv:7 reason: P02 needs a reason because the confidence is low; say why in a sentence",
        "reads.csv:8 reader: the reader is missing; give the printed name of who decided",
        "reads.csv:9 row: there are more values than columns; put a reason that holds the separator in quotes",
        "reads.csv:10 reason: P01 needs a reason because it changes your decision CR that is in force;"
        " say why in a sentence",
    )
    assert refused.value.exit_code == 1
    assert str(refused.value).splitlines()[0] == (
        "8 things are wrong in reads.csv, nothing was recorded; correct it and run the command again"
    )
    assert len(entries(study)) == 1


def test_a_row_is_named_by_its_line_below_empty_lines_and_long_reasons(study: Study, tmp_path: Path) -> None:
    file = written(tmp_path, HEADER + '\nP01,A. Meyer,CR,"Fever gone,\nplatelets up",14,\n\nP01,A. Meyer,CR,x,1_0,\n')
    with pytest.raises(BatchRefused) as refused:
        read_batch(study, file, reader_from)
    assert refused.value.problems == (
        "reads.csv:6 day: '1_0' is not a number; give days since the index event, e.g. 14",
    )


def test_a_row_counts_for_the_rows_below_it(study: Study, tmp_path: Path) -> None:
    file = written(tmp_path, HEADER + "P02,A. Meyer,CR,,,\nP02,a. meyer,NR,Nothing was charted,,\n")
    saved = list(record_batch(study, read_batch(study, file, reader_from)))
    assert len(saved) == 2
    assert entries(study)[-1].payload["old"]["category"] == "CR"
    assert [(one.payload["proposal_seen"], one.payload["proposal"]) for one in entries(study)[1:]] == [
        (False, None),
        (False, None),
    ]


def test_a_file_learns_no_proposal_and_records_nothing_when_it_is_wrong(study: Study, tmp_path: Path) -> None:
    rows = "".join(f"{patient},Mallory,{category},\n" for patient in ("P01", "P02", "P05") for category in ("CR", "CR"))
    file = written(tmp_path, "patient_id,reader,category,reason\n" + rows + "P99,Mallory,CR,\n")
    with pytest.raises(BatchRefused) as refused:
        read_batch(study, file, reader_from)
    assert refused.value.problems == (
        "reads.csv:8 patient_id: there is no patient 'P99'; the study's 3 patients run from P01 to P05",
    )
    assert len(entries(study)) == 1


def test_a_file_reveals_nothing_to_its_readers(study: Study, tmp_path: Path) -> None:
    file = written(tmp_path, HEADER + "P02,A. Meyer,CR,,,\n")
    list(record_batch(study, read_batch(study, file, reader_from)))
    assert "P02" not in revealed_cases(study, "a-meyer")
    assert len(read_batch(study, written(tmp_path, HEADER + "P02,A. Meyer,CR,,,\n"), reader_from)) == 1


def test_who_saw_the_proposal_in_the_app_answers_to_it_in_a_file(study: Study, tmp_path: Path) -> None:
    decide(study, MEYER, Decision("P02", "CR", ""))
    with pytest.raises(BatchRefused) as refused:
        read_batch(study, written(tmp_path, HEADER + "P02,A. Meyer,CR,,,\nP02,L. Bianchi,CR,,,\n"), reader_from)
    assert refused.value.problems == (
        "reads.csv:2 reason: P02 needs a reason because it differs from the proposal NE that you have seen;"
        " say why in a sentence",
    )


def test_a_repeated_file_records_nothing(study: Study, tmp_path: Path) -> None:
    file = written(tmp_path, HEADER + "P01,A. Meyer,CR,All normal,14,high\nP02,A. Meyer,NR,,,\nP02,A. Meyer,NR,,,\n")
    first = [(one.seq, one.already) for _, one in record_batch(study, read_batch(study, file, reader_from))]
    again = [(one.seq, one.already) for _, one in record_batch(study, read_batch(study, file, reader_from))]
    assert first == [(2, False), (3, False), (3, True)]
    assert again == [(2, True), (3, True), (3, True)]
    assert len(entries(study)) == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "patient_id,category\nP01,CR\n",
            "reads.csv:1 has the columns patient_id, category; use patient_id, reader, category, reason"
            " and, if wanted, day, confidence, role",
        ),
        (
            "patient_id,reader,category,reason,weight\nP01,A,CR,x,3\n",
            "reads.csv:1 has the columns patient_id, reader, category, reason, weight; use patient_id, reader,"
            " category, reason and, if wanted, day, confidence, role",
        ),
        (HEADER, "reads.csv holds no decisions; write one row for each under the header"),
        (
            HEADER + 'P01,A. Meyer,CR,"Fever gone,14,high\n',
            "reads.csv: quotes at line 2 do not close or stand inside a cell;"
            ' double each quote inside a quoted cell ("")',
        ),
    ],
)
def test_a_file_of_another_shape_is_refused(study: Study, tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ReviewError) as refused:
        read_batch(study, written(tmp_path, text), reader_from)
    assert str(refused.value) == sentence


def test_a_missing_file_is_one_sentence(study: Study, tmp_path: Path) -> None:
    with pytest.raises(ReviewError, match=r"nowhere.csv cannot be read \(No such file or directory\)"):
        read_batch(study, tmp_path / "nowhere.csv", reader_from)


def test_the_header_may_be_in_capitals_and_a_reason_may_be_long(study: Study, tmp_path: Path) -> None:
    reason = "Fever gone. " * 20_000
    text = f"Patient_ID, Reader,CATEGORY,Reason\nP01,A. Meyer,CR,{reason}\n"
    (judgement,) = read_batch(study, written(tmp_path, text), reader_from)
    assert (judgement.decision.category, judgement.decision.reason) == ("CR", reason.strip())


def test_the_study_itself_is_not_read_as_decisions(study: Study) -> None:
    with pytest.raises(ReviewError, match=f"^{study.path.name} is the study itself; give a CSV file with patient_id"):
        read_batch(study, study.path, reader_from)
