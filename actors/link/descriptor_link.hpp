#pragma once

#include "actors/wire/caf_compat.hpp"

#include <caf/io/middleman_actor.hpp>

#include <cstdint>

namespace lockstep {

/// CAF between a parent and the children that it started, over Unix domain sockets that have no
/// name.
///
/// A parent makes a socketpair for each child, gives one end to the child as an inherited
/// descriptor and the other to its own `link_door`. CAF's protocol trusts its peers completely, so
/// the whole security of it is who holds an end: here only the two processes, whoever else is on
/// the machine, because there is no path to open and no port to dial. And there is nothing to clean
/// up: the sockets end with the processes, also on kill -9.
///
/// It goes through CAF's transport door (as CAF's OpenSSL module does): a middleman actor of our
/// own that makes scribes from descriptors; actors, proxies and the protocol stay CAF's.
class link_door {
public:
  /// Opens the door: `published` is what a child gets when it connects. Must be called after the
  /// middleman module is loaded; throws std::runtime_error if the system refuses sockets.
  link_door(caf::actor_system& system, const caf::strong_actor_ptr& published);
  ~link_door();
  link_door(const link_door&) = delete;
  link_door& operator=(const link_door&) = delete;

  /// Takes the parent's end of a child's socketpair over, whatever the outcome. False if the door
  /// is closed. Thread-safe.
  bool admit(int descriptor);

private:
  caf::io::middleman_actor manager_;
  int write_end_;
  std::uint16_t port_;
};

/// Connects through the inherited end of a socketpair and returns the actor that the parent
/// published, or the error. Blocks for at most `limit`. Takes the descriptor over.
caf::expected<caf::strong_actor_ptr> connect_to_parent(caf::actor_system& system, int descriptor,
                                                       std::chrono::milliseconds limit);

} // namespace lockstep
