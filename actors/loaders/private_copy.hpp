// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace lockstep {

/// Which state of which file: as long as it is the same, nobody has written there.
struct file_state {
  dev_t device = 0;
  ino_t number = 0;
  off_t bytes = 0;
  std::int64_t changed_ns = 0;  ///< the contents
  std::int64_t recorded_ns = 0; ///< anything of it; nobody can set this one
  friend bool operator==(const file_state&, const file_state&) = default;
};

/// Of the file at `path`; all zeros if there is none.
file_state state_of_file(const std::string& path);

/// The bytes of a library in memory that nobody can change, so that what was hashed and tried is
/// what is loaded, and a file that is written anew harms nothing that was loaded from it before.
struct private_copy {
  int descriptor = -1; ///< of the sealed memory, open for reading; -1: none
  std::string sha256;
  file_state of; ///< the file as it was copied
  /// It must be loaded where it lies: it finds other libraries by that ($ORIGIN), or this process
  /// may not make files of that size (`ulimit -f`).
  bool is_bound_to_path = false;
  std::string trouble = {}; ///< a sentence where it can be loaded neither way
  /// The trouble says nothing of the file as it is: it is being written, or the process or the
  /// machine lacked something just then.
  bool is_passing = false;
};

/// Copies a regular file of at most `bytes_max`. Whoever gets the copy closes it.
private_copy copy_privately(const std::string& path, std::size_t bytes_max);

} // namespace lockstep
