// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/limits.hpp"

#include <lockstep/step_context.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace lockstep {

/// What a computing thread and the proxy that speaks for it share: the one writes how far it is,
/// the other reads it and asks it to stop. The reader never waits for the writer, who may be off
/// its core for long.
class progress_cell {
public:
  /// Begins a run, in no step yet: what was told in another is no longer. Writer.
  void begin_run() {
    set_text({}, {});
    fraction_.store(0, std::memory_order_relaxed);
    number_.store(0, std::memory_order_release);
  }

  /// Begins a step. Writer. Who reads its number, and then that nobody is busy, knows that it is
  /// over.
  void begin(std::uint64_t number, std::string_view step) {
    set_text(step, {});
    fraction_.store(0, std::memory_order_relaxed);
    started_.store(now(), std::memory_order_relaxed);
    busy_.store(true, std::memory_order_relaxed);
    number_.store(number, std::memory_order_release);
  }

  /// Ends the step. Writer.
  void end() { busy_.store(false, std::memory_order_release); }

  /// Reader: a task of any kind is on its way to the writer.
  void hand_over() { handed_.fetch_add(1, std::memory_order_relaxed); }

  /// Writer: a task of any kind has been worked off.
  void finish() { finished_.fetch_add(1, std::memory_order_relaxed); }

  /// Writer. What is no number leaves the fraction as it was: who reads it always gets 0 to 1.
  void progress(double fraction, std::string_view note) {
    if (!std::isnan(fraction))
      fraction_.store(std::clamp(fraction, 0.0, 1.0), std::memory_order_relaxed);
    if (!note.empty())
      set_note(note);
    changes_.fetch_add(1, std::memory_order_relaxed);
  }

  /// Writer: is the step under way among those that shall stop?
  [[nodiscard]] bool cancelled() const {
    return number_.load(std::memory_order_relaxed) <= stop_up_to_.load(std::memory_order_relaxed);
  }

  /// Reader: lets `cancelled` be true up to this step's number, and as far as was said before.
  void stop_up_to(std::uint64_t number) {
    auto before = stop_up_to_.load(std::memory_order_relaxed);
    while (before < number &&
           !stop_up_to_.compare_exchange_weak(before, number, std::memory_order_relaxed)) {
    }
  }

  /// Reader: for a new run.
  void stop_none() { stop_up_to_.store(0, std::memory_order_relaxed); }

  [[nodiscard]] bool busy() const { return busy_.load(std::memory_order_acquire); }
  [[nodiscard]] std::uint64_t handed() const { return handed_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t finished() const { return finished_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t number() const { return number_.load(std::memory_order_acquire); }
  [[nodiscard]] double fraction() const { return fraction_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t changes() const { return changes_.load(std::memory_order_relaxed); }

  /// Seconds since the step began.
  [[nodiscard]] double seconds() const {
    return 1e-9 * static_cast<double>(now() - started_.load(std::memory_order_relaxed));
  }

  /// Reader: fills both if the writer is not just about to change them, else leaves them.
  void read_text(std::string& step, std::string& note) {
    if (const std::unique_lock guard{mutex_, std::try_to_lock}; guard) {
      step = step_;
      note.assign(note_.data(), note_size_);
    }
  }

private:
  static std::int64_t now() {
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds{1};
  }

  void set_text(std::string_view step, std::string_view note) {
    const std::lock_guard guard{mutex_};
    step_ = step;
    copy_note(note);
  }

  void set_note(std::string_view note) {
    const std::lock_guard guard{mutex_};
    copy_note(note);
  }

  void copy_note(std::string_view note) {
    note_size_ = std::min(note.size(), note_.size());
    std::copy_n(note.data(), note_size_, note_.data());
  }

  std::atomic<bool> busy_ = false;
  std::atomic<double> fraction_ = 0;
  std::atomic<std::uint64_t> number_ = 0;
  std::atomic<std::uint64_t> stop_up_to_ = 0;
  std::atomic<std::uint64_t> changes_ = 0;
  std::atomic<std::uint64_t> handed_ = 0;
  std::atomic<std::uint64_t> finished_ = 0;
  std::atomic<std::int64_t> started_ = 0;
  std::mutex mutex_;
  std::string step_;
  std::array<char, limits::note_bytes> note_{};
  std::size_t note_size_ = 0;
};

} // namespace lockstep
