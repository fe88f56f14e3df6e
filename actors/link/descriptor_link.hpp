// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/link/tls_link.hpp"
#include "actors/wire/caf_compat.hpp"
#include "platform/process/unique_descriptor.hpp"

#include <caf/io/middleman_actor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace lockstep {

class link_queue;

/// CAF between two processes that trust each other: a parent and the children that it started, over
/// Unix domain sockets that have no name, and a head and its nodes, over TLS.
///
/// CAF's protocol trusts its peers completely, so the whole security of it is who holds an end. A
/// parent makes a socketpair for each child, gives one end to the child as an inherited descriptor
/// and the other to its own `link_acceptor`: only the two processes hold an end, whoever else is on
/// the machine, because there is no path to open and no port to dial. And there is nothing to clean
/// up: the sockets end with the processes, also on kill -9. Between machines a `tls_link` is made
/// only after both sides have proved who they are.
///
/// It goes through CAF's transport door (as CAF's OpenSSL module does): a middleman actor of
/// our own that makes scribes from what it is given; actors, proxies and the protocol stay CAF's.
class link_acceptor {
public:
  /// Opens the acceptor: `published` is what a peer gets when it connects. Must be called after the
  /// middleman module is loaded; throws std::runtime_error if the system refuses sockets.
  link_acceptor(caf::actor_system& system, const caf::strong_actor_ptr& published);
  /// Lets nobody in any more. Links that were admitted go on.
  ~link_acceptor();
  link_acceptor(const link_acceptor&) = delete;
  link_acceptor& operator=(const link_acceptor&) = delete;

  /// Takes the parent's end of a child's socketpair over, whatever the outcome. False if the
  /// acceptor is closed. Thread-safe.
  bool admit(int descriptor);

  /// The same for a link between machines.
  bool admit(tls_link link);

  /// Ends all links between machines with this name at once: their actors here and there see DOWN.
  /// Returns how many there were. For a node that was told to leave, whose certificate was revoked,
  /// or that dials anew while its old link has not been found dead yet. Thread-safe.
  std::size_t cut(const std::string& name);

private:
  std::shared_ptr<link_queue> queue_;
  caf::io::middleman_actor manager_;
  std::uint16_t port_ = 0;
};

/// Connects through the inherited end of a socketpair and returns the actor that the parent
/// published, or the error. Blocks for at most `limit`. Takes the descriptor over.
caf::expected<caf::strong_actor_ptr> connect_to_parent(caf::actor_system& system, int descriptor,
                                                       std::chrono::milliseconds limit);

/// The same over a link between machines. Call it anew with another link when the published actor
/// is DOWN.
caf::expected<caf::strong_actor_ptr> connect_to_parent(caf::actor_system& system, tls_link link,
                                                       std::chrono::milliseconds limit);

} // namespace lockstep
