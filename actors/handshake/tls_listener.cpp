// SPDX-License-Identifier: BSD-3-Clause

#include "actors/handshake/tls_listener.hpp"

#include "actors/handshake/listening_socket.hpp"
#include "actors/handshake/pending_connection.hpp"
#include "platform/network/socket_address.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <list>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace lockstep {

namespace {

using steady_clock = std::chrono::steady_clock;
using state = pending_connection::state;

/// Taken in before those who are under way get their turn again.
constexpr int accepted_in_a_row_max = 64;

/// When the process has no descriptor left for another connection.
constexpr std::chrono::milliseconds pause_of_listening{100};

unique_descriptor make_wake_up() {
  unique_descriptor wake_up{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  if (!wake_up)
    throw std::runtime_error(std::string{"Cannot listen: "} + std::strerror(errno));
  return wake_up;
}

int milliseconds_until(steady_clock::time_point when) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(when - steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

} // namespace

class tls_listener::implementation {
public:
  implementation(std::shared_ptr<const tls_context> context, listener_options options,
                 listener_callbacks callbacks)
      : options_(std::move(options)), callbacks_(std::move(callbacks)),
        context_(std::move(context)), wake_up_(make_wake_up()),
        socket_(open_listening_socket(options_.where)), where_{options_.where.host,
                                                               own_address(socket_.get()).port},
        thread_([this] { run(); }) {}

  ~implementation() {
    stopping_ = true;
    const std::uint64_t one = 1;
    (void)!::write(wake_up_.get(), &one, sizeof one);
    thread_.join();
  }
  implementation(const implementation&) = delete;
  implementation& operator=(const implementation&) = delete;

  [[nodiscard]] const address& where() const { return where_; }

  void use(std::shared_ptr<const tls_context> context) {
    const std::lock_guard lock{mutex_};
    context_.swap(context);
  }

  [[nodiscard]] listener_counters counters() const {
    const std::lock_guard lock{mutex_};
    return counters_;
  }

private:
  void run() {
    while (!stopping_) {
      wait();
      for (auto& one : pending_)
        attend(one);
      const auto gone = [](const pending_connection& one) {
        return one.now() == state::gone || one.now() == state::linked;
      };
      std::erase_if(pending_, gone);
      take_in();
      const std::lock_guard lock{mutex_};
      counters_.under_way = pending_.size();
    }
  }

  void wait() {
    events_.clear();
    events_.push_back({wake_up_.get(), POLLIN, 0});
    const bool listening = steady_clock::now() >= listen_again_;
    events_.push_back({listening ? socket_.get() : -1, POLLIN, 0});
    int wait_ms = listening ? -1 : milliseconds_until(listen_again_);
    for (const auto& one : pending_) {
      events_.push_back({one.descriptor(), one.poll_events(), 0});
      const int left_ms = milliseconds_until(one.deadline());
      wait_ms = wait_ms < 0 ? left_ms : std::min(wait_ms, left_ms);
    }
    if (::poll(events_.data(), events_.size(), wait_ms) < 0)
      for (auto& event : events_)
        event.revents = 0; // a signal
    std::size_t index = 2;
    for (auto& one : pending_)
      one.ready = events_[index++].revents != 0;
  }

  void attend(pending_connection& one) {
    if (one.ready)
      one.advance([&](const std::string& text) {
        return authorize(text, one.certificate(), one.address(), options_, callbacks_);
      });
    if (steady_clock::now() >= one.deadline() && one.now() != state::linked)
      one.turn_away(listener_refusal::too_late,
                    "handshake and hello were not over within " +
                        std::to_string(options_.handshake_limit.count()) + " ms");
    tell(one);
  }

  void take_in() {
    if ((events_[1].revents & POLLIN) == 0)
      return;
    for (int i = 0; i < accepted_in_a_row_max; ++i) {
      auto came = accept_socket(socket_.get());
      if (came.socket) {
        begin(std::move(came));
      } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        if (!make_room([](const pending_connection&) { return true; }))
          listen_again_ = steady_clock::now() + pause_of_listening;
        return;
      } else if (errno != ECONNABORTED && errno != EINTR) {
        return;
      }
    }
  }

  void begin(accepted_socket came) {
    {
      const std::lock_guard lock{mutex_};
      counters_.accepted += 1;
    }
    const auto same = [&](const pending_connection& one) { return one.source() == came.source; };
    const auto of_one = static_cast<std::size_t>(std::ranges::count_if(pending_, same));
    const bool room = (of_one < options_.handshakes_of_one_address_max || make_room(same)) &&
                      (pending_.size() < options_.handshakes_max ||
                       make_room([](const pending_connection&) { return true; }));
    if (!room) {
      count_refusal(listener_refusal::gave_way, to_string(came.from),
                    "too many connections are under way");
      return;
    }
    pending_.emplace_back(current_context()->accept(std::move(came.socket)), to_string(came.from),
                          std::move(came.source), steady_clock::now() + options_.handshake_limit,
                          options_.hello_bytes_max);
  }

  /// Lets the oldest go that has shown no certificate.
  template <class Which>
  bool make_room(const Which& which) {
    const auto found = std::ranges::find_if(
        pending_, [&](const pending_connection& one) { return which(one) && !one.certificate(); });
    if (found == pending_.end())
      return false;
    found->turn_away(listener_refusal::gave_way, "too many connections are under way");
    tell(*found);
    pending_.erase(found);
    return true;
  }

  /// Once for each connection, as soon as its outcome is certain.
  void tell(pending_connection& one) {
    const bool certain =
        one.now() == state::linked || one.now() == state::lingering || one.now() == state::gone;
    if (!certain || one.told)
      return;
    one.told = true;
    const auto& decision = *one.decision();
    if (decision.what == listener_decision::outcome::refused)
      count_refusal(decision.reason, one.address(), decision.why);
    else
      let_in(one, decision);
  }

  void let_in(pending_connection& one, const listener_decision& decision) {
    const bool linked = decision.what == listener_decision::outcome::linked;
    {
      const std::lock_guard lock{mutex_};
      (linked ? counters_.linked : counters_.enrolled) += 1;
    }
    if (callbacks_.on_joined)
      callbacks_.on_joined(linked ? title(decision.peer->said) : decision.name + " enrolled",
                           one.address());
    if (linked)
      callbacks_.on_link(one.take_session(), *decision.peer);
  }

  void count_refusal(listener_refusal reason, const std::string& address, const std::string& why) {
    {
      const std::lock_guard lock{mutex_};
      counters_.refused[reason] += 1;
    }
    if (callbacks_.on_refused)
      callbacks_.on_refused(address, shown(why));
  }

  std::shared_ptr<const tls_context> current_context() {
    const std::lock_guard lock{mutex_};
    return context_;
  }

  const listener_options options_;
  const listener_callbacks callbacks_;
  mutable std::mutex mutex_; // of the next two
  std::shared_ptr<const tls_context> context_;
  listener_counters counters_;
  const unique_descriptor wake_up_;
  const unique_descriptor socket_;
  const address where_;
  std::atomic<bool> stopping_ = false;
  // Of the thread's own.
  std::list<pending_connection> pending_; // the oldest first
  std::vector<pollfd> events_;
  steady_clock::time_point listen_again_{};
  std::thread thread_;
};

tls_listener::tls_listener(std::shared_ptr<const tls_context> context, listener_options options,
                           listener_callbacks callbacks)
    : implementation_(std::make_unique<implementation>(std::move(context), std::move(options),
                                                       std::move(callbacks))) {}

tls_listener::~tls_listener() = default;

const address& tls_listener::where() const {
  return implementation_->where();
}

void tls_listener::use(std::shared_ptr<const tls_context> context) {
  implementation_->use(std::move(context));
}

listener_counters tls_listener::counters() const {
  return implementation_->counters();
}

std::string to_string(listener_refusal why) {
  switch (why) {
  case listener_refusal::gave_way:
    return "gave_way";
  case listener_refusal::too_late:
    return "too_late";
  case listener_refusal::tls:
    return "tls";
  case listener_refusal::no_certificate:
    return "no_certificate";
  case listener_refusal::bad_hello:
    return "bad_hello";
  case listener_refusal::mismatch:
    return "mismatch";
  case listener_refusal::not_authorized:
    return "judged";
  case listener_refusal::enrolment:
    return "enrolment";
  }
  return "unknown";
}

} // namespace lockstep
