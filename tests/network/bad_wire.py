# SPDX-License-Identifier: BSD-3-Clause
"""Carries frames between two hosts late, slowly, and not all of them:

    bad_wire.py NAMESPACE INTERFACE NAMESPACE INTERFACE DELAY_MS LOSS MBIT_PER_S SEED

It makes a TAP interface in each of the two namespaces and prints "ready". What one sends the other gets
DELAY_MS after it has passed a line of MBIT_PER_S, or, with the probability LOSS, never. A queue of 1000
frames drops what comes when it is full, as a router's does. Ends when it is killed; so do the interfaces.
"""

import fcntl
import heapq
import os
import random
import select
import struct
import sys
import time

import namespaces

TUNSETIFF = 0x400454CA
IFF_TAP = 0x0002
IFF_NO_PI = 0x1000
FRAMES_MAX = 1000
FRAME_BYTES_MAX = 65536


def open_tap(namespace, interface):
    with namespaces.inside(namespace):
        tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH", interface.encode(), IFF_TAP | IFF_NO_PI))
    return tap


class Direction:
    def __init__(self, source, target, delay_s, loss, bytes_per_s, chance):
        self.source, self.target = source, target
        self.delay_s, self.loss, self.bytes_per_s = delay_s, loss, bytes_per_s
        self.chance = chance
        self.is_free_at = 0.0
        self.under_way = []  # (when it arrives, its number, when it leaves the line, itself)
        self.number = 0

    def take(self, now):
        """Takes in all frames that wait at the source."""
        while True:
            try:
                frame = os.read(self.source, FRAME_BYTES_MAX)
            except OSError:  # none, or the interface is down
                return
            queued = sum(1 for entry in self.under_way if entry[2] > now)
            if self.chance.random() < self.loss or queued >= FRAMES_MAX:
                continue
            self.is_free_at = max(now, self.is_free_at) + len(frame) / self.bytes_per_s
            self.number += 1
            heapq.heappush(self.under_way, (self.is_free_at + self.delay_s, self.number,
                                            self.is_free_at, frame))

    def give(self, now):
        """Hands on what is due; when the next one is."""
        while self.under_way and self.under_way[0][0] <= now:
            frame = heapq.heappop(self.under_way)[3]
            try:
                os.write(self.target, frame)
            except OSError:  # the interface is down
                pass
        return self.under_way[0][0] if self.under_way else None


def main():
    namespaces.end_with_parent()
    first, first_name, second, second_name, delay_ms, loss, mbit_per_s, seed = sys.argv[1:]
    taps = open_tap(first, first_name), open_tap(second, second_name)
    chance = random.Random(int(seed))
    ways = [Direction(source, target, float(delay_ms) / 1e3, float(loss), float(mbit_per_s) * 125e3,
                      chance) for source, target in (taps, taps[::-1])]
    print("ready", flush=True)
    wait = select.poll()
    for tap in taps:
        wait.register(tap, select.POLLIN)
    while True:
        due = [at for way in ways if (at := way.give(time.monotonic())) is not None]
        wait.poll(max(0.0, min(due) - time.monotonic()) * 1e3 if due else None)
        for way in ways:
            way.take(time.monotonic())


main()
