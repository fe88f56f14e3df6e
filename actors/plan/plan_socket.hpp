// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/plan/plan_channel.hpp"
#include "actors/plan/plan_frames.hpp"
#include "actors/plan/plan_start.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>

namespace lockstep {

/// The plan's end of the stream to its head, in the process of a plan, see plan_frames.hpp. There
/// is no actor system here: a call costs a write and a read. Where the head is gone, so is this
/// process.
class plan_socket final : public plan_channel {
public:
  /// Does not close it.
  explicit plan_socket(int descriptor) : descriptor_(descriptor) {}

  /// Waits for what the head begins with. What is to be loaded ahead is told to `load`.
  plan_start begin(const std::function<void(const model_reference&)>& load);

  plan_answer ask(plan_call call) override;
  void report(run_id run, json_text what) override;
  plan_order order() override;

  /// The last.
  void end(plan_ended ended);

private:
  /// A frame that has come whole.
  struct frame {
    plan_frame kind;
    const caf_compat::byte* body;
    std::size_t size;
  };

  template <class T>
  bool send(plan_frame kind, T& body);
  std::optional<frame> next(bool waits);
  bool receive(bool waits);
  void take_order(const frame& from);

  const int descriptor_;
  std::atomic<plan_order> order_ = plan_order::go_on;
  // One thread at a time reads, or writes:
  std::mutex mutex_;
  caf::byte_buffer written_;
  caf::byte_buffer read_;
  std::size_t begin_ = 0; ///< of read_, what was not taken yet
  std::size_t end_ = 0;
};

} // namespace lockstep
