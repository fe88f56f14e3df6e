// SPDX-License-Identifier: BSD-3-Clause

#include "tests/folders.hpp"

namespace lockstep::test_folders {

// Only this file knows the folders at compile time: all others compile to the same in any checkout,
// so a compiler cache serves them.

const std::filesystem::path& programs() {
  static const std::filesystem::path folder{LOCKSTEP_PROGRAMS};
  return folder;
}

const std::filesystem::path& models() {
  static const std::filesystem::path folder = programs() / "models";
  return folder;
}

const std::filesystem::path& test_libraries() {
  static const std::filesystem::path folder = programs() / "test_libraries";
  return folder;
}

const std::filesystem::path& shared_data() {
  static const std::filesystem::path folder{LOCKSTEP_SHARED_DATA};
  return folder;
}

const std::filesystem::path& documents() {
  static const std::filesystem::path folder{LOCKSTEP_DOCUMENTS};
  return folder;
}

} // namespace lockstep::test_folders
