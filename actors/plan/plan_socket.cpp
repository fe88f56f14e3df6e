// SPDX-License-Identifier: BSD-3-Clause

#include "actors/plan/plan_socket.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace lockstep {

namespace {

constexpr std::size_t least_room = std::size_t{64} << 10U;

/// A buffer that one large frame has made this large is let go with it.
constexpr std::size_t room_kept_max = std::size_t{1} << 20U;

[[noreturn]] void leave(const char* why) {
  std::fprintf(stderr, "lockstep-plan: %s\n", why);
  std::_Exit(1);
}

} // namespace

template <class T>
bool plan_socket::send(plan_frame kind, T& body) {
  written_.clear();
  if (!append_frame(written_, kind, body))
    return false;
  std::size_t done = 0;
  while (done < written_.size()) {
    const auto size =
        ::send(descriptor_, written_.data() + done, written_.size() - done, MSG_NOSIGNAL);
    if (size < 0 && errno != EINTR)
      leave("the head has closed its link");
    done += size > 0 ? static_cast<std::size_t>(size) : 0;
  }
  if (written_.capacity() > room_kept_max)
    caf::byte_buffer{}.swap(written_);
  return true;
}

/// False where there is nothing and it does not wait.
bool plan_socket::receive(bool waits) {
  std::size_t wanted = least_room;
  if (end_ - begin_ >= sizeof(plan_frame_header))
    wanted = std::max(wanted, sizeof(plan_frame_header) + read_header(read_.data() + begin_).size);
  if (begin_ == end_)
    begin_ = end_ = 0;
  if (begin_ == 0 && end_ == 0 && read_.size() > room_kept_max && wanted <= room_kept_max)
    caf::byte_buffer{}.swap(read_);
  if (read_.size() - begin_ < wanted) {
    std::copy(read_.begin() + static_cast<std::ptrdiff_t>(begin_),
              read_.begin() + static_cast<std::ptrdiff_t>(end_), read_.begin());
    end_ -= std::exchange(begin_, 0);
    read_.resize(std::max(read_.size(), wanted));
  }
  for (;;) {
    const auto size =
        ::recv(descriptor_, read_.data() + end_, read_.size() - end_, waits ? 0 : MSG_DONTWAIT);
    if (size > 0) {
      end_ += static_cast<std::size_t>(size);
      return true;
    }
    if (size < 0 && errno == EINTR)
      continue;
    if (size < 0 && errno == EAGAIN && !waits)
      return false;
    leave("the head has closed its link");
  }
}

/// The body stays where it is until the next call.
std::optional<plan_socket::frame> plan_socket::next(bool waits) {
  for (;;) {
    if (const auto there = end_ - begin_; there >= sizeof(plan_frame_header)) {
      const auto header = read_header(read_.data() + begin_);
      if (there - sizeof header >= header.size) {
        const frame whole{header.kind, read_.data() + begin_ + sizeof header, header.size};
        begin_ += sizeof header + header.size;
        return whole;
      }
    }
    if (!receive(waits))
      return std::nullopt;
  }
}

plan_start plan_socket::begin(const std::function<void(const model_reference&)>& load) {
  const std::lock_guard guard{mutex_};
  auto first = next(true);
  for (; first->kind == plan_frame::load; first = next(true))
    if (const auto wanted = read_body<model_reference>(first->body, first->size))
      load(*wanted);
  auto start = first->kind == plan_frame::begin ? read_body<plan_start>(first->body, first->size)
                                                : std::nullopt;
  if (!start)
    leave("its head began with something else than a plan");
  return std::move(*start);
}

void plan_socket::take_order(const frame& from) {
  const auto order = read_body<plan_order>(from.body, from.size);
  if (from.kind != plan_frame::order || !order)
    leave("its head has said something that nobody asked for");
  order_ = *order;
}

plan_answer plan_socket::ask(plan_call call) {
  const std::lock_guard guard{mutex_};
  if (!send(plan_frame::call, call)) {
    plan_answer refused;
    refused.failed.emplace();
    refused.failed->step = call.step.name;
    refused.failed->type = "payload_too_large";
    refused.failed->text = "the step's arguments, each of them small, are too large together: "
                           "over 4 GiB";
    return refused;
  }
  for (;;) {
    const auto got = next(true);
    if (got->kind != plan_frame::answer) {
      take_order(*got);
      continue;
    }
    auto answer = read_body<plan_answer>(got->body, got->size);
    if (!answer)
      leave("its head has given an answer that is none");
    return std::move(*answer);
  }
}

void plan_socket::report(run_id, json_text what) {
  const std::lock_guard guard{mutex_};
  if (!send(plan_frame::report, what))
    std::fprintf(stderr, "lockstep-plan: a report of over 4 GiB is dropped\n");
}

plan_order plan_socket::order() {
  // Whoever has it is about to find out.
  if (const std::unique_lock guard{mutex_, std::try_to_lock}; guard && order_ == plan_order::go_on)
    while (const auto got = next(false))
      take_order(*got);
  return order_;
}

void plan_socket::end(plan_ended ended) {
  const std::lock_guard guard{mutex_};
  if (send(plan_frame::ended, ended))
    return;
  ended.how = plan_ended::ending::failed;
  ended.result = {};
  ended.failed = {};
  ended.failed.type = "result_too_large";
  ended.failed.text = "the result has over 4 GiB: write large results to a file";
  send(plan_frame::ended, ended);
}

} // namespace lockstep
