# SPDX-License-Identifier: BSD-3-Clause
"""Compares what a page shows with what was printed: in shape. Numbers, ids, times, paths and names of
machines and users are free, and so is how often a line of the same shape comes."""

import json
import re

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
FREE = [
    (re.compile(r"\b[\w.-]+ \(uid \d+\)"), "@"),
    (re.compile(r"(?<![\w.])[~/][\w./+-]*/[\w./+-]*"), "/"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT[\d:.]+Z?"), "#"),
    (re.compile(r"(?<![\w.])[-+]?\d+\.\d+(e[-+]?\d+)?\b(?!\.)"), "#"),
    (re.compile(r"\b[0-9a-fA-F]{8,}\b"), "#"),
    (re.compile(r"[-+]?(\d+(\.\d+)?)(e[-+]?\d+)?"), "#"),
    (re.compile(r"[█▉▊▋▌▍▎▏░▒▓▁▂▃▄▅▆▇#]+"), "#"),
    (re.compile(r"#(, ?#)+"), "#"),
    (re.compile(r"\s+"), " "),
]
# They come and go with the speed of the machine. A shell tells of a background job that was killed when it likes.
PASSING = re.compile(r"^(step # |starting$|queued$|bash: line #: # Killed )")


def shape_of_value(value):
    """A JSON value's shape: keys and kinds. Null stands for anything, so it is left out."""
    if isinstance(value, dict):
        return {key: shape for key, inner in sorted(value.items()) if (shape := shape_of_value(inner)) is not None}
    if isinstance(value, list):
        return [shape_of_value(value[0])] if value else None
    if value is None:
        return None
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__


def alike(left, right):
    if left is None or right is None:
        return True
    if isinstance(left, dict) and isinstance(right, dict):
        return all(alike(left[key], right[key]) for key in left.keys() & right.keys())
    if isinstance(left, list) and isinstance(right, list):
        return alike(left[0], right[0])
    return left == right


def as_json(line):
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, (dict, list)) else None


def same_keys(left, right):
    """Do two JSON values have the same keys, where both say something?"""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same_keys(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list) and left and right:
        return same_keys(left[0], right[0])
    return True


def shape_of(line):
    shape = ESCAPES.sub("", line).strip()
    for pattern, replacement in FREE:
        shape = pattern.sub(replacement, shape)
    return shape.strip()


def same_shape(expected, printed):
    left, right = as_json(expected), as_json(printed)
    if left is not None and right is not None:
        return same_keys(left, right) and alike(shape_of_value(left), shape_of_value(right))
    right = shape_of(printed)
    if "…" in expected:  # stands for any part of a line; what is left of an id beside it says nothing
        parts = [re.escape(shape_of(part)) for part in re.split(r"[0-9a-fA-F.]*…[0-9a-fA-F.]*", expected)]
        return re.fullmatch(r"\s*.*\s*".join(parts), right) is not None
    return shape_of(expected) == right


def lines_of(text):
    """Lines as a terminal leaves them: of what was overwritten by \\r, the last."""
    for line in text.split("\n"):
        kept = [part for part in line.split("\r") if part.strip()]
        if kept:
            yield kept[-1]


def difference(expected, printed, background=()):
    """What stands between the lines that a page shows and those that were printed, or None. A shown line "…"
    stands for any lines. Lines of the shapes `background` may come at any time."""
    expected = [line for line in expected if line.strip() and not PASSING.match(shape_of(line))]
    printed = [line for line in printed if line.strip() and not PASSING.match(shape_of(line))]
    at = 0
    anything = False
    for line in expected:
        if line.strip() == "…":
            anything = True
            continue
        begin = at
        while at < len(printed) and not same_shape(line, printed[at]):
            passed = anything or any(same_shape(other, printed[at]) for other in background)
            if not passed and not (begin > 0 and same_shape(printed[begin - 1], printed[at])):
                return f"shows    {line}\nprinted  {printed[at]}"
            at += 1
        if at == len(printed):
            if begin > 0 and same_shape(line, printed[begin - 1]):
                at = begin
                continue
            return f"shows    {line}\nprinted  nothing more"
        at += 1
        anything = False
    for line in printed[at:]:
        repeated = at > 0 and same_shape(printed[at - 1], line)
        if not anything and not repeated and not any(same_shape(other, line) for other in background):
            return f"shows    nothing more\nprinted  {line}"
    return None


def difference_of_background(expected, printed, background=()):
    """The same for what a background command prints, on two streams and with others: in any order."""
    printed = [line for line in printed if line.strip()]
    for line in expected:
        if not any(same_shape(line, other) for other in printed):
            return f"shows    {line}\nprinted  {printed}"
    for line in printed:
        if not any(same_shape(other, line) for other in (*expected, *background)):
            return f"shows    nothing of\nprinted  {line}"
    return None
