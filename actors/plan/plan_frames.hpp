// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/caf_compat.hpp"
#include "actors/wire/message_source.hpp"

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/byte_buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>

/// What a head and the process of a plan say to one another over a stream: frames of a header and a
/// body, which is written and read as CAF does with messages. Large payloads are in shared memory
/// and only named in it, see blob_inspect.hpp: whoever sent one keeps it until the answer has come,
/// or the next frame.
namespace lockstep {

/// Unlikely numbers, so that what a plan writes to a descriptor that is not its own is found out.
enum class plan_frame : std::uint32_t {
  load = 0x4c53'5000, ///< head: the model_reference of what the plan may be of; any number of times
  begin = 0x4c53'5001,  ///< head: a plan_start; after that no load, and once
  order = 0x4c53'5002,  ///< head: a plan_order, at any time
  answer = 0x4c53'5003, ///< head: a plan_answer to the call
  call = 0x4c53'5004,   ///< plan: a plan_call; the next not before its answer
  report = 0x4c53'5005, ///< plan: a json_text
  ended = 0x4c53'5006   ///< plan: a plan_ended; the last
};

struct plan_frame_header {
  std::uint32_t size = 0; ///< bytes of the body
  plan_frame kind{};
};

inline constexpr std::size_t plan_frame_body_max = std::numeric_limits<std::uint32_t>::max();

/// Puts a frame behind what is there. False, and nothing is put, where it is too large.
template <class T>
bool append_frame(caf::byte_buffer& bytes, plan_frame kind, T& body) {
  const auto begin = bytes.size();
  bytes.resize(begin + sizeof(plan_frame_header));
  auto out = caf_compat::coder_of<caf::binary_serializer>(bytes);
  const bool ok = out.apply(body);
  const auto size = bytes.size() - begin - sizeof(plan_frame_header);
  if (!ok || size > plan_frame_body_max) {
    bytes.resize(begin);
    return false;
  }
  const plan_frame_header header{static_cast<std::uint32_t>(size), kind};
  std::memcpy(bytes.data() + begin, &header, sizeof header);
  return true;
}

/// A header as it came.
inline plan_frame_header read_header(const void* bytes) {
  plan_frame_header header;
  std::memcpy(&header, bytes, sizeof header);
  return header;
}

/// A body of this type; nothing where the bytes are none. Opens shared memory that is named in it.
template <class T>
std::optional<T> read_body(const void* bytes, std::size_t size) {
  const message_source source{message_source::machine::this_one};
  auto in = caf_compat::coder_of<caf::binary_deserializer>(bytes, size);
  T body{};
  if (!in.apply(body) || in.remaining() != 0)
    return std::nullopt;
  return body;
}

} // namespace lockstep
