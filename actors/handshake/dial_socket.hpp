// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/handshake/dial_options.hpp"
#include "platform/network/address.hpp"
#include "platform/process/unique_descriptor.hpp"

#include <tl/expected.hpp>

#include <chrono>

namespace lockstep {

/// Waiting with one end in sight: a moment, or being told to stop.
class dial_clock {
public:
  explicit dial_clock(const dial_options& options)
      : until_(std::chrono::steady_clock::now() + options.limit), options_(options) {}

  /// Waits for poll events of a descriptor; false if time is up or it was told to stop.
  [[nodiscard]] bool wait(int descriptor, short events) const;

  [[nodiscard]] bool over() const;

  /// Up to 0.1 s, or what is left.
  [[nodiscard]] std::chrono::milliseconds slice() const;

  /// A sentence on why it is over.
  [[nodiscard]] dial_failure failure(const address& where) const;

private:
  std::chrono::steady_clock::time_point until_;
  dial_options options_;
};

/// A connected, non-blocking socket: each address of the name in turn.
tl::expected<unique_descriptor, dial_failure> connect_to(const address& where,
                                                         const dial_clock& clock);

} // namespace lockstep
