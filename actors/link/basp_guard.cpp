// SPDX-License-Identifier: BSD-3-Clause

#include "actors/link/basp_guard.hpp"

namespace lockstep {

namespace {

// caf/io/basp/header.hpp, alike in 0.18 and 1.x: operation, two bytes of padding, flags, length of
// the payload, operation data, source, destination; big endian.
constexpr std::size_t header_size = 32;
constexpr unsigned char client_handshake = 1; // 0 is the server's
constexpr unsigned char heartbeat = 6;
constexpr unsigned char named_receiver = 1;
constexpr std::uint64_t configuration_server = 1;

std::uint64_t big_endian(const unsigned char* from, std::size_t bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i)
    value = (value << 8U) | from[i];
  return value;
}

} // namespace

bool basp_guard::admits(const void* piece, std::size_t size) {
  if (payload_follows_) {
    payload_follows_ = false;
    return true; // its length was checked with the header
  }
  if (size != header_size)
    return false;
  const auto* header = static_cast<const unsigned char*>(piece);
  const auto operation = header[0];
  const auto payload_bytes = big_endian(header + 4, 4);
  const bool is_handshake = operation <= client_handshake;
  const bool to_configuration =
      (header[3] & named_receiver) != 0 && big_endian(header + 24, 8) == configuration_server;
  if (operation > heartbeat || payload_bytes > payload_bytes_max_ || to_configuration ||
      (is_handshake && payload_bytes == 0))
    return false;
  payload_follows_ = payload_bytes > 0;
  return true;
}

} // namespace lockstep
