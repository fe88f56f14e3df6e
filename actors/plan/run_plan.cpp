// SPDX-License-Identifier: BSD-3-Clause

#include "actors/plan/run_plan.hpp"

#include "actors/loaders/catalogue.hpp"

#include <lockstep/driver.hpp>

#include <array>
#include <chrono>
#include <random>
#include <string>
#include <thread>
#include <utility>

namespace lockstep {

namespace {

/// A plan that was given up and still calls is answered so late.
constexpr std::chrono::milliseconds pause_of_given_up{100};

/// What a plan's team stands on: each call goes to the controller.
class plan_driver final : public driver {
public:
  plan_driver(const plan_start& start, const model& entry, plan_channel& channel)
      : start_(start), parameters_(start.parameters.value()), entry_(entry), channel_(channel),
        random_(start.seed) {}

  step_outcome call(step_call step) override;

  void report(json value) override {
    if (channel_.order() != plan_order::given_up)
      channel_.report(start_.run, json_text{value});
  }

  [[nodiscard]] std::size_t size() const override { return start_.solvers; }
  [[nodiscard]] const json& params() const override { return parameters_; }
  [[nodiscard]] bool cancelled() const override { return channel_.order() != plan_order::go_on; }
  [[nodiscard]] std::size_t payload_limit() const override { return start_.payload_limit; }
  void coded(double seconds) override { coding_ += seconds; }
  std::uint64_t random() override { return random_(); }
  std::chrono::duration<double> elapsed() override { return clock::now() - begun_; }
  std::chrono::system_clock::time_point now() override { return std::chrono::system_clock::now(); }

  /// Since the last step, or since it began.
  [[nodiscard]] plan_time spent() {
    plan_time told{seconds_since(plan_since_) - coding_ - reducing_, reducing_};
    if (!std::exchange(has_told_begin_, true))
      told.began_ns = ns_of(begun_);
    return told;
  }
  /// The same once the plan has returned.
  [[nodiscard]] plan_time spent_to_the_end() {
    auto told = spent();
    told.returned_ns = ns_of(clock::now());
    return told;
  }

private:
  using clock = std::chrono::steady_clock;

  static std::int64_t ns_of(clock::time_point when) {
    return std::chrono::nanoseconds{when.time_since_epoch()}.count();
  }
  static double seconds_since(clock::time_point begun) {
    return std::chrono::duration<double>(clock::now() - begun).count();
  }

  step_outcome reduced(std::vector<blob> pieces, const std::string& name,
                       const std::string& operation) const;

  const plan_start& start_;
  const json parameters_;
  const model& entry_;
  plan_channel& channel_;
  std::mt19937_64 random_;
  const clock::time_point begun_ = clock::now();
  bool has_told_begin_ = false;
  // Of the time between two steps:
  clock::time_point plan_since_ = clock::now();
  double coding_ = 0;
  double reducing_ = 0;
};

step_outcome to_outcome(plan_answer answer) {
  if (answer.failed)
    return std::move(*answer.failed);
  if (answer.cancelled)
    return cancelled_tag{};
  return std::move(answer.answers);
}

step_outcome plan_driver::call(step_call step) {
  // Not asked for at the controller: a plan that catches this and calls again, for ever, keeps its
  // own thread busy only, and once nobody waits for it any more not even that.
  const auto order = channel_.order();
  if (order == plan_order::given_up)
    std::this_thread::sleep_for(pause_of_given_up);
  if (order != plan_order::go_on)
    return cancelled_tag{};
  const auto name = step.name;
  const auto operation = step.operation;
  const bool is_reduce = step.kind == step_kind::reduce;
  auto ended = to_outcome(channel_.ask(plan_call{start_.run, std::move(step), spent()}));
  plan_since_ = clock::now();
  coding_ = 0;
  reducing_ = 0;
  if (is_reduce && std::holds_alternative<std::vector<blob>>(ended)) {
    ended = reduced(std::move(std::get<std::vector<blob>>(ended)), name, operation);
    reducing_ = seconds_since(plan_since_);
  }
  return ended;
}

step_outcome plan_driver::reduced(std::vector<blob> pieces, const std::string& name,
                                  const std::string& operation) const {
  std::vector<subtree> places;
  for (const auto& group : start_.groups)
    for (const auto& place : subtrees_within(group, start_.solvers))
      places.push_back(place);
  auto whole =
      combine_pieces(places, pieces, start_.solvers, [&](const blob& left, const blob& right) {
        const std::array both{left, right};
        return entry_.combine(operation, both, start_.payload_limit, {});
      });
  if (auto* thrown = std::get_if<failure>(&whole)) {
    step_failure failed;
    failed.step = name;
    failed.type = std::move(thrown->type);
    failed.text = std::move(thrown->text);
    return failed;
  }
  return std::vector<blob>{std::move(std::get<blob>(whole))};
}

plan_ended to_message(run_id run, plan_outcome ended, const plan_time& before) {
  plan_ended message;
  message.before = before;
  message.run = run;
  message.result = json_text{ended.result};
  switch (ended.how) {
  case plan_outcome::ending::returned:
    message.how = plan_ended::ending::returned;
    break;
  case plan_outcome::ending::cancelled:
    message.how = plan_ended::ending::cancelled;
    break;
  case plan_outcome::ending::failed:
    message.how = plan_ended::ending::failed;
    if (ended.failed_step) {
      message.failed = std::move(*ended.failed_step);
    } else {
      message.failed.type = std::move(ended.thrown.type);
      message.failed.text = std::move(ended.thrown.text);
    }
    break;
  }
  return message;
}

} // namespace

plan_ended run_plan(const plan_start& start, plan_channel& channel) {
  const auto found = find_model(start.model);
  if (!found) {
    plan_outcome none;
    none.how = plan_outcome::ending::failed;
    none.thrown = {"model_refused", found.error().path + " " + found.error().why};
    return to_message(start.run, std::move(none), {});
  }
  const auto& entry = *found->entry;
  plan_driver runtime{start, entry, channel};
  auto ended = entry.run_plan(runtime);
  return to_message(start.run, std::move(ended), runtime.spent_to_the_end());
}

} // namespace lockstep
