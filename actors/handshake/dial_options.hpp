// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <chrono>
#include <stop_token>
#include <string>

namespace lockstep {

struct dial_options {
  std::chrono::milliseconds limit{10'000}; ///< for all of it: name, connecting, TLS, hello
  std::stop_token stop = {};               ///< ends it within 0.1 s, as a failure
};

struct dial_failure {
  std::string why; ///< a sentence
  /// Whether it may go better later: not after a mismatch or a wrong certificate.
  bool again = false;
};

} // namespace lockstep
