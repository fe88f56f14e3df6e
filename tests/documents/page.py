# SPDX-License-Identifier: BSD-3-Clause
"""What a page of the documentation asks its reader to do: its console blocks and the files it shows."""

import re
from dataclasses import dataclass, field
from pathlib import Path

NOT_RUN = re.compile(r"<!-- not run: (.+) -->")
RUN_INSTEAD = re.compile(r"<!-- run instead: (.+) -->")
EMPTY_FOLDER = "<!-- in an empty folder -->"
FILE_NAME = re.compile(r"`([\w.-]+\.\w+)`[^`]*:$")


@dataclass
class Command:
    text: str
    line: int
    output: list[str] = field(default_factory=list)

    @property
    def in_background(self):
        return re.search(r"&(\s*sleep \d+)?\s*(\s#.*)?$", self.text) is not None


@dataclass
class ConsoleBlock:
    line: int
    commands: list[Command] = field(default_factory=list)
    not_run: str = ""
    instead: list[str] = field(default_factory=list)
    in_empty_folder: bool = False


@dataclass
class ShownFile:
    line: int
    name: str
    text: str


def commands_of(lines, first_line):
    """The commands of a console block. `$ ` begins one, `> ` goes on with it, `# ` is root's."""
    commands = []
    for number, line in enumerate(lines, first_line):
        if line.startswith(("$ ", "# ")):
            commands.append(Command(line[2:], number))
        elif line.startswith("> ") and commands and not commands[-1].output:
            commands[-1].text += "\n" + line[2:]
        elif commands:
            commands[-1].output.append(line)
        else:
            raise ValueError(f"line {number}: a console block begins with a command, not with {line!r}")
    return commands


def read_page(path):
    """The blocks and files of a page, in its order. A file is a fence whose sentence before it ends in a
    colon and names it in backquotes: "`pi.cpp`:"."""
    parts, lines = [], Path(path).read_text(encoding="utf-8").splitlines()
    number = 0
    while number < len(lines):
        fence = re.match(r"^```(\w*)$", lines[number])
        number += 1
        if not fence:
            continue
        begin = number
        while lines[number] != "```":
            number += 1
        body, before = lines[begin:number], [line for line in lines[:begin - 1] if line.strip()]
        number += 1
        comments = []
        while before and before[-1].startswith("<!--"):
            comments.append(before.pop())
        if fence[1] == "console":
            block = ConsoleBlock(begin, commands_of(body, begin + 1))
            for comment in comments:
                if found := NOT_RUN.match(comment):
                    block.not_run = found[1]
                if found := RUN_INSTEAD.match(comment):
                    block.instead.insert(0, found[1])
                block.in_empty_folder |= comment == EMPTY_FOLDER
            parts.append(block)
        elif before and (name := FILE_NAME.search(before[-1])):
            parts.append(ShownFile(begin, name[1], "\n".join(body) + "\n"))
    return parts
