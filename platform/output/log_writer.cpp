// SPDX-License-Identifier: BSD-3-Clause

#include "platform/output/log_writer.hpp"

#include "platform/options/typed_name.hpp"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <future>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace lockstep {

namespace {

constexpr std::chrono::seconds last_lines_limit{1};

/// Takes its time where the descriptor is one that somebody made non-blocking.
bool write_whole(int descriptor, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const auto size = ::write(descriptor, text.data() + done, text.size() - done);
    if (size >= 0) {
      done += static_cast<std::size_t>(size);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      pollfd wait{descriptor, POLLOUT, 0};
      ::poll(&wait, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

log_writer& writer_to(int descriptor) {
  const auto make = [](int where) {
    return new log_writer{
        [where](const std::string& line) { return write_whole(where, line + '\n'); }};
  };
  // Never destroyed: threads that outlive main may still say something.
  static auto* output = make(STDOUT_FILENO);
  static auto* error = make(STDERR_FILENO);
  return descriptor == STDOUT_FILENO ? *output : *error;
}

/// Signals are for the threads that know what to do with them. False where there is no thread to be
/// had.
bool start_without_signals(std::function<void()> what) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  bool started = true;
  try {
    std::thread{std::move(what)}.detach();
  } catch (const std::system_error&) {
    started = false;
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return started;
}

} // namespace

/// Shared with the thread, which may be stuck in a line for longer than the writer lives.
struct log_writer::queue {
  /// A line, or in the place of lines that were dropped how many.
  struct entry {
    std::string line;
    std::uint64_t dropped = 0;

    static std::size_t bytes_of(const std::string& line) { return sizeof(entry) + line.size(); }
  };

  queue(destination where, gap_text what) : to(std::move(where)), gap(std::move(what)) {}

  void run() {
    ::pthread_setname_np(::pthread_self(), "log writer");
    std::unique_lock lock{mutex};
    for (;;) {
      changed.wait(lock, [this] { return ending || !entries.empty(); });
      if (entries.empty())
        return;
      const auto next = std::move(entries.front());
      entries.pop_front();
      bytes -= next.dropped == 0 ? entry::bytes_of(next.line) : 0;
      is_writing = true;
      lock.unlock();
      write(next);
      lock.lock();
      is_writing = false;
      changed.notify_all();
    }
  }

  void write(const entry& next) {
    unwritten += next.dropped;
    if (unwritten > 0 && to(gap(unwritten)))
      unwritten = 0;
    if (next.dropped == 0 && !to(next.line))
      ++unwritten;
  }

  const destination to;
  const gap_text gap;
  std::mutex mutex; ///< of all below but the last
  std::condition_variable changed;
  std::deque<entry> entries;
  std::size_t bytes = 0;
  bool has_thread = false;
  bool is_writing = false;
  bool ending = false;
  std::uint64_t unwritten = 0; ///< the thread's own: lines that are still to be told of
};

log_writer::log_writer(destination to, gap_text gap)
    : queue_(std::make_shared<queue>(std::move(to), std::move(gap))) {}

log_writer::~log_writer() {
  (void)drain(last_lines_limit);
  {
    const std::lock_guard guard{queue_->mutex};
    queue_->ending = true;
  }
  queue_->changed.notify_all();
}

bool log_writer::write(std::string line) {
  const std::lock_guard guard{queue_->mutex};
  auto& entries = queue_->entries;
  if (!queue_->has_thread)
    queue_->has_thread = start_without_signals([held = queue_] { held->run(); });
  const auto bytes = queue::entry::bytes_of(line);
  const bool has_room = queue_->bytes + bytes <= waiting_bytes_max;
  if (has_room) {
    queue_->bytes += bytes;
    entries.push_back({std::move(line)});
  } else if (!entries.empty() && entries.back().dropped > 0) {
    ++entries.back().dropped;
  } else {
    entries.push_back({{}, 1});
  }
  queue_->changed.notify_all();
  return has_room;
}

bool log_writer::drain(std::chrono::milliseconds limit) {
  std::unique_lock lock{queue_->mutex};
  const auto is_idle = [this] { return queue_->entries.empty() && !queue_->is_writing; };
  return queue_->has_thread ? queue_->changed.wait_for(lock, limit, is_idle) : is_idle();
}

std::string log_writer::lines_left_out(std::uint64_t lines) {
  return std::to_string(lines) + (lines == 1 ? " line was" : " lines were") +
         " left out here: they could not be written in time";
}

void write_output_line(std::string line) {
  writer_to(STDOUT_FILENO).write(std::move(line));
}

void write_error_line(std::string line) {
  writer_to(STDERR_FILENO).write(with_typed_names(std::move(line)));
}

void flush_standard_streams() {
  (void)writer_to(STDOUT_FILENO).drain(last_lines_limit);
  (void)writer_to(STDERR_FILENO).drain(last_lines_limit);
  // What a plan printed may wait for a reader who never comes, and hold the stream's lock.
  const auto flushed = std::make_shared<std::promise<void>>();
  const bool started = start_without_signals([flushed] {
    std::fflush(nullptr);
    flushed->set_value();
  });
  if (started)
    flushed->get_future().wait_for(last_lines_limit);
}

void end_program(int exit_code) {
  flush_standard_streams();
  std::_Exit(exit_code);
}

} // namespace lockstep
