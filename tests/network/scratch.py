# SPDX-License-Identifier: BSD-3-Clause
"""Folders for what a test writes. A killed test's are removed when the next one asks for its own."""

import os
import pathlib
import shutil
import tempfile

PREFIX = "lockstep-network-"


def folder():
    """A new folder of mode 0700; whoever asks removes it."""
    remove_stale()
    return pathlib.Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))


def remove_stale():
    for path in pathlib.Path(tempfile.gettempdir()).glob(PREFIX + "*"):
        owner = path.name.removeprefix(PREFIX).split("-")[0]
        if owner.isdigit() and not pathlib.Path(f"/proc/{owner}").exists():
            shutil.rmtree(path, ignore_errors=True)
