// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/process/unique_descriptor.hpp"

#include <thread>

namespace lockstep {

/// Passes what comes out of a pipe on to standard error, on a thread of its own, so that whoever
/// writes into the pipe may outlive us. A row that is drawn anew there is taken away before.
class output_relay {
public:
  /// The descriptor must not block.
  explicit output_relay(unique_descriptor from);

  /// What has come until then is still passed on.
  ~output_relay();
  output_relay(const output_relay&) = delete;
  output_relay& operator=(const output_relay&) = delete;

private:
  void run() const;

  unique_descriptor from_;
  descriptor_pair stop_;
  std::thread thread_;
};

} // namespace lockstep
