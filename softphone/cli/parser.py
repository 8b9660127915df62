"""What can be typed. ``ctl`` takes its verbs from the table the app answers by."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

import softphone
from softphone.model.actions import Choice
from softphone.session.control.verbs import VERBS, Verb

APP = "app"
ADDRESS = re.compile(r"(?:sips?|tel):.", re.I)
_DEMO_ACTIONS = (Choice.HOLD_AND_ANSWER, Choice.HANGUP_AND_ANSWER, Choice.IGNORE)
_WITH_VALUE = ("--data-dir",)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """What was typed. Ends the process with status 2, and words, when it makes no sense."""
    return _parser().parse_args(_with_command(list(argv)))


def _with_command(argv: list[str]) -> list[str]:
    """Starting the app has no name: nothing, or the address of a link, stands where a command would."""
    index = 0
    while index < len(argv) and argv[index].startswith("-"):
        if argv[index] in ("-h", "--help", "--version"):
            return argv
        index += 2 if argv[index] in _WITH_VALUE else 1
    if index >= len(argv) or ADDRESS.match(argv[index]):
        return [*argv[:index], APP, *argv[index:]]
    return argv


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="softphone",
        description="A softphone with call waiting on the agent's direct line.",
        epilog="Without a command the app starts. A sip: or tel: address in its place is put into the "
        "field to dial, of the running app if there is one.",
    )
    parser.add_argument("--version", action="version", version=f"softphone {softphone.__version__}")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="keep settings, database, socket and logs there")
    parser.add_argument("--verbose", action="store_true", help="write more into the log")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    commands.add_parser(APP).add_argument("address", nargs="?", default="")
    commands.add_parser("engine")
    _add_demo(commands.add_parser("demo", help="show call waiting with two callers of its own"))
    _add_settings(commands.add_parser("settings", help="provision this softphone, or back it up"))
    _add_ctl(commands.add_parser("ctl", help="drive the running app"))
    doctor = commands.add_parser("doctor", help="say what works and what does not")
    doctor.add_argument("--json", action="store_true", help="for programs")
    doctor.add_argument("--bundle", type=Path, metavar="FILE", help="save what a supporter needs to see as a ZIP file")
    doctor.add_argument("--mask-numbers", action="store_true", help="without telephone numbers in the bundle")
    _add_database(commands.add_parser("db", help="look after the database"))
    return parser


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--headless", action="store_true", help="without a display; the demo presses the button itself")
    actions = [str(action) for action in _DEMO_ACTIONS]
    default = f"which button the demo presses; by default {actions[0]} without a display, and none with one: you press"
    parser.add_argument("--action", choices=actions, help=default)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave recordings, pictures and traces there")
    parser.add_argument("--team", action="store_true", help="a whole team instead: PostgreSQL, Kamailio, three agents")


def _add_settings(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="import|export", required=True)
    for name, text in (("import", "take over what FILE says"), ("export", "write everything but passwords to FILE")):
        actions.add_parser(name, help=text).add_argument("file", type=Path, metavar="FILE")


def _add_database(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="upgrade|grant-roles|move", required=True)
    actions.add_parser("upgrade", help="upgrade the database to the newest schema")
    actions.add_parser(
        "grant-roles",
        help="make the roles of agents and admins and give them their rights (PostgreSQL, as the tables' owner)",
    )
    _add_move(actions.add_parser("move", help="copy users, numbers and call log to another database, and use that"))


def _add_move(parser: argparse.ArgumentParser) -> None:
    where = "sqlite, or postgresql://user@host/database; the password comes from the keyring or is asked for"
    parser.add_argument("--to", required=True, metavar="URL", help=where)
    both = "for records that differ: keep what is there, or take what is here"
    parser.add_argument("--conflicts", choices=("keep", "take"), default="", help=both)
    parser.add_argument("--ca-file", metavar="FILE", help="PEM file of the authorities trusted for TLS to the database")
    owner = "log in with this name, for the move alone, if URL names nobody"
    parser.add_argument("--login", metavar="OWNER", default="", help=owner)


def _add_ctl(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb in VERBS.values():
        _add_verb(verbs.add_parser(verb.name, help=verb.help), verb)


def _add_verb(parser: argparse.ArgumentParser, verb: Verb) -> None:
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    if verb.takes_call:
        parser.add_argument("--call", metavar="CALL", default="", help="which call is meant, if it could be several")
    if verb.argument is not None:
        parser.add_argument(
            "arg",
            metavar=verb.argument.name,
            help=verb.argument.help,
            choices=verb.argument.choices or None,
            nargs=None if verb.argument.required else "?",
            default=None,  # argparse would hold any other default against the choices
        )
