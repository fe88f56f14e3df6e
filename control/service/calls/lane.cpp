// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/calls/lane.hpp"

#include <algorithm>
#include <utility>

namespace lockstep {

namespace {

/// After a long answer its time is rested this many times over.
constexpr int rest_share = 3;
constexpr std::chrono::milliseconds longest_rest{200};

} // namespace

lane::lane(caf::scheduled_actor* self, const call_answers& answers)
    : self_(self), answers_(answers) {}

void lane::await_turn(const caller& who, std::function<void()> work) {
  if (!answers_.is_open(who.connection))
    return;
  waiting_.push(who.connection, std::move(work));
  take_turn();
}

void lane::take_turn() {
  if (is_taken_)
    return;
  if (const auto next = waiting_.next()) {
    is_taken_ = true;
    count_from_now();
    (*next)();
  }
}

/// Making and sending a long answer, and reading it, take processor time from those who carry steps
/// where there is none to spare. So long answers follow one another with rests between them.
void lane::end_turn() {
  const auto took = std::chrono::steady_clock::now() - begun_;
  const auto rest = std::min<std::chrono::steady_clock::duration>(rest_share * took, longest_rest);
  self_->run_delayed(rest, [this] {
    is_taken_ = false;
    take_turn();
  });
}

void lane::count_from_now() {
  begun_ = std::chrono::steady_clock::now();
}

void lane::drop(std::uint64_t connection) {
  waiting_.drop(connection);
}

} // namespace lockstep
