// SPDX-License-Identifier: BSD-3-Clause

#pragma once

/// The differences between CAF 0.18.7 and 1.1 that Lockstep meets, in this one place.

#include <caf/config.hpp>

#include <caf/actor_addr.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/expected.hpp>
#include <caf/result.hpp>
#include <caf/resumable.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/system_messages.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#if CAF_MAJOR_VERSION >= 1
#include <caf/anon_mail.hpp>
#include <caf/scheduler.hpp>
#else
#include <caf/execution_unit.hpp>
#include <caf/send.hpp>
#endif

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>

namespace lockstep::caf_compat {

#if CAF_MAJOR_VERSION >= 1
/// What runs an actor: 0.18 calls it an execution unit, 1.x a scheduler.
using execution_context = caf::scheduler;
using byte = std::byte;
using subtype_t = caf::resumable::subtype_t;
#define LOCKSTEP_CAF_SUBTYPE_NOEXCEPT noexcept
#else
using execution_context = caf::execution_unit;
using byte = caf::byte;
using subtype_t = caf::resumable::subtype_t;
#define LOCKSTEP_CAF_SUBTYPE_NOEXCEPT
#endif

/// "0.18.7". Two processes of different versions do not understand each other.
inline std::string version() {
  return std::to_string(CAF_MAJOR_VERSION) + '.' + std::to_string(CAF_MINOR_VERSION) + '.' +
         std::to_string(CAF_PATCH_VERSION);
}

/// Sends a message and forgets it.
template <class Self, class Handle, class... Ts>
void send(Self* self, const Handle& to, Ts&&... xs) {
#if CAF_MAJOR_VERSION >= 1
  self->mail(std::forward<Ts>(xs)...).send(to);
#else
  self->send(to, std::forward<Ts>(xs)...);
#endif
}

/// Sends from outside any actor.
template <class Handle, class... Ts>
void anon_send(const Handle& to, Ts&&... xs) {
#if CAF_MAJOR_VERSION >= 1
  caf::anon_mail(std::forward<Ts>(xs)...).send(to);
#else
  caf::anon_send(to, std::forward<Ts>(xs)...);
#endif
}

/// Sends a message to oneself (or another) after `delay`.
template <class Self, class Handle, class Rep, class Period, class... Ts>
void delayed_send(Self* self, const Handle& to, std::chrono::duration<Rep, Period> delay,
                  Ts&&... xs) {
#if CAF_MAJOR_VERSION >= 1
  self->mail(std::forward<Ts>(xs)...)
      .delay(std::chrono::duration_cast<caf::timespan>(delay))
      .send(to);
#else
  self->delayed_send(to, std::chrono::duration_cast<caf::timespan>(delay), std::forward<Ts>(xs)...);
#endif
}

/// Asks and waits for at most `limit` (caf::infinite allowed); use `.then`, `.await` or `.receive`
/// on the result.
template <class Self, class Handle, class Limit, class... Ts>
auto request(Self* self, const Handle& to, Limit limit, Ts&&... xs) {
#if CAF_MAJOR_VERSION >= 1
  return self->mail(std::forward<Ts>(xs)...).request(to, limit);
#else
  return self->request(to, limit, std::forward<Ts>(xs)...);
#endif
}

/// Hands a request on: the other actor's answer goes to the one who asked us.
template <class Self, class Handle, class... Ts>
auto delegate(Self* self, const Handle& to, Ts&&... xs) {
#if CAF_MAJOR_VERSION >= 1
  return self->mail(std::forward<Ts>(xs)...).delegate(to);
#else
  return self->delegate(to, std::forward<Ts>(xs)...);
#endif
}

/// A caf::binary_serializer into these bytes, or a caf::binary_deserializer from them. It needs no
/// actor system: what is coded holds no handles.
template <class Coder, class... Bytes>
Coder coder_of(Bytes&&... bytes) {
#if CAF_MAJOR_VERSION >= 1
  return Coder{std::forward<Bytes>(bytes)...};
#else
  return Coder{nullptr, std::forward<Bytes>(bytes)...};
#endif
}

/// Watches other actors on behalf of one: each watched handle has its own callback, run on the
/// watcher's thread, once the watched actor has ended or its process or link is gone. The reason is
/// not told, because across processes it says nothing: find it out from the process itself.
/// Must live as long as its actor.
class down_watch {
public:
  template <class Self, class Handle>
  // NOLINTNEXTLINE(performance-unnecessary-value-param): moved, in either branch
  void watch(Self* self, const Handle& watched, std::function<void()> on_down) {
#if CAF_MAJOR_VERSION >= 1
    self->monitor(watched, [fun = std::move(on_down)](const caf::error&) { fun(); });
#else
    self->set_down_handler([this](const caf::down_msg& down) {
      const auto found = callbacks_.find(down.source);
      if (found == callbacks_.end())
        return;
      auto fun = std::move(found->second);
      callbacks_.erase(found);
      fun();
    });
    callbacks_[caf::actor_cast<caf::actor_addr>(watched)] = std::move(on_down);
    self->monitor(watched);
#endif
  }

#if CAF_MAJOR_VERSION < 1
private:
  std::map<caf::actor_addr, std::function<void()>> callbacks_;
#endif
};

} // namespace lockstep::caf_compat
