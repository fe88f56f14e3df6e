// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/step_join.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace lockstep {

step_join::step_join(step_kind kind, std::size_t members, std::size_t arguments, std::size_t chunk)
    : step_join(std::vector<std::size_t>(members, 1)) {
  if (kind != step_kind::map)
    return;
  is_dealt_ = false;
  arguments_ = arguments;
  chunk_ = chunk;
  answers_.resize(arguments);
}

step_join::step_join(std::vector<std::size_t> answers_of_members)
    : is_dealt_(true), members_(answers_of_members.size()) {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    members_[i].count = answers_of_members[i];
    arguments_ += answers_of_members[i];
  }
  answers_.resize(arguments_);
}

std::vector<hand_out> step_join::begin() {
  std::vector<hand_out> first;
  first.reserve(members_.size());
  for (std::size_t i = 0; i < members_.size() && is_open(); ++i) {
    if (is_dealt_)
      first.push_back(give(i, members_[i].count));
    else if (auto next = next_items(i))
      first.push_back(*next);
  }
  return first;
}

/// Guided self-scheduling (Polychronopoulos and Kuck, 1987), halved: what is left, in equal parts
/// of two rounds.
std::optional<hand_out> step_join::next_items(std::size_t member) {
  const auto left = arguments_ - handed_out_;
  if (is_dealt_ || !is_open() || left == 0)
    return std::nullopt;
  const auto wanted = chunk_ != 0 ? chunk_ : left / (2 * members_.size());
  return give(member, std::clamp<std::size_t>(wanted, 1, left));
}

hand_out step_join::give(std::size_t member, std::size_t count) {
  auto& its = members_[member];
  its.first = handed_out_;
  its.count = count;
  its.busy = true;
  handed_out_ += count;
  ++waiting_for_;
  return {member, its.first, count};
}

void step_join::clear(std::size_t member) {
  if (!std::exchange(members_[member].busy, false))
    return;
  --waiting_for_;
}

std::optional<hand_out> step_join::answered(std::size_t member, std::vector<blob> answers,
                                            double seconds) {
  auto& its = members_[member];
  if (!its.busy)
    return std::nullopt;
  its.seconds += seconds;
  clear(member);
  if (answers.size() == its.count) {
    std::ranges::move(answers, answers_.begin() + static_cast<std::ptrdiff_t>(its.first));
    return next_items(member);
  }
  if (is_open()) {
    step_failure wrong;
    wrong.type = "wrong_answer";
    wrong.text = std::to_string(answers.size()) + " answers came where " +
                 std::to_string(its.count) + " were due";
    fail(member, std::move(wrong));
  }
  return std::nullopt;
}

void step_join::fail(std::size_t member, step_failure failure) {
  if (failed_ && failed_member_ < member)
    return;
  failed_ = std::move(failure);
  failed_member_ = member;
}

void step_join::threw(std::size_t member, step_failure failure) {
  if (!is_unanswered(member))
    return;
  clear(member);
  fail(member, std::move(failure));
}

void step_join::lost(std::size_t member, step_failure failure) {
  clear(member);
  fail(member, std::move(failure));
}

void step_join::give_up() {
  for (std::size_t i = 0; i < members_.size(); ++i)
    clear(i);
}

bool step_join::at_barrier() const {
  return waiting_for_ == 0 && (!is_open() || handed_out_ == arguments_);
}

std::vector<std::size_t> step_join::unanswered() const {
  std::vector<std::size_t> who;
  for (std::size_t i = 0; i < members_.size(); ++i)
    if (is_unanswered(i))
      who.push_back(i);
  return who;
}

std::vector<double> step_join::take_seconds() {
  std::vector<double> seconds;
  seconds.reserve(members_.size());
  for (const auto& its : members_)
    seconds.push_back(its.seconds);
  return seconds;
}

std::optional<step_failure> step_join::take_failure() {
  return std::exchange(failed_, {});
}

} // namespace lockstep
