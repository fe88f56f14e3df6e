// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/process/child_watcher.hpp"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace lockstep {

/// What a test saw of one child: filled on the watcher's thread, read on the test's.
class watched_child {
  struct events {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<pid_t> pid;
    std::string output;
    std::optional<child_exit> how;
    std::optional<std::string> refusal;

    template <class Change>
    void change(Change apply) {
      const std::lock_guard guard{mutex};
      apply();
      changed.notify_all();
    }
  };

  template <class Question>
  auto wait(Question question) const {
    constexpr std::chrono::seconds patience{20};
    std::unique_lock guard{seen_->mutex};
    seen_->changed.wait_for(guard, patience, [&] { return question(*seen_).has_value(); });
    return question(*seen_);
  }

public:
  /// Runs `script` in a shell, its output captured.
  static child_program shell(const std::string& script) {
    child_program program;
    program.path = "/bin/sh";
    program.arguments = {"sh", "-c", script};
    program.capture_output = true;
    return program;
  }

  child_callbacks callbacks() {
    child_callbacks calls;
    calls.started = [seen = seen_](pid_t pid) { seen->change([&] { seen->pid = pid; }); };
    calls.output = [seen = seen_](std::string_view text) {
      seen->change([&] { seen->output += text; });
    };
    calls.ended = [seen = seen_](const child_exit& how) { seen->change([&] { seen->how = how; }); };
    calls.not_started = [seen = seen_](const std::string& why) {
      seen->change([&] { seen->refusal = why; });
    };
    return calls;
  }

  /// Each waits for what it returns; the default value if it does not come in time.
  [[nodiscard]] pid_t pid() const {
    return wait([](const auto& seen) { return seen.pid; }).value_or(0);
  }
  [[nodiscard]] child_exit how_it_ended() const {
    return wait([](const auto& seen) { return seen.how; }).value_or(child_exit{});
  }
  [[nodiscard]] std::string refusal() const {
    return wait([](const auto& seen) { return seen.refusal; }).value_or("started");
  }
  /// Waits until the output holds `text`; the output so far in any case.
  [[nodiscard]] std::string output_with(const std::string& text) const {
    wait([&](const auto& seen) {
      return seen.output.find(text) != std::string::npos ? std::optional{true} : std::nullopt;
    });
    const std::lock_guard guard{seen_->mutex};
    return seen_->output;
  }
  [[nodiscard]] bool has_ended() const {
    const std::lock_guard guard{seen_->mutex};
    return seen_->how.has_value();
  }

private:
  std::shared_ptr<events> seen_ = std::make_shared<events>();
};

} // namespace lockstep
