// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/rpc/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace lockstep {

/// Where a control actor's answers go. Called on its thread; must not block.
class answer_sink {
public:
  virtual ~answer_sink() = default;
  /// `result` is JSON text.
  virtual void answer(std::uint64_t connection, std::uint64_t token, std::string_view result) = 0;
  virtual void fail(std::uint64_t connection, std::uint64_t token, rpc_error error) = 0;
  /// A line that belongs to no call.
  virtual void notify(std::uint64_t connection, std::string line) = 0;
  /// False from the moment on at which the control actor is told that the connection is gone.
  virtual bool is_open(std::uint64_t connection) = 0;
};

} // namespace lockstep
