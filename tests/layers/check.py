#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Checks who includes whom: a folder includes only from layers below it; no circle of folders, nor of files (a
header with its source); no folder holds more than 25 files, and no file more than 400 lines.

Usage: check.py PROJECT_FOLDER. Exit code 1 and a line for each include that breaks a rule.
"""

import pathlib
import re
import sys

# Each room and what it may include beside itself. Longest matching prefix counts.
ROOMS = {
    "model/lockstep": [],
    "platform/process": [],
    "platform/options": [],
    "platform/network": ["platform/process"],
    "platform/output": ["platform/options", "platform/process"],
    "platform/openssl": [],
    "platform/text": [],
    "platform/certificates": ["platform/openssl", "platform/network", "platform/process"],
    "platform/tls": ["platform/certificates", "platform/openssl", "platform/process"],
    "platform/authority": ["platform/tls", "platform/certificates", "platform/openssl"],
    "platform/tokens": ["platform/authority", "platform/certificates", "platform/openssl"],
    "actors/wire": [],
    "actors/rules": ["actors/wire/ids", "actors/wire/error", "actors/wire/limits", "actors/wire/message_bytes",
                     "actors/wire/model_reference", "actors/wire/placed_solver", "actors/wire/control/states",
                     "actors/wire/control/metrics", "actors/wire/control/waiting_messages",
                     "actors/wire/status_messages", "platform/text"],
    "actors/loaders": ["actors/wire", "platform/openssl/sha256", "platform/text"],
    "actors/system": ["actors/wire", "actors/rules"],
    "actors/payload": ["actors/wire", "actors/rules"],
    "actors/link": ["actors/wire", "actors/rules", "platform"],
    "actors/handshake": ["actors/wire", "actors/rules", "actors/link/tls_link", "platform"],
    "actors/plan": ["actors/wire", "actors/rules", "actors/loaders", "actors/link/descriptor_scribe", "platform"],
    "actors/worker": ["actors/wire", "actors/loaders", "platform"],
    "actors/node": ["actors/wire", "actors/rules", "actors/loaders", "actors/system", "actors/payload", "platform"],
    "actors/controller": ["actors/wire", "actors/rules", "actors/loaders", "actors/system", "actors/payload",
                          "actors/plan", "platform"],
    "actors/embedded": ["actors"],
    "node": ["actors", "platform"],
    "control/rpc": ["platform/text"],
    "control/register": ["platform"],
    "control/carriers": ["control/rpc", "platform"],
    "control/carriers/tcp": ["control/carriers", "platform"],
    "control/options": ["control/carriers", "control/rpc", "platform", "actors/wire/limits"],
    "control/client": ["control/rpc", "control/carriers", "control/register", "platform"],
    "control/terminal": ["control/client", "platform"],
    "control/pki": ["control/client", "control/terminal", "platform"],
    "control/deploy": ["control/client", "control/terminal", "actors/loaders/library", "platform"],
    "control/models": ["control/client", "control/rpc", "platform"],
    "control/completion": ["control/models", "control/client", "control/rpc", "platform"],
    "control/cli": ["control/models", "control/completion", "control/client", "control/terminal", "control/pki", "control/deploy", "control/options",
                    "control/rpc", "actors/wire/limits", "platform"],
    "control/access": ["control/options", "control/carriers", "control/rpc", "platform"],
    "control/answers": ["control/rpc", "actors", "platform"],
    "control/service/calls": ["control/access/audit_log", "control/rpc", "actors"],
    "control/service/models": ["control/service/calls", "control/rpc", "actors"],
    "control/service": ["control/service/calls", "control/service/models", "control/answers", "control/access",
                        "control/carriers", "control/rpc", "actors", "platform"],
    "control/cluster": ["control/access", "control/options", "actors", "platform"],
    "control/plans": ["actors", "platform"],
    "control/head": ["control/plans", "control/access", "control/service", "control/cluster", "control/options", "control/carriers",
                     "control/register", "control/rpc", "actors", "platform"],
    "control": ["control/head", "control/cli", "control/plans", "platform"],
    "examples/07_embedded": ["actors"],
    "examples": [],
    "examples/tsp_islands": ["examples/tsp_islands", "examples/random_source"],
    "examples/tsp_islands/tsplib": ["examples/random_source"],
    "examples/traffic_assignment": ["examples/traffic_assignment"],
    "examples/traffic_assignment/network": [],
    "examples/traffic_assignment/tntp": ["examples/traffic_assignment/network"],
    "examples/traffic_assignment/city": ["examples/traffic_assignment/network", "examples/random_source"],
    "examples/traffic_assignment/problem": ["examples/traffic_assignment/network", "examples/traffic_assignment/tntp",
                                            "examples/traffic_assignment/city"],
    "examples/traffic_assignment/assignment": ["examples/traffic_assignment/network",
                                               "examples/traffic_assignment/problem"],
    "tests": [""],
    "bench": [""],
}
# Every room may include the model's header.
FOR_ALL = "model/lockstep/"
# These see no CAF: a rule, a loader of JSON and a client of people must not need an actor.
WITHOUT_CAF = ["model", "platform", "actors/rules", "control/rpc", "control/carriers", "control/register",
               "control/options", "control/client", "control/terminal", "control/pki", "control/deploy", "control/models",
               "control/completion", "control/cli",
               "control/access", "control/answers", "examples/0[1-6]_[a-z_]*", "examples/tsp_islands", "examples/traffic_assignment"]

FILES_MAX = 25
LINES_MAX = 400

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def room_of(path):
    return max((room for room in ROOMS if path == room or path.startswith(room + "/")),
               key=len, default=None)


def target_of(kind, name, project):
    """The project's own file that an include names, or None."""
    for root in ("", "model"):
        if (project / root / name).is_file():
            return (pathlib.PurePosixPath(root) / name).as_posix()
    return None


