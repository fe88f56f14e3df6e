// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/step_join.hpp"

#include <lockstep/erased_model.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace lockstep {

/// What a local_driver is made of.
struct local_run {
  std::size_t solvers = 4;
  json parameters = json::object();
  std::uint64_t seed = 1;
  std::size_t payload_limit = std::size_t{1} << 26U; ///< bytes
  bool threads = false;                              ///< steps of several solvers at once
  /// Seeds the order in which answers arrive; in order of solvers where there is none.
  std::optional<std::uint64_t> arrival_seed = std::nullopt;
};

/// What a solver's step says; safe to use from the step's thread while others use theirs.
class local_step_context final : public step_context {
public:
  local_step_context(const std::atomic<bool>& cancelled, std::size_t payload_limit)
      : cancelled_(&cancelled), payload_limit_(payload_limit) {}

  void progress(double fraction, std::string_view note) override {
    fraction_ = fraction;
    note_ = note;
  }
  [[nodiscard]] bool cancelled() const override { return *cancelled_; }
  void log(std::string_view line) override { lines_.emplace_back(line); }
  [[nodiscard]] std::size_t payload_limit() const override { return payload_limit_; }

  [[nodiscard]] double fraction() const { return fraction_; }
  [[nodiscard]] const std::string& note() const { return note_; }
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

private:
  const std::atomic<bool>* cancelled_;
  std::size_t payload_limit_;
  double fraction_ = 0;
  std::string note_;
  std::vector<std::string> lines_;
};

/// A stand-in for the runtime in unit tests of models: a driver whose solvers live in this process.
/// Steps run on the calling thread, or on a thread for each solver. There are no nodes, no journal
/// and no time limits, and a solver that crashes takes the test with it.
class local_driver final : public driver {
public:
  /// Constructs the solvers; throws std::runtime_error with what a constructor threw.
  local_driver(const model& of, local_run wanted)
      : model_(&of), wanted_(std::move(wanted)), random_(wanted_.seed),
        arrivals_(wanted_.arrival_seed.value_or(0)) {
    for (std::size_t i = 0; i < wanted_.solvers; ++i)
      add_solver(i);
  }

  step_outcome call(step_call step) override {
    ++steps_;
    if (cancelled_)
      return cancelled_tag{};
    step_join join{step.kind, size(), step.arguments.size(), step.chunk};
    auto pending = join.begin();
    while (!pending.empty())
      deliver(join, step, take_some(pending), pending);
    if (auto failed = join.take_failure())
      return std::move(*failed);
    auto answers = join.take_answers();
    return step.kind == step_kind::reduce ? combined(step, answers) : std::move(answers);
  }

  void report(json value) override { reports_.push_back(std::move(value)); }
  [[nodiscard]] std::size_t size() const override { return solvers_.size(); }
  [[nodiscard]] const json& params() const override { return wanted_.parameters; }
  [[nodiscard]] bool cancelled() const override { return cancelled_; }
  [[nodiscard]] std::size_t payload_limit() const override { return wanted_.payload_limit; }
  void coded(double) override {}
  std::uint64_t random() override { return random_(); }

  /// A second further each time it is asked, so that every run sees the same times.
  std::chrono::duration<double> elapsed() override {
    return std::chrono::seconds{++asked_for_time_};
  }

  /// Somebody sets the clock back, an hour each time it is asked.
  std::chrono::system_clock::time_point now() override {
    return std::chrono::system_clock::time_point{std::chrono::hours{1'000'000 - ++asked_for_date_}};
  }
  [[nodiscard]] std::int64_t asked_for_date() const { return asked_for_date_; }

  /// Any thread, at any time.
  void cancel() { cancelled_ = true; }

  [[nodiscard]] const std::vector<json>& reports() const { return reports_; }
  [[nodiscard]] std::size_t steps() const { return steps_; }
  [[nodiscard]] solver& solver_at(std::size_t index) { return *solvers_.at(index); }
  [[nodiscard]] const local_step_context& context_of(std::size_t index) const {
    return *contexts_.at(index);
  }

private:
  using answer = std::variant<std::vector<blob>, failure>;

