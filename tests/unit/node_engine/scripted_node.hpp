// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/node/node_engine.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace lockstep {

/// A node's engine, with events in the words of a test. What an event brings about is kept until
/// the next one.
class scripted_node {
public:
  explicit scripted_node(std::size_t slots, bool workers_stay = false, bool looks = false)
      : engine({slots, workers_stay, looks}), pids_(slots) {}

  /// With a name, and a worker in each slot.
  static std::unique_ptr<scripted_node> ready(std::size_t slots, bool workers_stay = false,
                                              bool looks = false) {
    auto made = std::make_unique<scripted_node>(slots, workers_stay, looks);
    made->tell(node_events::opened{});
    made->tell(node_events::named{"n1"});
    for (std::uint32_t slot = 0; slot < slots; ++slot)
      made->join(slot);
    return made;
  }

  void tell(node_engine_event event) { commands = engine.handle(std::move(event), now); }

  /// Time passes, and what is due happens.
  void pass(std::chrono::milliseconds time) {
    now += time;
    tell(node_events::time_came{});
  }

  /// A worker joins that was started for the slot.
  worker_key join(std::uint32_t slot) {
    pids_[slot].push_back(++last_pid_);
    const worker_key who{slot, last_pid_};
    tell(node_events::worker_joined{who});
    return who;
  }

  /// Of the slot's workers the one that joined as the nth, from 0.
  [[nodiscard]] worker_key worker(std::uint32_t slot, std::size_t nth = 0) const {
    return {slot, pids_[slot].at(nth)};
  }

  void end(worker_key who, std::string text = "was killed by signal 11 (Segmentation fault)") {
    tell(node_events::worker_ended{who, std::move(text), 11, {}, "last words"});
  }

  void ask(std::uint64_t run, std::vector<placed_solver> solvers, model_reference model = {},
           std::uint64_t total = 8) {
    tell(
        node_events::run_asked{++request, {{run}, std::move(model), std::move(solvers), total, 7}});
  }

  /// And all its solvers stand.
  void construct(std::uint64_t run, std::vector<placed_solver> solvers, model_reference model = {},
                 std::uint64_t total = 8) {
    ask(run, std::move(solvers), std::move(model), total);
    for (const auto& one : said<node_commands::construct_solver>())
      answer(one.task);
    ASSERT_EQ(said<node_commands::answer>().size(), 1U);
    ASSERT_FALSE(said<node_commands::answer>().front().failed);
  }

  node_events::step_asked step(std::uint64_t run, std::uint64_t number,
                               step_kind kind = step_kind::broadcast, std::size_t arguments = 1) {
    node_events::step_asked asked;
    asked.request = ++request;
    asked.run = {run};
    asked.number = number;
    asked.kind = kind;
    asked.text = std::make_shared<const step_text>(step_text{"key", "improve", "sum"});
    asked.arguments.resize(arguments);
    return asked;
  }

  void answer(const task_identity& task, std::vector<blob> answers = {blob{}}, double seconds = 1) {
    tell(node_events::task_answered{task, std::move(answers), false, {}, {}, seconds});
  }
  void throw_from(const task_identity& task, std::string text = "no tour") {
    tell(node_events::task_answered{task, {}, true, "std::runtime_error", std::move(text), 0});
  }

  /// The commands of one kind that the last event brought about.
  template <class Command>
  [[nodiscard]] std::vector<Command> said() const {
    std::vector<Command> found;
    for (const auto& one : commands)
      if (const auto* its = std::get_if<Command>(&one))
        found.push_back(*its);
    return found;
  }

  /// The only one of the kind; a failed test and an empty one where there are none or more.
  template <class Command>
  [[nodiscard]] Command only() const {
    const auto all = said<Command>();
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? Command{} : all.front();
  }

  /// Whom these commands are for.
  template <class Command>
  [[nodiscard]] std::vector<worker_key> whom() const {
    std::vector<worker_key> who;
    for (const auto& one : said<Command>())
      who.push_back(one.worker);
    return who;
  }

  node_engine engine;
  due_time now{};
  std::vector<node_engine_command> commands;
  std::uint64_t request = 0; ///< the last

private:
  std::vector<std::vector<std::int64_t>> pids_;
  std::int64_t last_pid_ = 100;
};

/// "r5: solver 3 on node n1, step 'improve': …" as one string, to compare.
inline std::string text_of(const node_commands::answer& got) {
  return got.failed ? to_string(*got.failed) : "no failure";
}

inline blob bytes_blob(std::size_t size, unsigned char value = 0) {
  return blob{std::vector<std::byte>(size, std::byte{value})};
}

} // namespace lockstep
