// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/erased_model.hpp>

// A library of a later Lockstep: its entry tells an ABI number that this one does not have.

extern "C" [[gnu::visibility("default")]] const lockstep_library* lockstep_library_entry() {
  static const lockstep_library library{lockstep::abi_number + 41, 1, nullptr, 0, 0, ""};
  return &library;
}
