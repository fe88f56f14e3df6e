# SPDX-License-Identifier: BSD-3-Clause
"""Network namespaces of Linux: the kernel's side of hosts.py.

A namespace is a network of its own: its own interfaces, addresses and ports, nothing of the machine's.
Names carry the process id of whoever made them, so that the next test removes what a killed one left.
"""

import contextlib
import ctypes
import os
import pathlib
import signal
import subprocess
import time

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
PREFIX = "lockstep-test-"
FOLDER = pathlib.Path("/run/netns")


def ip(*words):
    """Runs `ip` with these words; what it prints."""
    ended = subprocess.run(["ip", *map(str, words)], capture_output=True, text=True)
    if ended.returncode != 0:
        raise RuntimeError(f"ip {' '.join(map(str, words))}: {ended.stderr.strip()}")
    return ended.stdout


def end_with_parent():
    """For a child, before it becomes its program: the kernel kills it when its parent's thread ends."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@contextlib.contextmanager
def inside(name):
    """The calling thread is in that namespace; sockets that it makes stay there."""
    with open("/proc/thread-self/ns/net") as before, open(FOLDER / name) as there:
        _enter(there)
        try:
            yield
        finally:
            _enter(before)


def _enter(file):
    if LIBC.setns(file.fileno(), CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def add(name):
    ip("netns", "add", name)
    ip("-n", name, "link", "set", "lo", "up")


def processes_in(name):
    return [int(word) for word in ip("netns", "pids", name).split()]


def remove(name):
    """Kills what runs in it and removes it; no error if it is gone."""
    with contextlib.suppress(RuntimeError):
        kill_all_in(name)
        ip("netns", "del", name)


def kill_all_in(name, limit_s=10):
    until = time.monotonic() + limit_s
    while (found := processes_in(name)) and time.monotonic() < until:
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)


def owned_names():
    """The namespaces of all tests, as (name, process id of the test)."""
    for path in FOLDER.glob(PREFIX + "*"):
        owner = path.name.removeprefix(PREFIX).split("-")[0]
        if owner.isdigit():
            yield path.name, int(owner)


def remove_stale():
    for name, owner in owned_names():
        if not pathlib.Path(f"/proc/{owner}").exists():
            remove(name)


def remove_own():
    for name, owner in owned_names():
        if owner == os.getpid():
            remove(name)


def why_impossible():
    """A sentence if this machine or user may not make namespaces; else nothing."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    name = f"{PREFIX}{os.getpid()}-probe"
    try:
        add(name)
        ip("-n", name, "link", "add", "end1", "type", "veth", "peer", "name", "end2")
        ip("-n", name, "link", "add", "bridge", "type", "bridge")
        ip("netns", "exec", name, "true")
    except FileNotFoundError:
        return "the program `ip` is missing (apt install iproute2)"
    except RuntimeError as refused:
        return f"network namespaces are refused here: {refused}"
    finally:
        if (FOLDER / name).exists():
            remove(name)
    return None