  void add_solver(std::size_t index) {
    auto made = model_->new_solver(
        {index, wanted_.solvers, wanted_.seed * 1'000'003U + index, wanted_.parameters});
    if (auto* refused = std::get_if<failure>(&made))
      throw std::runtime_error(refused->type + ": " + refused->text);
    solvers_.push_back(std::move(std::get<std::unique_ptr<solver>>(made)));
    contexts_.push_back(std::make_unique<local_step_context>(cancelled_, wanted_.payload_limit));
  }

  /// All hand-outs in order; by a seed, some of them in any order.
  std::vector<hand_out> take_some(std::vector<hand_out>& pending) {
    if (!wanted_.arrival_seed)
      return std::exchange(pending, {});
    std::shuffle(pending.begin(), pending.end(), arrivals_);
    const auto kept = static_cast<std::ptrdiff_t>(arrivals_() % pending.size());
    std::vector<hand_out> taken(pending.begin() + kept, pending.end());
    pending.erase(pending.begin() + kept, pending.end());
    return taken;
  }

  /// Has the hand-outs worked off, tells the barrier in their order, and adds what comes next.
  void deliver(step_join& join, const step_call& step, const std::vector<hand_out>& taken,
               std::vector<hand_out>& pending) {
    std::vector<answer> answers(taken.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < taken.size(); ++i) {
      const auto work = [&, i] { answers[i] = worked_off(step, taken[i]); };
      if (wanted_.threads)
        threads.emplace_back(work);
      else
        work();
    }
    for (auto& each : threads)
      each.join();
    for (std::size_t i = 0; i < taken.size(); ++i)
      if (auto next = tell(join, step, taken[i].member, std::move(answers[i])))
        pending.push_back(*next);
  }

  answer worked_off(const step_call& step, const hand_out& what) {
    std::vector<blob> answers;
    const bool same_for_all = step.kind == step_kind::broadcast || step.kind == step_kind::reduce;
    for (std::size_t i = what.first; i < what.first + what.count; ++i) {
      auto got = solvers_[what.member]->call(step.key, step.arguments.at(same_for_all ? 0 : i),
                                             *contexts_[what.member]);
      if (auto* thrown = std::get_if<failure>(&got))
        return std::move(*thrown);
      answers.push_back(std::move(std::get<blob>(got)));
    }
    return answers;
  }

  static std::optional<hand_out> tell(step_join& join, const step_call& step, std::size_t solver,
                                      answer got) {
    if (auto* answers = std::get_if<std::vector<blob>>(&got))
      return join.answered(solver, std::move(*answers), 0);
    auto& thrown = std::get<failure>(got);
    step_failure what;
    what.step = step.name;
    what.solver = solver;
    what.type = std::move(thrown.type);
    what.text = std::move(thrown.text);
    join.threw(solver, std::move(what));
    return std::nullopt;
  }

  step_outcome combined(const step_call& step, const std::vector<blob>& answers) const {
    auto got = model_->combine(step.operation, answers, wanted_.payload_limit, {});
    if (auto* one = std::get_if<blob>(&got))
      return std::vector<blob>{std::move(*one)};
    step_failure what;
    what.step = step.name;
    what.type = std::get<failure>(got).type;
    what.text = std::get<failure>(got).text;
    return what;
  }

  const model* model_;
  local_run wanted_;
  std::mt19937_64 random_;
  std::mt19937_64 arrivals_;
  std::atomic<bool> cancelled_ = false;
  std::vector<std::unique_ptr<solver>> solvers_;
  std::vector<std::unique_ptr<local_step_context>> contexts_;
  std::vector<json> reports_;
  std::size_t steps_ = 0;
  std::int64_t asked_for_time_ = 0;
  std::int64_t asked_for_date_ = 0;
};

} // namespace lockstep
