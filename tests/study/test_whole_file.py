"""A finished file takes its name, and never that of another file unless it is told to."""

import errno
import os

import pytest

from hlh_tui.study.whole_file import part_of, take_name


def without_links(*_):
    raise OSError(errno.EPERM, "Operation not permitted")


@pytest.fixture(params=["with links", "without links"])
def finished(request, tmp_path, monkeypatch):
    """A finished part and the name it is to have, on both kinds of file system."""
    if request.param == "without links":
        monkeypatch.setattr(os, "link", without_links)
    part = part_of(tmp_path / "table.csv")
    part.write_text("new")
    return part, tmp_path / "table.csv"


def test_a_part_lies_hidden_beside_its_file_and_under_a_name_of_its_own(tmp_path):
    first, second = part_of(tmp_path / "table.csv"), part_of(tmp_path / "table.csv")
    assert first.parent == tmp_path
    assert first.name.startswith(".table.csv.")
    assert first != second


def test_it_takes_a_free_name_and_leaves_no_part(finished, tmp_path):
    part, file = finished
    take_name(part, file)
    assert [each.name for each in tmp_path.iterdir()] == ["table.csv"]
    assert file.read_text() == "new"


def test_a_file_that_came_meanwhile_stays(finished):
    part, file = finished
    file.write_text("theirs")
    with pytest.raises(FileExistsError) as refusal:
        take_name(part, file)
    assert refusal.value.filename == str(file)
    assert file.read_text() == "theirs"
    assert part.read_text() == "new"


def test_a_link_that_leads_nowhere_is_a_taken_name_too(finished, tmp_path):
    part, file = finished
    file.symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        take_name(part, file)
    assert file.is_symlink()
    assert not file.exists()


def test_a_file_is_replaced_where_that_is_asked_for(finished, tmp_path):
    part, file = finished
    file.write_text("mine of yesterday")
    take_name(part, file, over=True)
    assert [each.name for each in tmp_path.iterdir()] == ["table.csv"]
    assert file.read_text() == "new"
