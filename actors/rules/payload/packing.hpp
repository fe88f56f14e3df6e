// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/blob.hpp>

#include <optional>
#include <vector>

namespace lockstep {

/// The small payloads of a message as one, so that a hundred thousand items are one transfer and
/// not a message that holds a link up.
///
/// A pack is a count, a size for each payload of the message in order, and the bytes of the small
/// ones. The size of one that stands apart is all ones.

/// One that is sent by itself: large, or lost and so no bytes at all.
[[nodiscard]] bool stands_apart(const blob& payload);

/// Bytes that the small ones of these would add to a message.
[[nodiscard]] std::size_t small_bytes(const std::vector<blob>& payloads);

/// The small ones in one, without a copy.
[[nodiscard]] blob pack(const std::vector<blob>& payloads);

/// The payloads in order, from the pack and those that stood apart. Nothing where they do not fit
/// together, whatever the bytes are. Throws std::runtime_error where the pack cannot be read.
[[nodiscard]] std::optional<std::vector<blob>> unpack(const blob& pack, std::vector<blob> apart);

} // namespace lockstep
