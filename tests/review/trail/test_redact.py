"""C19: a name typed into a reason is taken out wherever the log quotes it, and everything still verifies."""

import json

import pytest

from hlh_tui.cli import main
from hlh_tui.review.decide import decide
from hlh_tui.review.errors import NotAllowed
from hlh_tui.review.models import Decision
from hlh_tui.review.state import current_decisions
from hlh_tui.review.trail.redact import RedactionTells, redact
from hlh_tui.review.trail.trail import trail
from hlh_tui.study.errors import StudyFileError, StudyInUse
from hlh_tui.study.file import open_study
from hlh_tui.study.log import append, append_all
from hlh_tui.study.models import Act
from hlh_tui.study.rewrite import rewrite
from hlh_tui.study.verify import verify
from tests.review.small_study import BIANCHI, MEYER, log_import, small_study
from tests.review.trail.ward_of_readers import COORDINATOR, ward_of_readers

NAME = "Zebediah Quux"


@pytest.fixture
def study(tmp_path):
    """Entry 2 holds a name, 3 quotes it as its old reason and says it again, 4 quotes that."""
    with small_study(tmp_path / "small.duckdb") as made:
        decide(made, MEYER, Decision("P05", "CR", f"{NAME} has no fever"))
        decide(made, MEYER, Decision("P05", "PR", f"{NAME} has no fever"))
        decide(made, MEYER, Decision("P05", "NR", "spleen"))
        decide(made, BIANCHI, Decision("P05", "NR", "another reader"))
        yield made


def test_c19_a_redaction_reaches_every_entry_that_quotes_the_text(study):
    done = redact(study, MEYER, 2, ["reason"], "a patient was named")
    assert (done.entry, done.fields, done.copies, done.made) == (2, ("reason",), (3, 4), (6, 7, 8))
    assert NAME not in study.where.mirror.read_text()
    assert study.rows("SELECT count(*) FROM log WHERE contains(payload, 'Quux')") == [(0,)]
    assert verify(study).problems == ()
    assert [line.reason for line in trail(study, MEYER)][1:5] == [
        "[redacted by entry 8]",
        "[redacted by entry 6]",
        "spleen",
        "another reader",
    ]


def test_c19_the_sentence_says_where_the_text_still_is(study):
    told = redact(study, MEYER, 2, ["reason"], "a patient was named").told
    assert told == (
        "reason taken out of entry 2, and out of entries 3, 4, which quoted it; recorded as entry 8, the log still"
        " verifies. Earlier exports, backups, snapshots, packs and printouts still hold the text, and parts of the disk"
        " that are no longer in use may: replace or destroy those copies."
    )


def test_c19_what_the_program_keeps_in_memory_forgets_the_text(study):
    redact(study, MEYER, 2, ["reason"], "a patient was named")
    decide(study, MEYER, Decision("P05", "CR", "decided again"))
    assert NAME not in str(current_decisions(study))
    assert NAME not in str(trail(study, MEYER))
    assert study.rows("SELECT count(*) FROM log WHERE contains(payload, 'Quux')") == [(0,)]


def test_c4_a_redaction_without_a_reason_or_with_the_text_in_it_is_refused(study):
    with pytest.raises(RedactionTells, match="repeats the reason of entry 2"):
        redact(study, MEYER, 2, ["reason"], f"it said: {NAME.upper()} has  no fever")
    with pytest.raises(Exception, match="a redaction needs a reason"):
        redact(study, MEYER, 2, ["reason"], " ")
    assert study.head[0] == 5


def test_c19_only_the_coordinator_of_a_blinded_study_redacts(tmp_path):
    with ward_of_readers(tmp_path / "ward.duckdb", others=False) as study:
        flagged = append(study, MEYER, "flagged", "P01", {"note": f"ask {NAME}"}).seq
        with pytest.raises(NotAllowed, match="only a coordinator may redact personal data"):
            redact(study, MEYER, flagged, ["note"], "a name")
        redact(study, COORDINATOR, flagged, ["note"], "a name")
        assert verify(study).problems == ()
        assert trail(study, MEYER)[-1].actor_name == "C. Ordinator"


