// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/carriers/carrier.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace lockstep::test {

/// Sends each line back and counts what happens. A connection whose input has ended is closed, as
/// a handler should.
class echo_handler final : public line_handler {
public:
  /// Before the first client connects.
  void use(carrier& lines) { carrier_ = &lines; }
  void keep_open() { keep_open_ = true; }
  void trust_nobody() { wary_ = true; }
  void answer_after(std::chrono::milliseconds delay) { delay_ = delay; }

  int opened_count() const { return opened_; }
  int line_count() const { return lines_; }
  int closed_count() const { return closed_; }

  /// False if it has not come to that within ten seconds.
  bool wait_for_opened(int count) { return wait_for(opened_, count); }
  bool wait_for_ended(int count) { return wait_for(ended_, count); }
  bool wait_for_closed(int count) { return wait_for(closed_, count); }
  bool wait_for_refused(int count) { return wait_for(refused_, count); }

  /// Of the newest.
  connection_peer peer() {
    const std::lock_guard lock(mutex_);
    return peer_;
  }
  std::string why_refused() {
    const std::lock_guard lock(mutex_);
    return why_refused_;
  }

  void opened(connection_id connection, connection_peer peer) override {
    if (!wary_)
      carrier_.load()->trust(connection);
    {
      const std::lock_guard lock(mutex_);
      peer_ = std::move(peer);
    }
    count(opened_);
  }

  void line(connection_id connection, std::string text) override {
    count(lines_);
    if (delay_.load().count() > 0)
      std::this_thread::sleep_for(delay_.load());
    carrier_.load()->send(connection, std::make_shared<const std::string>(std::move(text)));
  }

  void ended(connection_id connection) override {
    if (!keep_open_)
      carrier_.load()->close(connection);
    count(ended_);
  }

  void closed(connection_id) override { count(closed_); }

  void refused(const connection_peer&, const std::string& why) override {
    {
      const std::lock_guard lock(mutex_);
      why_refused_ = why;
    }
    count(refused_);
  }

private:
  void count(std::atomic<int>& counter) {
    const std::lock_guard lock(mutex_);
    ++counter;
    changed_.notify_all();
  }

  bool wait_for(const std::atomic<int>& counter, int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return counter >= count; });
  }

  std::atomic<carrier*> carrier_ = nullptr;
  std::atomic<bool> keep_open_ = false;
  std::atomic<std::chrono::milliseconds> delay_ = std::chrono::milliseconds(0);
  std::atomic<int> opened_ = 0;
  std::atomic<int> lines_ = 0;
  std::atomic<int> ended_ = 0;
  std::atomic<int> closed_ = 0;
  std::atomic<int> refused_ = 0;
  std::atomic<bool> wary_ = false;
  connection_peer peer_;    ///< guarded by mutex_
  std::string why_refused_; ///< guarded by mutex_
  std::mutex mutex_;
  std::condition_variable changed_;
};

} // namespace lockstep::test
