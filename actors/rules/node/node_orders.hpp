// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/deadlines.hpp"
#include "actors/rules/node/node_commands.hpp"

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lockstep {

/// Something that is due at a time, once for each of what it is of.
struct node_deadline {
  enum class kind : std::uint8_t {
    restart,     ///< of a slot: its worker is to be started again
    workers,     ///< of a run: they must have joined
    step,        ///< of a run: its step's own limit
    grace,       ///< of a run that is cancelled
    fresh,       ///< of a run: workers are prepared for who takes its slots next
    destruction, ///< of a departure: destructors had their time
  };
  kind what{};
  std::uint64_t of = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): an error of clang-tidy 14
  friend auto operator<=>(const node_deadline&, const node_deadline&) = default;
};

/// Where the parts of a node's engine write down what an event brings about: commands, in their
/// order, and deadlines.
class node_orders {
public:
  void begin(due_time now) { now_ = now; }
  [[nodiscard]] due_time now() const { return now_; }

  template <class Command>
  void add(Command command) {
    commands_.emplace_back(std::move(command));
  }

  /// The name that the controller has given this node; empty before. Only then it is told changes.
  void name(std::string node) { node_ = std::move(node); }
  [[nodiscard]] const std::string& node() const { return node_; }
  template <class Command>
  void tell(Command news) {
    if (!node_.empty())
      add(std::move(news));
  }

  /// So many commands are about to be added.
  void expect(std::size_t count) { commands_.reserve(commands_.size() + count); }

  /// In place of what was set for it before.
  void set(node_deadline what, std::chrono::milliseconds limit) {
    due_.set(what, deadline_after(now_, limit));
    has_new_deadline_ = true;
  }
  void remove(node_deadline what) { due_.remove(what); }

  void rang() {
    due_.rang();
    has_new_deadline_ = true;
  }
  std::optional<node_deadline> take_due() { return due_.take_due(now_); }

  /// Lets go of the timer where nothing is due: now and then, because a new one has its price.
  void rest() {
    if (due_.rests())
      add(node_commands::let_timer_go{});
  }

  std::vector<node_engine_command> take() {
    if (std::exchange(has_new_deadline_, false))
      if (const auto when = due_.timer())
        add(node_commands::wake_at{*when});
    return std::exchange(commands_, {});
  }

private:
  due_time now_{};
  std::string node_;
  std::vector<node_engine_command> commands_;
  deadlines<node_deadline> due_;
  bool has_new_deadline_ = false;
};

} // namespace lockstep
