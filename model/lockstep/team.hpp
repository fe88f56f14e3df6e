// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/driver.hpp>
#include <lockstep/step_table.hpp>

#include <chrono>
#include <concepts>
#include <random>
#include <ranges>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace lockstep {

/// How many items of a map go to a solver at once: `lockstep::chunk{4}`. 0 lets the runtime choose:
/// of the items that a node has left, half of a solver's even share, and at least one (after guided
/// self-scheduling, Polychronopoulos and Kuck, 1987).
enum class chunk : std::size_t { automatic = 0 };

/// The N solvers of one run, as the plan sees them. Each call runs one step on all solvers and
/// returns at its barrier. While the run is paused it waits. It throws
///
/// - std::invalid_argument where an argument has a value that the step's parameter cannot hold, or
///   what its conversion throws (of JSON json::type_error),
/// - payload_too_large where an encoded argument is over the run's limit (1 GiB unless the head was
///   told otherwise),
/// - step_failed where the step failed: a solver threw or died, or the time limit was over,
/// - run_cancelled once the run was cancelled,
/// - decode_error where an answer does not hold the step's result,
/// - whatever a `serialize` throws.
///
/// After the first two no solver has begun. A team is a light handle for the plan's own thread, and
/// may be copied; it must not outlive the plan's function.
template <class Solver>
class team {
public:
  /// What the step returns, as a value.
  template <auto Step>
  using answer = typename detail::step_traits<decltype(Step)>::result;

  /// What a call gives: a vector of the answers, or nothing for a step that returns void.
  template <auto Step>
  using answers = std::conditional_t<std::is_void_v<answer<Step>>, void, std::vector<answer<Step>>>;

  /// For the runtime, and for tests of a plan. `runtime` must outlive it.
  explicit team(driver& runtime) : driver_(&runtime) {}

  // The comments beside the names are what a compiler shows of a call that it cannot match.

  /// Runs the step with the same arguments on every solver; N answers by solver index.
  template <auto Step, class... Args>
  answers<Step> broadcast(const Args&... args) { // overloads: <static_cast<R (S::*)(A)>(&S::f)>
    if constexpr (can_be_called<Step, detail::fault_of_arguments<arguments<Step>, Args...>>()) {
      auto call = new_call<Step>(step_kind::broadcast);
      call.arguments.push_back(encode_arguments<Step>(args...));
      return collect<Step>(std::move(call));
    } else {
      __builtin_unreachable();
    }
  }

  /// Runs the step with one argument each: `items[i]` goes to solver i. For a step with several
  /// parameters an item is a std::tuple of them. N answers by solver index. Throws
  /// std::invalid_argument unless there are exactly size() items.
  template <auto Step, std::ranges::input_range Items>
  answers<Step> scatter(const Items& items) { // overloads: <static_cast<R (S::*)(A)>(&S::f)>
    if constexpr (can_be_called<Step, fault_of_items<Step, Items>>()) {
      auto call = new_call<Step>(step_kind::scatter);
      for (const auto& item : items)
        call.arguments.push_back(encode_item<Step>(item));
      if (call.arguments.size() != size())
        throw std::invalid_argument(
            "scatter of '" + call.name + "': " + std::to_string(call.arguments.size()) +
            " items for " + std::to_string(size()) +
            " solvers; scatter takes exactly one each, map takes any number");
      return collect<Step>(std::move(call));
    } else {
      __builtin_unreachable();
    }
  }

  /// Runs the step once per item; answers in the order of items. An item is as in scatter; there
  /// may be none. Each node gets a stretch of the items, in proportion to its solvers; within a
  /// node whichever solver is free takes the next. So which solver has an item differs from run to
  /// run, and a solver may get none.
  template <auto Step, std::ranges::input_range Items>
  answers<Step> map(const Items& items, // overloads: <static_cast<R (S::*)(A)>(&S::f)>
                    chunk at_once = chunk::automatic) {
    if constexpr (can_be_called<Step, fault_of_items<Step, Items>>()) {
      auto call = new_call<Step>(step_kind::map);
      call.chunk = static_cast<std::size_t>(at_once);
      for (const auto& item : items)
        call.arguments.push_back(encode_item<Step>(item));
      return collect<Step>(std::move(call));
    } else {
      __builtin_unreachable();
    }
  }

  /// As broadcast, with the answers combined on the way home: `operation` is lockstep::sum, min,
  /// max, concatenate, or any associative function of two answers that holds no state. It need not
  /// be commutative: the answer of the lower solver comes first. It runs in the workers, and in the
  /// plan's process where several nodes have solvers; what it throws fails the step. The result has
  /// the same bits for a given N wherever the solvers are and whichever answers first: see
  /// reduce_in_order().
  template <auto Step, class Operation, class... Args>
  answer<Step> reduce(const Operation&, // overloads: <static_cast<R (S::*)(A)>(&S::f)>
                      const Args&... args) {
    using value = answer<Step>;
    using nothing =
        detail::found_fault<std::is_void_v<value> ? detail::step_fault::nothing_to_reduce
                                                  : detail::step_fault::none,
                            Operation>;
    if constexpr (can_be_called<
                      Step, detail::first_fault<
                                nothing, detail::fault_of_arguments<arguments<Step>, Args...>>>()) {
      static_assert(std::is_invocable_r_v<value, const Operation&, value, const value&>,
                    "reduce: the combining function takes two answers and gives one");
      using entry = detail::operation_entry<Step, Operation>;
      detail::keep(&entry::registered);
      auto call = new_call<Step>(step_kind::reduce);
      call.operation = entry::key();
      call.arguments.push_back(encode_arguments<Step>(args...));
      return std::move(collect<Step>(std::move(call)).front());
    } else {
      __builtin_unreachable();
    }
  }

