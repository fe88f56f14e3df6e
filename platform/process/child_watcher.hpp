// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/process/child_process.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace lockstep {

/// What a child's owner is told, on the watcher's thread. None may block or throw.
struct child_callbacks {
  std::function<void(pid_t)> started;
  std::function<void(std::string_view)> output;        ///< at most every 50 ms
  std::function<void(const child_exit&)> ended;        ///< once, after its last output
  std::function<void(const std::string&)> not_started; ///< instead of all others: why
};

/// Starts, watches and ends children on a thread of its own, which lives as long as the watcher: a
/// child is killed by the kernel when the thread that started it ends (see start_child), so
/// children cannot outlive their watcher in any way, also not on kill -9 of the process.
///
/// All members may be called from any thread; none blocks but the destructor and `end`.
class child_watcher {
public:
  using child_key = std::uint64_t;

  /// What is to become of descendants whose own parent has ended. A process has one watcher at most
  /// that adopts: it ends what children the process did not start itself, and reaps those that end
  /// by themselves where nothing else in the process waits for children of its own.
  enum class orphans : unsigned char { left_alone, adopted, adopted_and_reaped };

  explicit child_watcher(orphans what = orphans::left_alone);

  /// Ends.
  ~child_watcher();
  child_watcher(const child_watcher&) = delete;
  child_watcher& operator=(const child_watcher&) = delete;

  /// A key that this watcher gave nobody before.
  child_key new_key() { return ++last_key_; }

  /// Starts a child, after a delay if wished, under a key that no living child has.
  void start(child_key key, child_program program, child_callbacks callbacks,
             std::chrono::milliseconds delay = {});

  /// The same by a function, which is called on the watcher's thread, once. It may throw
  /// std::system_error. As long as it waits (process_template::copy for a template that does not
  /// answer), no other child is served.
  void start_by(child_key key, std::function<child_process()> how, child_callbacks callbacks,
                std::chrono::milliseconds delay = {});

  /// Calls it on the watcher's thread, after a delay; not if the watcher has ended by then.
  void later(std::chrono::milliseconds delay, std::function<void()> what);

  /// Kills every child that is left and waits for it, then all adopted orphans, for 2 s at most.
  /// None can be started any more. Not to be called by two threads at once.
  void end();

  /// Sends a signal to the child and its process group; nothing if it has ended.
  void signal(child_key key, int number);

  /// The same for the child with this process number.
  void signal_process(pid_t pid, int number);

  /// Sends SIGTERM to all, and SIGKILL to those that are left after `grace`.
  void stop_all(std::chrono::milliseconds grace);

  /// Kills all adopted orphans, those too that come to light by the end of others, and calls `done`
  /// on the watcher's thread once none is left, or after 2 s with those that do not end (the kernel
  /// holds them, in a file system that does not answer, say).
  void end_orphans(std::function<void(const std::vector<pid_t>& left)> done);

private:
  struct child {
    child_process process;
    child_callbacks callbacks;
  };
  using clock = std::chrono::steady_clock;

  /// Orphans come to light one generation after the other, as their parents end.
  struct pursuit {
    clock::time_point until = clock::now() + std::chrono::seconds{2};
    std::chrono::milliseconds pause{1}; ///< before the next look
    void grow() { pause = std::min(2 * pause, std::chrono::milliseconds{20}); }
  };

  void ask(std::function<void()> what);
  void run();
  void wait();
  [[nodiscard]] int wait_ms() const;
  void carry_out_requests();
  void start_now(child_key key, const std::function<child_process()>& how,
                 child_callbacks callbacks);
  void signal_all(int number);
  void watch(child_key key, const child_process& process);
  void read_output(child_key key);
  void listen_to_output(child_key key);
  void reap_orphans();
  void pursue_orphans(pursuit how_far, const std::function<void(const std::vector<pid_t>&)>& done);
  void child_ended(child_key key);
  void fire_timers();
  void at(clock::time_point when, std::function<void()> what);

  const orphans orphans_;
  std::atomic<child_key> last_key_ = 0;
  unique_descriptor poll_;
  unique_descriptor wake_;
  std::mutex mutex_;
  std::vector<std::function<void()>> requests_; ///< guarded by mutex_
  bool ending_ = false;                         ///< watcher's thread only, as all below
  std::map<child_key, child> children_;
  std::multimap<clock::time_point, std::function<void()>> timers_;
  std::thread thread_;
};

} // namespace lockstep
