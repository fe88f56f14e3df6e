// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <exception>
#include <string>

namespace traffic_assignment {

/// What a call says when it throws, or "accepted".
template <class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const std::exception& thrown) {
    return thrown.what();
  }
  return "accepted";
}

} // namespace traffic_assignment
