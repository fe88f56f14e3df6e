#include "actors/rules/step_join.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace lockstep {

step_join::step_join(step_kind kind, std::size_t solvers, std::size_t arguments, std::size_t chunk)
    : kind_(kind), arguments_(kind == step_kind::map ? arguments : solvers), chunk_(chunk),
      busy_(solvers), answers_(arguments_), seconds_(solvers, 0.0) {}

std::vector<hand_out> step_join::begin() {
  std::vector<hand_out> first;
  first.reserve(busy_.size());
  for (std::size_t i = 0; i < busy_.size(); ++i)
    if (auto next = next_for(i))
      first.push_back(*next);
  return first;
}

std::optional<hand_out> step_join::next_for(std::size_t solver) {
  if (failed_ || stopped_ || handed_out_ == arguments_)
    return std::nullopt;
  hand_out next{solver, handed_out_, 1};
  if (kind_ == step_kind::map) {
    const auto left = arguments_ - handed_out_;
    // Guided self-scheduling (Polychronopoulos and Kuck, 1987), halved: what is left, in equal
    // parts of two rounds.
    const auto wanted = chunk_ != 0 ? chunk_ : left / (2 * busy_.size());
    next.count = std::clamp<std::size_t>(wanted, 1, left);
  }
  handed_out_ += next.count;
  busy_[solver] = next;
  ++waiting_for_;
  return next;
}

void step_join::clear(std::size_t solver) {
  if (busy_[solver].count == 0)
    return;
  busy_[solver].count = 0;
  --waiting_for_;
}

std::optional<hand_out> step_join::answered(std::size_t solver, std::vector<blob> answers,
                                            double seconds) {
  const auto done = busy_[solver];
  if (done.count == 0)
    return std::nullopt;
  seconds_[solver] += seconds;
  clear(solver);
  if (answers.size() != done.count) {
    step_failure wrong;
    wrong.type = "wrong_answer";
    wrong.text = "the worker answered " + std::to_string(answers.size()) + " of " +
                 std::to_string(done.count) + " arguments";
    fail(solver, std::move(wrong));
    return std::nullopt;
  }
  std::ranges::move(answers, answers_.begin() + static_cast<std::ptrdiff_t>(done.first));
  return kind_ == step_kind::map ? next_for(solver) : std::nullopt;
}

void step_join::fail(std::size_t solver, step_failure failure) {
  if (failed_ && failed_solver_ < solver)
    return;
  failed_ = std::move(failure);
  failed_solver_ = solver;
}

void step_join::threw(std::size_t solver, step_failure failure) {
  if (!is_unanswered(solver))
    return;
  clear(solver);
  fail(solver, std::move(failure));
}

void step_join::lost(std::size_t solver, step_failure failure) {
  clear(solver);
  fail(solver, std::move(failure));
}

void step_join::give_up() {
  for (std::size_t i = 0; i < busy_.size(); ++i)
    clear(i);
}

bool step_join::at_barrier() const {
  return waiting_for_ == 0 && (failed_ || stopped_ || handed_out_ == arguments_);
}

std::vector<std::size_t> step_join::unanswered() const {
  std::vector<std::size_t> who;
  for (std::size_t i = 0; i < busy_.size(); ++i)
    if (is_unanswered(i))
      who.push_back(i);
  return who;
}

std::optional<step_failure> step_join::take_failure() {
  return std::exchange(failed_, {});
}

} // namespace lockstep
