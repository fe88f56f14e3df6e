// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/caf_compat.hpp"

#include <lockstep/blob.hpp>
#include <lockstep/json.hpp>

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/span.hpp>

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

namespace lockstep {

namespace blob_wire {

/// How a blob is written: its form, its size, and then what the form needs. The numbers travel.
enum class form : std::uint8_t {
  bytes,     ///< the bytes themselves
  shared,    ///< process and descriptor of shared memory
  lost,      ///< the sentence that reading throws
  joined,    ///< how many parts, and each of them; a part is never joined itself
  sent_ahead ///< the number of the transfer
};

/// False, with an error in `f`, where the bytes are none, or name memory and may not. Shared memory
/// that cannot be opened gives a lost blob instead, so that somebody answers the message.
bool save(caf::binary_serializer& f, const blob& x);
bool load(caf::binary_deserializer& f, blob& x);

} // namespace blob_wire

/// A blob crosses the wire as its size and its bytes, never element by element: CAF's own way would
/// change the bits of denormal numbers and NaNs and be ten times slower.
///
/// One in shared memory crosses as who holds it under which number, and whoever receives the
/// message opens it at once; from another machine such a message is not taken, see
/// message_source.hpp. So **who sends a blob keeps it until the receiver has surely read the
/// message**: arguments until they are answered, answers until the next task.
///
/// To another machine large ones are sent ahead in pieces, see payload_sender.hpp; of those only
/// the number of the transfer is in the message.
template <class Inspector>
bool inspect(Inspector& f, blob& x) {
  if constexpr (std::is_same_v<Inspector, caf::binary_serializer>) {
    return blob_wire::save(f, x);
  } else if constexpr (std::is_same_v<Inspector, caf::binary_deserializer>) {
    return blob_wire::load(f, x);
  } else {
    auto get = [&x] { return std::to_string(x.size()) + " bytes"; };
    auto set = [](const std::string&) { return false; };
    return f.apply(get, set);
  }
}

} // namespace lockstep

namespace nlohmann {

/// A JSON value crosses the wire as CBOR: as text, numbers that are not finite would become null.
template <class Inspector>
bool inspect(Inspector& f, lockstep::json& x) {
  auto get = [&x] {
    std::string bytes;
    lockstep::json::to_cbor(x, bytes);
    return bytes;
  };
  auto set = [&x](const std::string& bytes) {
    x = lockstep::json::from_cbor(bytes, true, false);
    return !x.is_discarded();
  };
  return f.apply(get, set);
}

} // namespace nlohmann
