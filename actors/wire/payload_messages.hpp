// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/blob_inspect.hpp"
#include "actors/wire/ids.hpp"

#include <lockstep/blob.hpp>

#include <cstdint>

/// Between machines: pieces of what a later message names.

namespace lockstep {

/// What a transfer brings.
enum class transfer_kind : std::uint8_t {
  payload, ///< one large payload
  pack,    ///< the small ones of a message, see rules/packing.hpp
  library  ///< a model's library
};

template <class Inspector>
bool inspect(Inspector& f, transfer_kind& x) {
  auto get = [&x] { return static_cast<std::uint8_t>(x); };
  auto set = [&x](std::uint8_t number) {
    x = static_cast<transfer_kind>(number);
    return number <= static_cast<std::uint8_t>(transfer_kind::library);
  };
  return f.apply(get, set);
}

/// Controller to node or node to controller, between machines: a piece of bytes that go ahead of
/// the message that names them. A sender's transfers of a run follow one another, and so do the
/// pieces of each. Answered with nothing once it is taken, which is the credit for more. Error
/// transfer_refused with a sentence: the transfer is dropped then, and not sent on.
struct payload_piece {
  run_id run;
  std::uint64_t transfer = 0; ///< from 1, never used twice by a sender
  transfer_kind kind = transfer_kind::payload;
  std::uint64_t total = 0;  ///< bytes of the transfer
  std::uint64_t offset = 0; ///< of its first byte in the transfer: as many have come before
  blob bytes;               ///< at most 1 MiB
};

template <class Inspector>
bool inspect(Inspector& f, payload_piece& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("transfer", x.transfer),
                            f.field("kind", x.kind), f.field("total", x.total),
                            f.field("offset", x.offset), f.field("bytes", x.bytes));
}

} // namespace lockstep
