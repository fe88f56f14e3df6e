// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <tl/expected.hpp>

#include <stdexcept>

namespace lockstep::test {

/// Why it failed; throws where it did not.
template <class T, class E>
E error_of(const tl::expected<T, E>& result) {
  if (result)
    throw std::logic_error("should have failed");
  return result.error();
}

} // namespace lockstep::test
