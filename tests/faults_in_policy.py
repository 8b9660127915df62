"""Small random faults put into the policies, one at a time: which of them do the tests not see?

    make faults-in-policy                                   # sixty faults, another choice each day
    make faults-in-policy FAULTS="--faults 150 --seed 7"    # so many, always the same ones
    make faults-in-policy FAULTS="--walk --only policy/calls"

A fault lives in the memory of a forked process that imports the faulty module and runs the tests that concern it; no
file is changed. The exhaustive walks take minutes for each fault, so only ``--walk`` puts them to those that remain.
Exit status 1: some fault was not seen. Each of these is a test that is missing, or a fault that changes nothing.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import datetime
import importlib
import importlib.util
import io
import multiprocessing
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.machinery import ModuleSpec, SourceFileLoader
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import CodeType

import hypothesis.strategies
import pytest

ROOT = Path(__file__).parents[1]
ROOMS = (ROOT / "softphone/policy", ROOT / "softphone/model")
POLICY = ("tests/unit/policy", "tests/unit/model")
SESSION = ("tests/unit/session", "tests/unit/docs", "tests/unit/config")
WALKS = (
    "tests/unit/policy/calls/test_walk.py",
    "tests/unit/session/test_session_machine.py",
    "tests/unit/session/team/test_team_machine.py",
)
SECONDS = 900.0  # for one run of tests; a fault that makes them go on for ever is seen

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_IMPORTED_ONCE = (
    "msgspec",
    "psutil",
    "pytest_asyncio",
    "pytestqt.plugin",
    "sqlalchemy.ext.asyncio",
    "tomlkit",
    "xdist",
)
_QUIET = ("-W", "ignore::pytest.PytestAssertRewriteWarning")  # what is imported before the fork, to save time
_NOTHING_TO_BREAK = {"TypeVar", "dataclass", "cast"}  # what is said to the type checker or to the interpreter


@dataclass(frozen=True)
class Fault:
    """The *index*-th way to break the module at *path*; *what* says in words what is done at which line."""

    path: Path
    index: int
    line: int
    what: str

    @property
    def module(self) -> str:
        """The module's dotted name."""
        return ".".join(self.path.relative_to(ROOT).with_suffix("").parts)

    @property
    def own_tests(self) -> tuple[str, ...]:
        """The test file that mirrors the module, where there is one: it is asked first."""
        inside = self.path.relative_to(ROOT / "softphone")
        mirror = f"tests/unit/{inside.parent}/test_{inside.name}"
        return (mirror,) if (ROOT / mirror).exists() else ()

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.what}"


@dataclass(frozen=True)
class Place:
    """Somewhere in a syntax tree where *break_it* makes a fault."""

    line: int
    what: str
    break_it: Callable[[], None]


# -- the faults there are


def faults_of(path: Path) -> list[Fault]:
    """Every fault this file can be given."""
    return [Fault(path, index, place.line, place.what) for index, place in enumerate(places(_tree(path)))]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def places(tree: ast.Module) -> list[Place]:
    """Where the tree can be broken, always in the same order."""
    return [place for node in _code(tree) for place in _places_at(node)]


