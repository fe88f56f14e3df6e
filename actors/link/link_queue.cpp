// SPDX-License-Identifier: BSD-3-Clause

#include "actors/link/link_queue.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

namespace lockstep {

namespace {

unique_descriptor demand(int descriptor) {
  if (descriptor < 0)
    throw std::system_error(errno, std::generic_category(), "cannot make a bell for connections");
  return unique_descriptor{descriptor};
}

} // namespace

link_queue::link_queue()
    : wake_up_(demand(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE))) {}

bool link_queue::push(link_end end) {
  const std::lock_guard lock{mutex_};
  if (closed_)
    return false;
  waiting_.push_back(std::move(end));
  const std::uint64_t one = 1;
  return ::write(wake_up_.get(), &one, sizeof one) == sizeof one;
}

std::optional<link_end> link_queue::pop() {
  const std::lock_guard lock{mutex_};
  std::uint64_t one = 0;
  if (::read(wake_up_.get(), &one, sizeof one) != sizeof one || waiting_.empty())
    return {};
  auto next = std::move(waiting_.front());
  waiting_.pop_front();
  return next;
}

void link_queue::close() {
  std::deque<link_end> forgotten;
  const std::lock_guard lock{mutex_};
  closed_ = true;
  forgotten.swap(waiting_);
}

unique_descriptor link_queue::wake_up() const {
  return demand(::fcntl(wake_up_.get(), F_DUPFD_CLOEXEC, 0));
}

void link_queue::remember(const std::string& name, const std::shared_ptr<link_switch>& off) {
  const std::lock_guard lock{mutex_};
  auto& known = switches_[name];
  std::erase_if(known, [](const auto& one) { return one.expired(); });
  known.push_back(off);
}

std::size_t link_queue::cut(const std::string& name) {
  const std::lock_guard lock{mutex_};
  // Also those that CAF has not taken yet. The wake-up may come once too often: pop() bears that.
  std::size_t ended = std::erase_if(waiting_, [&](const link_end& one) {
    const auto* link = std::get_if<tls_link>(&one);
    return link != nullptr && link->name == name;
  });
  const auto found = switches_.find(name);
  if (found == switches_.end())
    return ended;
  for (const auto& one : found->second)
    if (const auto off = one.lock(); off && off->cut())
      ++ended;
  switches_.erase(found);
  return ended;
}

} // namespace lockstep