def test_c19_from_the_command_line(study, capsys, monkeypatch):
    path = study.path
    log_import(study)
    study.close()
    monkeypatch.setenv("HLH_TUI_READER", "A. Meyer")
    assert main(["redact", str(path), "2", "--field", "reason", "--reason", "a name", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["entry"], said["copies"], said["made"]) == (2, [3, 4], [7, 8, 9])
    assert said["still_there"].startswith("Earlier exports, backups")
    assert main(["verify", str(path)]) == 0
    assert main(["redact", str(path), "2", "--field", "reason", "--reason", "again"]) == 2
    assert "reason of entry 2 was redacted by entry 9" in capsys.readouterr().err
    assert main(["redact", str(path), "2", "--field", "category", "--reason", "x"]) == 2
    with open_study(path) as again:
        assert again.head[0] == 9
        assert verify(again).problems == ()


@pytest.mark.parametrize("entries", [0, 400])
def test_c19_after_the_command_no_file_of_the_study_holds_the_text(study, monkeypatch, entries):
    """The engine leaves replaced texts in unused parts of its file, so the file is written anew."""
    path = study.path
    append_all(study, [Act(MEYER, "flagged", "P01", {"note": f"look at {number}"}) for number in range(entries)])
    facts = study.rows("SELECT * FROM protocol ORDER BY rowid")
    study.close()
    path.chmod(0o640)
    assert (b"Zebediah" in path.read_bytes()) == (entries > 0)  # so few texts as without them are stored packed
    monkeypatch.setenv("HLH_TUI_READER", "A. Meyer")
    assert main(["redact", str(path), "2", "--field", "reason", "--reason", "a name"]) == 0
    files = sorted(each.name for each in path.parent.iterdir())
    assert files == ["small.duckdb", "small.log.jsonl"]
    for name in files:
        assert b"Zebediah" not in (path.parent / name).read_bytes()
    assert path.stat().st_mode & 0o777 == 0o640
    with open_study(path) as again:
        assert again.notice is None
        assert verify(again).problems == ()
        assert again.rows("SELECT * FROM protocol ORDER BY rowid") == facts
        assert len(again.rows("SELECT * FROM patient")) == 3
        with pytest.raises(Exception, match="append-only"):
            again.rows("UPDATE log SET payload = ''")


def test_a_study_that_is_open_elsewhere_is_redacted_and_not_written_anew(study):
    with pytest.raises(StudyInUse):
        rewrite(study.path)
    assert verify(study).problems == ()


def test_a_copy_that_does_not_verify_is_not_used(study):
    path = study.path
    study.connection.cursor().execute("DROP TRIGGER log_no_update ON log").fetchall()
    study.connection.cursor().execute("UPDATE log SET actor_name = 'X' WHERE seq = 3").fetchall()
    study.close()
    before = path.read_bytes()
    with pytest.raises(StudyFileError, match="was not used: entry 3 was changed"):
        rewrite(path)
    assert path.read_bytes() == before
    assert sorted(each.name for each in path.parent.iterdir()) == ["small.duckdb", "small.log.jsonl"]


def test_c19_a_file_that_could_not_be_written_anew_is_later(study, monkeypatch, capsys):
    path = study.path
    append_all(study, [Act(MEYER, "flagged", "P01", {"note": f"look at {number}"}) for number in range(400)])
    study.close()
    monkeypatch.setenv("HLH_TUI_READER", "A. Meyer")
    with monkeypatch.context() as failing:
        failing.setattr("hlh_tui.study.rewrite.copy_database", fail)
        assert main(["redact", str(path), "2", "--field", "reason", "--reason", "a name"]) == 0
    told = capsys.readouterr().out
    assert "until hlh-tui redact STUDY --rewrite writes it anew. (disk full)" in told
    assert b"Zebediah" in path.read_bytes()
    assert main(["redact", str(path), "--rewrite"]) == 0
    assert capsys.readouterr().out == (
        "small.duckdb is written anew; nothing that was redacted before is left in unused parts of it\n"
    )
    assert b"Zebediah" not in path.read_bytes()
    with open_study(path) as again:
        assert verify(again).problems == ()


def fail(*_: object) -> None:
    raise StudyFileError("disk full")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "a redaction needs the entry, --field and --reason; --rewrite alone writes the file anew"),
        (("2", "--field", "reason"), "a redaction needs the entry, --field and --reason"),
        (("2", "--rewrite"), "--rewrite redacts nothing: give it alone"),
    ],
)
def test_a_redaction_is_asked_for_whole_or_not_at_all(study, capsys, words, said):
    study.close()
    assert main(["redact", str(study.path), *words, "--reader", "A. Meyer"]) == 2
    assert said in capsys.readouterr().err
