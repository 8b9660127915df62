from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from softphone.errors import FileProblem, file_problem, sentence
from tests.ordinary_user import ordinary_user


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "the disk is full. Free some space"),
        (errno.EDQUOT, "your share of the disk is used up. Delete what you no longer need"),
        (errno.EROFS, "the file system is read-only. Have it mounted for writing"),
        (errno.EACCES, "you have no permission. Change its permissions, and those of the directory around it"),
        (errno.EPERM, "you have no permission. Change its permissions, and those of the directory around it"),
        (errno.EBUSY, "another program has it open. Close that program"),
        (errno.ETXTBSY, "another program has it open. Close that program"),
        (errno.EIO, "the disk reports an error. Save your data elsewhere, and have the disk checked"),
        (errno.EMFILE, "too many files are open. Close other programs"),
        (errno.ENFILE, "too many files are open. Close other programs"),
        (errno.EISDIR, os.strerror(errno.EISDIR)),
    ],
)
def test_each_problem_has_its_words(code: int, words: str) -> None:
    assert str(file_problem(OSError(code, os.strerror(code)))) == words


def test_no_two_problems_are_told_alike() -> None:
    codes = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EBUSY, errno.EIO, errno.EMFILE)
    assert len({file_problem(OSError(code, "")) for code in codes}) == len(codes)


@pytest.mark.parametrize("winerror", [32, 33])
def test_what_another_program_has_open_on_windows(winerror: int) -> None:
    error = PermissionError(errno.EACCES, "The process cannot access the file")
    error.winerror = winerror  # type: ignore[attr-defined]
    assert file_problem(error).what == "another program has it open"


def test_a_real_full_disk() -> None:
    with pytest.raises(OSError, match="No space") as caught, Path("/dev/full").open("wb", buffering=0) as full:
        full.write(b"x")
    assert file_problem(caught.value).what == "the disk is full"


def test_a_real_lack_of_permission() -> None:
    with ordinary_user() as directory:
        directory.chmod(0o500)
        with pytest.raises(OSError, match="denied") as caught:
            (directory / "file").touch()
        directory.chmod(0o700)
    assert file_problem(caught.value).what == "you have no permission"


def test_an_error_without_a_number() -> None:
    assert file_problem(OSError("odd")) == FileProblem("odd")


@pytest.mark.parametrize(
    ("text", "told"), [("a login is missing", "A login is missing."), ("what?", "What?"), ("Done.", "Done."), ("", "")]
)
def test_sentences_begin_and_end_as_sentences_do(text: str, told: str) -> None:
    assert sentence(text) == told
