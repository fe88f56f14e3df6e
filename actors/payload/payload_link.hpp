// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/payload/payload_receiver.hpp"
#include "actors/payload/payload_sender.hpp"
#include "actors/wire/handles.hpp"

#include <memory>
#include <string>
#include <utility>

namespace lockstep {

/// One end of the way for payloads between a controller and a node on another machine: both
/// directions. Part of an actor.
struct payload_link {
  std::shared_ptr<payload_sender> out;
  payload_receiver in;
};

/// The sentence that an error brings, or all that is known of it.
inline std::string sentence_of(const caf::error& why) {
  const auto& context = why.context();
  return context.match_elements<std::string>() ? context.get_as<std::string>(0)
                                               : caf::to_string(why);
}

/// The end that `self` has towards the other. What was sent is settled on the thread of `self`. No
/// request has a time limit: a machine that is gone is told by its DOWN, and then this object ends.
template <class Self, class Handle>
std::shared_ptr<payload_link> link_payloads(Self* self, const Handle& other) {
  auto link = std::make_shared<payload_link>();
  link->out = std::make_shared<payload_sender>(
      [self, other](payload_piece piece, const payload_sender::settle_piece& settle) {
        caf_compat::request(self, other, caf::infinite, std::move(piece))
            .then([settle] { settle({}); },
                  [settle](const caf::error& why) { settle(tl::unexpected{sentence_of(why)}); });
      },
      [self] { return self->clock().now(); });
  return link;
}

/// The answer to a piece.
inline caf::result<void> take_piece(payload_receiver& in, const payload_piece& piece,
                                    const payload_receiver::allowance& most) {
  if (auto taken = in.take(piece, most); !taken)
    return caf::make_error(errc::transfer_refused, std::move(taken.error()));
  return caf::unit;
}

} // namespace lockstep
