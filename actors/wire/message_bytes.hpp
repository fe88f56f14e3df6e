// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/blob.hpp>

#include <cstddef>
#include <vector>

namespace lockstep {

/// How many bytes of these ride in a message itself: what lies in shared memory, was lost or sent
/// ahead does not.
inline std::size_t bytes_in_message(const std::vector<blob>& blobs) {
  std::size_t sum = 0;
  for (const auto& one : blobs) {
    sum += one.bytes().size();
    for (const auto& part : one.parts())
      sum += part.bytes().size();
  }
  return sum;
}

} // namespace lockstep