def _code(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that do something: no imports, annotations, docstrings, decorators and representations."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return
    if isinstance(node, ast.FunctionDef) and node.name == "__repr__":
        return
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _NOTHING_TO_BREAK:
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "bases"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_docstring(child):
                yield from _code(child)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _places_at(node: ast.AST) -> Iterator[Place]:
    match node:
        case ast.Compare():
            yield from _compared_otherwise(node)
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield _set(node, "op", other, node)
            for index in range(len(node.values)):
                yield _without(node, "values", index, node)
        case ast.If():
            yield Place(node.test.lineno, f"“if {ast.unparse(node.test)}” does nothing", _emptied(node))
        case ast.IfExp():
            yield Place(node.lineno, f"the other way round: {ast.unparse(node)}", _turned(node))
        case ast.UnaryOp(op=ast.Not()):
            yield Place(node.lineno, f"without not: {ast.unparse(node)}", partial(_become, node, node.operand))
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            yield _set(node, "op", ast.Sub() if isinstance(node.op, ast.Add) else ast.Add(), node)
        case ast.Constant():
            yield from _another_constant(node)
        case ast.Attribute(value=ast.Name(id=owner), attr=member) if member in (members := _members(owner)):
            another = members[(members.index(member) + 1) % len(members)]
            yield _set(node, "attr", another, node)
        case ast.Dict():
            for index, (key, value) in enumerate(zip(node.keys, node.values, strict=True)):
                entry = f"{ast.unparse(key) if key else '**'}: {ast.unparse(value)}"
                yield Place(value.lineno, f"without the entry {entry}", partial(_drop_entry, node, index))
        case ast.Expr(value=ast.Call() as call):
            yield Place(node.lineno, f"without {ast.unparse(call)}", partial(_become, call, ast.Constant(None)))
            if len(call.args) > 1 and ast.unparse(call.func).endswith(".want"):
                for index in range(len(call.args)):
                    yield _without(call, "args", index, call)
        case ast.Call(func=ast.Name(id="replace"), keywords=keywords) if len(keywords) > 1:
            for index in range(len(keywords)):
                yield _without(node, "keywords", index, node)
        case ast.Assign(value=ast.Tuple(elts=elements) as table) if len(elements) > 2:
            for index in range(len(elements)):
                yield _without(table, "elts", index, table)


def _compared_otherwise(node: ast.Compare) -> Iterator[Place]:
    for index, operator in enumerate(node.ops):
        operators = [*node.ops]
        operators[index] = _COMPARISONS[type(operator)]()
        yield _set(node, "ops", operators, node)


def _another_constant(node: ast.Constant) -> Iterator[Place]:
    value = node.value
    if isinstance(value, bool):
        yield _set(node, "value", not value, node)
    elif isinstance(value, int | float):
        yield _set(node, "value", value + 1, node)
    elif isinstance(value, str):
        yield _set(node, "value", f"{value} indeed" if " " in value else f"{value}x", node)


def _set(node: ast.AST, name: str, value: object, shown: ast.expr) -> Place:
    before, old = ast.unparse(shown), getattr(node, name)
    setattr(node, name, value)
    after = ast.unparse(shown)
    setattr(node, name, old)
    return Place(shown.lineno, f"{before}  ->  {after}", partial(setattr, node, name, value))


def _without(node: ast.AST, name: str, index: int, shown: ast.expr) -> Place:
    parts = getattr(node, name)
    what = f"without {ast.unparse(parts[index])}: {ast.unparse(shown)}"
    return Place(parts[index].lineno, what, partial(setattr, node, name, parts[:index] + parts[index + 1 :]))


def _emptied(node: ast.If) -> Callable[[], None]:
    return partial(setattr, node, "body", [ast.copy_location(ast.Pass(), node)])


def _turned(node: ast.IfExp) -> Callable[[], None]:
    def turn() -> None:
        node.body, node.orelse = node.orelse, node.body

    return turn


def _become(node: ast.AST, other: ast.AST) -> None:
    """*node* is replaced where it stands, as its parents are not known here."""
    ast.copy_location(other, node)
    node.__class__ = other.__class__  # they have the same base and no slots
    node.__dict__.clear()
    node.__dict__.update(other.__dict__)


def _drop_entry(node: ast.Dict, index: int) -> None:
    del node.keys[index], node.values[index]


def _members(enumeration: str) -> list[str]:
    return _ENUMERATIONS.get(enumeration, [])


def _enumerations() -> dict[str, list[str]]:
    """The members of every enumeration of the policies and the model, by its name."""
    found = {}
    for path in _files():
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.ClassDef) and any("Enum" in ast.unparse(base) for base in node.bases):
                found[node.name] = [
                    target.id
                    for line in node.body
                    if isinstance(line, ast.Assign)
                    for target in line.targets
                    if isinstance(target, ast.Name)
                ]
    return found


def _files() -> list[Path]:
    return sorted(path for room in ROOMS for path in room.rglob("*.py"))


_ENUMERATIONS = _enumerations()


def choose(count: int, seed: int, only: str) -> list[Fault]:
    """*count* faults: one in each file first, the others anywhere."""
    dice = random.Random(seed)
    of_files = [faults for path in _files() if only in str(path) and (faults := faults_of(path))]
    chosen = [dice.choice(faults) for faults in of_files]
    others = [fault for faults in of_files for fault in faults if fault not in chosen]
    chosen += dice.sample(others, min(max(0, count - len(chosen)), len(others)))
    dice.shuffle(chosen)
    return chosen[:count]


# -- putting one in


class _FaultyLoader(SourceFileLoader):
    """Loads a module with its fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.module, str(fault.path))
        self._fault = fault

    def get_code(self, fullname: str) -> CodeType:
        tree = _tree(self._fault.path)
        places(tree)[self._fault.index].break_it()
        code: CodeType = compile(ast.fix_missing_locations(tree), self.path, "exec", dont_inherit=True)
        return code


class _Finder:
    """Finds the faulty module before anything else does."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        if name != self._fault.module:
            return None
        return importlib.util.spec_from_file_location(name, self._fault.path, loader=_FaultyLoader(self._fault))


