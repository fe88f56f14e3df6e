// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <sys/types.h>

#include <set>
#include <string>
#include <vector>

namespace lockstep {

/// The numbers (inodes) of the shared memories of payloads that these processes hold, by a
/// descriptor or a mapping. A number is not used again while anybody holds the memory.
std::set<ino_t> held_memories(const std::vector<pid_t>& pids);

/// Every process of this machine that may be looked into.
std::vector<pid_t> all_processes();

/// Names in /dev/shm.
std::set<std::string> named_memories();

/// Bytes of an entry of /proc/PID/status: "RssShmem". 0 where the process is gone.
std::size_t status_bytes(pid_t pid, const std::string& entry);

/// Bytes of memory that programs may still take, by the system's own estimate.
std::size_t available_bytes();

} // namespace lockstep
