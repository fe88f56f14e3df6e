#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""run.py PAGE BUILD: pastes the console blocks of a page into a shell, each as one, in their order, and compares what is
printed with what the page shows (shape.py says how). Stands in the root of the checkout, with the programs of
BUILD, which must be build/release there. Blocks that cannot be run here say why, in a comment before them."""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from page import ConsoleBlock, ShownFile, read_page
from session import Session
from shape import difference, difference_of_background, lines_of

SKIPPED = 77
COMMAND_SECONDS = 240
# They only look, at something that is on its way.
LOOKS = re.compile(r"^(ps|cat) |\bcontrol (--json )?(status|list|nodes|logs)\b|\"\w+\.(list|status|get|steps|reports)\"")
LOOKS_SECONDS = 15


def environment_of(home):
    """What a user's shell has, with a home of its own; the caches stay."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    environment |= {"HOME": str(home), "LC_ALL": "C.UTF-8", "XDG_RUNTIME_DIR": str(home / "runtime"),
                    "LOCKSTEP_CACHE": os.environ.get("LOCKSTEP_CACHE", str(cache / "lockstep")),
                    "CCACHE_DIR": os.environ.get("CCACHE_DIR", str(cache / "ccache"))}
    (home / "runtime").mkdir(mode=0o700)
    return environment


def why_it_differs(session, command, printed, background):
    """The reason why a command does not do as the page shows, or None. What a background command says is
    waited for."""
    if printed is None:
        return f"is not over after {COMMAND_SECONDS} s; printed so far:\n{session.text}"
    if not command.in_background:
        return difference(command.output, lines_of(printed), background)

    def compare(text, before=tuple(background)):
        return difference_of_background(command.output, lines_of(text), before)
    printed += session.wait_for(lambda text, begin=printed: not compare(begin + text), LOOKS_SECONDS)
    background += command.output
    return compare(printed)


def failures_of(session, commands, background):
    """Commands that did not do as the page shows, with the reasons; pasted as one block."""
    pieces = session.paste([command.text for command in commands], COMMAND_SECONDS)
    reasons = [why_it_differs(session, command, printed, background) for command, printed in zip(commands, pieces)]
    return [(command, reason) for command, reason in zip(commands, reasons) if reason]


def run_block(session, commands, background):
    """Pastes a block. What only looks, at its end, looks again where it was too early."""
    failures = failures_of(session, commands, background)
    first_look = len(commands)
    while first_look > 0 and LOOKS.search(commands[first_look - 1].text):
        first_look -= 1
    looks = commands[first_look:]
    deadline = time.monotonic() + LOOKS_SECONDS
    while failures and all(command in looks for command, _ in failures) and time.monotonic() < deadline:
        failures = failures_of(session, looks, background)
    return failures


def run_page(page, checkout, home):
    failures, not_run, background = [], [], []
    session = Session(checkout, environment_of(home))
    folder = home / "work"
    folder.mkdir()
    try:
        for part in read_page(page):
            if isinstance(part, ShownFile):
                (folder / part.name).write_text(part.text)
                continue
            if reason := session.run(f"cd '{folder if part.in_empty_folder else checkout}'", COMMAND_SECONDS):
                failures.append(f"{page.name}, line {part.line}: {reason}")
            if part.not_run:
                not_run.append(f"line {part.line}: {part.not_run}")
                failures += [f"{page.name}, line {part.line}, run instead: {reason}" for instead in part.instead
                             if (reason := session.run(instead, COMMAND_SECONDS))]
                continue
            failures += [f"{page.name}, line {command.line}: $ {command.text}\n{reason}"
                         for command, reason in run_block(session, part.commands, background)]
    finally:
        session.close()
    return failures, not_run


def main():
    page, build = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    checkout = Path(__file__).resolve().parents[2]
    if build != checkout / "build" / "release":
        print(f"skipped: pages speak of build/release, and this is {build}")
        return SKIPPED
    if subprocess.run(["unshare", "--net", "true"] if os.geteuid() == 0 else
                      ["unshare", "--map-root-user", "--net", "true"], check=False).returncode != 0:
        print("skipped: this user may make no network namespaces")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="lockstep-documents-") as home:
        failures, not_run = run_page(page, checkout, Path(home))
    for line in not_run:
        print(f"not run: {line}")
    for failure in failures:
        print(f"\n{failure}")
    return 1 if failures else 0


sys.exit(main())
