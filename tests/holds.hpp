// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <string>

namespace lockstep::test {

/// Whether `part` stands anywhere in `text`.
inline bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace lockstep::test
