#pragma once

#include <string>

namespace lockstep {

struct trial_outcome {
  std::string trouble;   ///< a sentence; empty where the library was loaded
  bool was_tried = true; ///< false: there could be no process
};

/// Loads a library in a process of its own that ends right after, and says what went wrong there. A
/// constructor of the library that throws, crashes or never returns (10
/// s) then harms only that process: an exception cannot be relied on to come out of dlopen, it may
/// end the program instead. Thread-safe.
trial_outcome try_to_load(const std::string& path);

} // namespace lockstep
