// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <stdexcept>

namespace lockstep {

/// The command line is wrong; the text says what and what to do.
class usage_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

} // namespace lockstep