def allowed(source, target):
    room = room_of(source)
    if room is None:
        return False
    if room_of(target) == room or target.startswith(FOR_ALL):
        return True
    return any(target == may or target.startswith(may + "/") or target.startswith(may + ".") or may == ""
               for may in ROOMS[room])


def component_of(path):
    """A header and its source are one."""
    return re.sub(r"\.[ch]pp$", "", path)


def sizes(project):
    """A line for each folder with too many files, and for each file with too many lines."""
    faults = []
    for top in ("model", "platform", "actors", "node", "control", "examples", "tests", "bench"):
        for folder in [project / top, *(project / top).rglob("*/")]:
            files = [path for path in folder.iterdir() if path.suffix in (".hpp", ".cpp")]
            if len(files) > FILES_MAX:
                faults.append(f"{folder.relative_to(project)}: {len(files)} files, over {FILES_MAX}")
            faults += [f"{path.relative_to(project)}: over {LINES_MAX} lines" for path in files
                       if path.read_text().count("\n") > LINES_MAX]
    return faults


def find_circle(edges):
    """A list of folders that include each other in a ring, or None."""
    done, path = set(), []

    def visit(folder):
        if folder in path:
            return path[path.index(folder):] + [folder]
        if folder in done:
            return None
        path.append(folder)
        for target in sorted(edges.get(folder, ())):
            if (circle := visit(target)) is not None:
                return circle
        path.pop()
        done.add(folder)
        return None

    for folder in sorted(edges):
        if (circle := visit(folder)) is not None:
            return circle
    return None


def main():
    project = pathlib.Path(sys.argv[1])
    faults, edges, components, files = [], {}, {}, 0
    for top in ("model", "platform", "actors", "node", "control", "examples", "tests", "bench"):
        for path in sorted((project / top).rglob("*.[ch]pp")):
            source = path.relative_to(project).as_posix()
            if source.startswith("tests/consumer/"):
                continue  # a project of its own
            files += 1
            for kind, name in INCLUDE.findall(path.read_text()):
                if name.startswith("caf/") and any(re.match(room + "/", source) for room in WITHOUT_CAF):
                    faults.append(f"{source}: includes <{name}>, but this room knows no CAF")
                target = target_of(kind, name, project)
                if target is None:
                    if kind == '"':
                        faults.append(f"{source}: \"{name}\" is no path from the project's root")
                    continue
                if not allowed(source, target):
                    faults.append(f"{source}: includes {target}, which is not on a layer below")
                if component_of(source) != component_of(target):
                    components.setdefault(component_of(source), set()).add(component_of(target))
                from_room, to_room = room_of(source), room_of(target)
                if from_room != to_room and top not in ("tests", "bench"):
                    edges.setdefault(from_room, set()).add(to_room)
    if (circle := find_circle(edges)) is not None:
        faults.append("folders in a circle: " + " -> ".join(circle))
    if (circle := find_circle(components)) is not None:
        faults.append("files in a circle: " + " -> ".join(circle))
    faults += sizes(project)
    for fault in faults:
        print(fault)
    print(f"layers: {files} files, {len(faults)} faults")
    return 1 if faults or files == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
