"""Files and folders that appear whole or not at all."""

import os
import threading
from pathlib import Path

import pytest

from core.errors import InputError
from jobs.output import output_folder, text_output


class Interrupted(Exception):
    pass


def tree(folder):
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_text_appears_at_the_end(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("before")
    with text_output(path) as file:
        file.write("élan")
        assert path.read_text() == "before"
    assert tree(tmp_path) == {"out.txt": "élan"}


def write_half(path):
    with text_output(path) as file:
        file.write("half")
        raise Interrupted


def test_failed_text_leaves_nothing(tmp_path):
    with pytest.raises(Interrupted):
        write_half(tmp_path / "out.txt")
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("path", [None, Path("-")])
def test_text_to_stdout(path, capsys):
    with text_output(path) as file:
        file.write("here")
    assert capsys.readouterr().out == "here"


def test_a_link_to_a_file_stays_a_link(tmp_path):
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("before")
    link.symlink_to(real)
    with text_output(link) as file:
        file.write("after")
    assert (link.is_symlink(), real.read_text()) == (True, "after")


def test_a_pipe_is_written_to_not_replaced(tmp_path):
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    with text_output(pipe) as file:
        file.write("through")
    reader.join()
    assert (read, pipe.is_fifo()) == (["through"], True)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        pytest.param("no/such/out.txt", "No such file or directory", id="no folder"),
        pytest.param("a/file/out.txt", "Not a directory", id="a file for a folder"),
        pytest.param("a", "Is a directory", id="a folder for a file"),
        pytest.param("", "Is a directory", id="no name"),
    ],
)
def test_unwritable_text(tmp_path, name, problem):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").touch()
    with (
        pytest.raises(InputError, match=f"{problem}; check the path"),
        text_output(tmp_path / name) as file,
    ):
        file.write("x")
    assert tree(tmp_path) == {"a/file": ""}


def fill(folder, **files):
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


def test_new_folder_appears_whole(tmp_path):
    target = tmp_path / "deep" / "out"
    with output_folder(target) as folder:
        fill(folder, report="r", tables__news="n")
        assert not target.exists()
    assert tree(tmp_path) == {"deep/out/report": "r", "deep/out/tables/news": "n"}


def test_existing_folder_keeps_what_is_foreign(tmp_path):
    fill(tmp_path, report="old", notes="mine", tables__news="old", tables__gone="old")
    with output_folder(tmp_path) as folder:
        fill(folder, report="new", tables__news="new")
        assert (tmp_path / "report").read_text() == "old"
    assert tree(tmp_path) == {
        "notes": "mine",
        "report": "new",
        "tables/gone": "old",
        "tables/news": "new",
    }


@pytest.mark.parametrize(
    "there",
    [
        pytest.param({"tables": "a file"}, id="a file where a folder belongs"),
        pytest.param({"report__x": "a folder"}, id="a folder where a file belongs"),
    ],
)
def test_what_is_of_another_kind_is_not_deleted(tmp_path, there):
    fill(tmp_path, **there)
    before = tree(tmp_path)
    with pytest.raises(InputError, match="check the path"), output_folder(tmp_path) as folder:
        fill(folder, tables__news="n", report="r")
    assert before.items() <= tree(tmp_path).items()


def fill_half(target):
    with output_folder(target) as folder:
        fill(folder, report="half")
        raise Interrupted


@pytest.mark.parametrize("name", ["", "new", "deep/er/new"])
def test_failed_folder_leaves_all_as_it_was(tmp_path, name):
    fill(tmp_path, report="old")
    with pytest.raises(Interrupted):
        fill_half(tmp_path / name)
    assert [str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*")] == ["report"]
    assert tree(tmp_path) == {"report": "old"}


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        pytest.param("file", "file: isn't a folder; give another one", id="a file"),
        pytest.param("file/out", "out: Not a directory; check the path", id="below a file"),
    ],
)
def test_unwritable_folder_is_told_at_once(tmp_path, name, problem):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=problem), output_folder(tmp_path / name):
        pytest.fail("the work has begun")
