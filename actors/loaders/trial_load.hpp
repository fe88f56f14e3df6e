// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <string>

namespace lockstep {

/// Loads a library in a process of its own that ends right after, and says in a sentence what went
/// wrong there, or that there could be no process; nothing where the library was loaded. A
/// constructor of the library that throws, crashes or never returns (10
/// s) then harms only that process: an exception cannot be relied on to come out of dlopen, it may
/// end the program instead. Thread-safe.
std::string try_to_load(const std::string& path);

} // namespace lockstep