class _FirstFailure:
    """Remembers which test saw the fault; spares these tests, which start nothing, the search for processes left."""

    test = ""

    def pytest_collection_finish(self) -> None:
        sys.modules["tests.conftest"].processes = set  # type: ignore[attr-defined]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.test = self.test or (report.nodeid if report.failed else "")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.test = self.test or (report.nodeid if report.failed else "")


def _test(fault: Fault | None, tests: tuple[str, ...], outcome: Connection) -> None:
    """In a process of its own: run *tests* on the module with its fault, and tell which of them failed first."""
    assert "softphone" not in sys.modules, "the faulty module would come too late"
    sys.path[0] = str(ROOT)
    if fault is not None:
        sys.meta_path.insert(0, _Finder(fault))
    left_out = () if set(tests) <= set(WALKS) else tuple(f"--deselect={walk}" for walk in WALKS)
    options = ("-x", "-q", f"--rootdir={ROOT}", "-p", "no:cacheprovider", "--hypothesis-profile=faults", *_QUIET)
    first = _FirstFailure()
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(said):
        status = pytest.main([*options, *left_out, *tests], plugins=[first])
    outcome.send("" if status == pytest.ExitCode.OK else first.test or f"pytest ({status}): {said.getvalue()[-300:]}")


@dataclass
class Run:
    """One run of tests that is under way."""

    fault: Fault | None
    tests_left: list[tuple[str, ...]]
    process: multiprocessing.Process
    answer: Connection


def _start(fault: Fault | None, tests_left: list[tuple[str, ...]]) -> Run:
    context = multiprocessing.get_context("fork")
    answer, outcome = context.Pipe(duplex=False)
    process = context.Process(target=_test, args=(fault, tests_left[0], outcome))
    process.start()
    outcome.close()
    return Run(fault, tests_left[1:], process, answer)  # type: ignore[arg-type]


def _seen_by(run: Run) -> str:
    """The test that saw it; empty when none did."""
    try:
        seen = str(run.answer.recv()) if run.answer.poll(SECONDS) else "went on for ever"
    except EOFError:
        seen = "the process ended"
    run.process.terminate()
    run.process.join()
    run.answer.close()
    return seen


def try_out(faults: list[Fault], *, walk: bool, jobs: int) -> list[Fault]:
    """Put each fault to the tests; gives those nobody saw."""
    todo, done = list(reversed(faults)), 0
    running: list[Run] = []
    survivors: list[Fault] = []
    while todo or running:
        while todo and len(running) < jobs:
            fault = todo.pop()
            stages = (fault.own_tests, POLICY, SESSION, WALKS if walk else ())
            running.append(_start(fault, [tests for tests in stages if tests]))
        ready = wait([run.answer for run in running], SECONDS)
        run = next((run for run in running if run.answer in ready), running[0])
        running.remove(run)
        assert run.fault is not None
        seen = _seen_by(run)
        if not seen and run.tests_left:
            running.append(_start(run.fault, run.tests_left))
            continue
        done += 1
        print(f"{done:4} {'seen    ' if seen else 'NOT SEEN'} {run.fault}{f'  [{seen}]' if seen else ''}", flush=True)
        survivors += [] if seen else [run.fault]
    return survivors


def main() -> int:
    """Choose, try out, tell."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--faults", type=int, default=60, help="how many (60)")
    options.add_argument("--seed", type=int, default=datetime.date.today().toordinal(), help="which (of the day)")
    options.add_argument("--only", default="", help="a part of the path, such as policy/calls")
    options.add_argument("--walk", action="store_true", help="put those that remain to the exhaustive walks, too")
    options.add_argument("--jobs", type=int, default=1, help="how many at a time (1)")
    options.add_argument("--list", action="store_true", help="only say which faults there would be")
    wanted = options.parse_args()
    for slow in _IMPORTED_ONCE:
        importlib.import_module(slow)
    hypothesis.settings.register_profile("faults", database=None, deadline=None, derandomize=True)
    faults = choose(wanted.faults, wanted.seed, wanted.only)
    if wanted.list:
        print(*faults, sep="\n")
        return 0
    if unhealthy := _seen_by(_start(None, [(*POLICY, *SESSION)])):
        print(f"The tests fail without any fault: {unhealthy}")
        return 2
    survivors = try_out(faults, walk=wanted.walk, jobs=wanted.jobs)
    print(f"\nSeed {wanted.seed}: of {len(faults)} faults {len(faults) - len(survivors)} were seen.")
    print(*(f"not seen: {fault}" for fault in survivors), sep="\n")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
