// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/handshake/dial.hpp"
#include "actors/handshake/tls_listener.hpp"
#include "tests/unit/link/test_authority.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lockstep::test {

/// Longer than anything here takes; a test that waits so long has failed.
inline constexpr std::chrono::seconds patience{20};

/// A head's listener on a free port of loopback that writes down what happens.
class watched_listener {
public:
  struct refused_one {
    std::string address;
    std::string why;
  };

  explicit watched_listener(std::shared_ptr<const tls_context> context,
                            listener_options options = {}, listener_callbacks callbacks = {}) {
    if (options.where.host.empty())
      options.where = {"127.0.0.1", 0};
    if (options.own.role.empty())
      options.own = own_hello(certificate_role::head, "tower", "0.1.0");
    if (!callbacks.on_link)
      callbacks.on_link = [this](std::unique_ptr<tls_session> session, const link_peer& peer) {
        note(links_, dialled{std::move(session), peer});
      };
    callbacks.on_refused = [this](const std::string& address, const std::string& why) {
      note(refused_, refused_one{address, why});
    };
    callbacks.on_joined = [this](const std::string& who, const std::string&) {
      note(joined_, std::string{who});
    };
    listener_.emplace(std::move(context), std::move(options), std::move(callbacks));
  }

  tls_listener& operator*() { return *listener_; }
  tls_listener* operator->() { return &*listener_; }
  [[nodiscard]] const address& where() const { return listener_->where(); }

  /// The next that happened; nothing after all patience.
  std::optional<dialled> next_link() { return next(links_); }
  std::optional<refused_one> next_refused() { return next(refused_); }
  std::optional<std::string> next_joined() { return next(joined_); }

private:
  template <class T>
  void note(std::deque<T>& list, T one) {
    const std::lock_guard lock{mutex_};
    list.push_back(std::move(one));
    changed_.notify_all();
  }

  template <class T>
  std::optional<T> next(std::deque<T>& list) {
    std::unique_lock lock{mutex_};
    if (!changed_.wait_for(lock, patience, [&] { return !list.empty(); }))
      return {};
    std::optional<T> first{std::move(list.front())};
    list.pop_front();
    return first;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<dialled> links_;
  std::deque<refused_one> refused_;
  std::deque<std::string> joined_;
  std::optional<tls_listener> listener_; // ends first
};

/// An authority, a head "tower" and a node "alpha", as most tests want them.
struct small_cluster {
  test_authority authority;
  tls_files head_files = authority.issue(certificate_role::head, "tower");
  tls_files node_files = authority.issue(certificate_role::node, "alpha");
  std::shared_ptr<const tls_context> head =
      load_or_fail(head_files, {.role = certificate_role::node, .without_certificate = true});
  std::shared_ptr<const tls_context> node =
      load_or_fail(node_files, {.role = certificate_role::head});
  hello alpha = own_hello(certificate_role::node, "alpha", "0.1.0");
};

inline dial_options quick() {
  return {.limit = patience};
}

/// Why it failed; empty if it did not.
template <class Result>
std::string failure_of(const Result& result) {
  return result ? std::string{} : result.error().why;
}

} // namespace lockstep::test