  /// The same team with a time limit for each call: `islands.within(5s).broadcast<…>(…)`. A step
  /// that is not over by then fails with the type "time_limit"; the solvers that did not answer are
  /// lost, and every later step of the run fails too. A limit of 0 or less has passed: the step
  /// fails at once, nobody begins it, and the run can go on. A duration's max(), and infinity, is
  /// no limit. Rounded up to milliseconds; counted on each node from when it has the step, so a
  /// paused run does not use it up.
  template <class Rep, class Period>
  [[nodiscard]] team within(std::chrono::duration<Rep, Period> limit) const {
    using std::chrono::milliseconds;
    using seconds = std::chrono::duration<double>;
    team limited = *this;
    if (limit <= limit.zero())
      limited.time_limit_ = milliseconds{0};
    else if (limit < limit.max() && seconds{limit} < seconds{milliseconds::max()})
      limited.time_limit_ = std::chrono::ceil<milliseconds>(limit);
    else
      limited.time_limit_.reset();
    return limited;
  }

  /// Passes a JSON value to whoever watches the run, without waiting; it is kept with the run. With
  /// a member `progress` from 0 to 1, and `note`, it moves the bar of `control run`. One that is
  /// larger than a 64th of what the head keeps of all runs (4 MiB of 256) is replaced by its size.
  void report(json value) { driver_->report(std::move(value)); }

  /// The number N of solvers, at least 1.
  [[nodiscard]] std::size_t size() const { return driver_->size(); }

  /// The run's parameters, defaults filled in. Valid until the plan returns.
  [[nodiscard]] const json& params() const { return driver_->params(); }

  /// True once somebody cancelled the run; the next call throws run_cancelled.
  [[nodiscard]] bool cancelled() const { return driver_->cancelled(); }

  /// A new random engine, seeded by the run: another one at each call, and the same ones when the
  /// run is done again with the same seed.
  [[nodiscard]] std::mt19937_64 random() { return std::mt19937_64{driver_->random()}; }

  /// How long the plan has been running, steps and pauses included: never backwards, and no faster
  /// or slower when somebody sets the clock. For budgets and durations, instead of a clock of the
  /// plan's own.
  [[nodiscard]] std::chrono::duration<double> elapsed() { return driver_->elapsed(); }

  /// The date and time of day. It jumps when the machine's clock is set, so take `elapsed()` for
  /// durations.
  [[nodiscard]] std::chrono::system_clock::time_point now() { return driver_->now(); }

private:
  /// Tells the driver how long it lived.
  class coding_time {
  public:
    explicit coding_time(driver& told) : told_(&told) {}
    ~coding_time() {
      told_->coded(
          std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count());
    }
    coding_time(const coding_time&) = delete;
    coding_time& operator=(const coding_time&) = delete;

  private:
    driver* told_;
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  };

  template <auto Step>
  using arguments = typename detail::step_traits<decltype(Step)>::arguments;

  template <auto Step, class Items>
  using fault_of_items =
      detail::fault_of_item<arguments<Step>, std::ranges::range_value_t<const Items>>;

  /// Else the compiler says why.
  template <auto Step, class Call>
  static constexpr bool can_be_called() {
    using fault = detail::first_fault<detail::fault_of_step<Solver, Step>, Call>;
    return detail::step_that_can_be_called<fault::value, typename fault::culprit>::value;
  }

  template <auto Step>
  step_call new_call(step_kind kind) const {
    using entry = detail::step_entry<Step>;
    detail::keep(&entry::registered);
    step_call call;
    call.kind = kind;
    call.key = entry::key();
    call.name = detail::step_name<Step>();
    call.time_limit = time_limit_;
    return call;
  }

  template <auto Step, class... Args>
  blob encode_arguments(const Args&... args) const {
    return [&]<class... Params>(const std::tuple<Params...>*) {
      (detail::check_fits<Params>(detail::step_name<Step>(), args), ...);
      return encode_named<Step, Params...>(static_cast<const Params&>(args)...);
    }(static_cast<const arguments<Step>*>(nullptr));
  }

  /// Converts to the parameters' own types, without a copy where the type is already that.
  template <auto Step, class... Params>
  blob encode_named(const Params&... values) const {
    const coding_time time{*driver_};
    try {
      return encode(driver_->payload_limit(), values...);
    } catch (const payload_too_large& thrown) {
      throw payload_too_large("argument of step '" + std::string{detail::step_name<Step>()} +
                              "': " + thrown.what());
    }
  }

  template <auto Step, class Item>
  blob encode_item(const Item& item) const {
    if constexpr (std::tuple_size_v<arguments<Step>> == 1)
      return encode_arguments<Step>(item);
    else
      return std::apply([&](const auto&... value) { return encode_arguments<Step>(value...); },
                        item);
  }

  template <auto Step>
  auto collect(step_call call) {
    auto ended = driver_->call(std::move(call));
    if (auto* failed = std::get_if<step_failure>(&ended))
      throw step_failed(std::move(*failed));
    if (std::holds_alternative<cancelled_tag>(ended))
      throw run_cancelled();
    if constexpr (!std::is_void_v<answer<Step>>) {
      const coding_time time{*driver_};
      auto& blobs = std::get<std::vector<blob>>(ended);
      std::vector<answer<Step>> values;
      values.reserve(blobs.size());
      for (auto& encoded : blobs) {
        answer<Step> value{};
        decode(std::exchange(encoded, {}), value);
        values.push_back(std::move(value));
      }
      return values;
    }
  }

  driver* driver_;
  std::optional<std::chrono::milliseconds> time_limit_;
};

} // namespace lockstep
