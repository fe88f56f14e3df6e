// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/link/descriptor_link.hpp"
#include "actors/system/system_configuration.hpp"
#include "actors/wire/caf_compat.hpp"
#include "tests/unit/handshake/watched_listener.hpp"

#include <lockstep/codec.hpp>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace lockstep::test {

/// An actor system as Lockstep's programs have it.
class lone_system {
public:
  explicit lone_system(std::chrono::milliseconds silence_limit = std::chrono::seconds{10})
      : configuration_((prepare_caf(), silence_limit)), system_(configuration_) {}

  caf::actor_system& operator*() { return system_; }
  caf::actor_system* operator->() { return &system_; }

private:
  system_configuration configuration_;
  caf::actor_system system_;
};

/// Answers a text with its length; passes a text on to another counter and gives that one's answer;
/// sends another one so many bytes that lie in shared memory.
inline caf::actor spawn_counter(caf::actor_system& system) {
  return system.spawn([](caf::event_based_actor* self) {
    return caf::behavior{
        [](const std::string& text) { return text.size(); },
        [self](const caf::actor& other, const std::string& text) {
          auto answer = self->make_response_promise<std::size_t>();
          caf_compat::request(self, other, patience, text)
              .then([answer](std::size_t length) mutable { answer.deliver(length); },
                    [answer](const caf::error& why) mutable { answer.deliver(why); });
          return answer;
        },
        [self](const caf::actor& other, std::uint64_t bytes) {
          caf_compat::send(self, other, encode(SIZE_MAX, std::vector<std::byte>(bytes)));
        }};
  });
}

/// A head: a counter behind an acceptor, and a listener that lets nodes through to it.
class small_head {
public:
  explicit small_head(std::shared_ptr<const tls_context> context,
                      std::chrono::milliseconds silence_limit = std::chrono::seconds{10})
      : system_(silence_limit), counter_(spawn_counter(*system_)),
        acceptor_(std::make_unique<link_acceptor>(
            *system_, caf::actor_cast<caf::strong_actor_ptr>(counter_))),
        listener_(std::move(context), {}, to_door()) {}

  ~small_head() { caf::anon_send_exit(counter_, caf::exit_reason::user_shutdown); }

  watched_listener& listener() { return listener_; }
  link_acceptor& acceptor() { return *acceptor_; }
  caf::actor_system& system() { return *system_; }

private:
  listener_callbacks to_door() {
    listener_callbacks callbacks;
    callbacks.on_link = [this](std::unique_ptr<tls_session> session, const link_peer& peer) {
      acceptor_->admit({.session = std::move(session),
                        .name = peer.certificate.name,
                        .address = peer.address,
                        .message_bytes_max = std::size_t{64} << 20U});
    };
    return callbacks;
  }

  lone_system system_;
  caf::actor counter_;
  std::unique_ptr<link_acceptor> acceptor_;
  watched_listener listener_;
};

/// Dials as a node does; the link, or the test fails.
inline tls_link dial_link(const address& where, const tls_context& context, const hello& own) {
  auto result = dial(where, context, own, quick());
  if (const auto why = failure_of(result); !why.empty()) {
    ADD_FAILURE() << why;
    return {};
  }
  return {.session = std::move(result->session),
          .name = result->peer.certificate.name,
          .address = result->peer.address};
}

/// Asks a counter.
inline std::size_t ask_length(caf::actor_system& system, const caf::actor& counter,
                              const std::string& text) {
  caf::scoped_actor self{system};
  std::size_t length = SIZE_MAX;
  caf_compat::request(self.ptr(), counter, patience, text)
      .receive([&](std::size_t answer) { length = answer; },
               [](const caf::error& why) { ADD_FAILURE() << caf::to_string(why); });
  return length;
}

/// Waits for an actor's DOWN.
class down_waiter {
public:
  down_waiter(caf::actor_system& system, const caf::actor& watched) {
    auto down = std::make_shared<std::promise<bool>>();
    future_ = down->get_future();
    watcher_ = system.spawn([down, watched](caf::event_based_actor* self) {
      auto watch = std::make_shared<caf_compat::down_watch>();
      watch->watch(self, watched, [down] { down->set_value(true); });
      return caf::behavior{[watch](int) {}};
    });
  }
  ~down_waiter() { caf::anon_send_exit(watcher_, caf::exit_reason::user_shutdown); }
  down_waiter(const down_waiter&) = delete;
  down_waiter& operator=(const down_waiter&) = delete;

  bool comes_within(std::chrono::milliseconds limit) {
    return future_.wait_for(limit) == std::future_status::ready && future_.get();
  }

private:
  std::future<bool> future_;
  caf::actor watcher_; // an actor that nobody knows would end
};

} // namespace lockstep::test
