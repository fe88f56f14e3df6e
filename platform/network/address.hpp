// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace lockstep {

/// Where to listen or to connect.
struct address {
  std::string host; ///< a name or an IP address, IPv6 without brackets
  std::uint16_t port = 0;
  bool operator==(const address&) const = default;
};

/// Reads "HOST:PORT" or "[IPV6]:PORT". Port 0 is allowed: the system chooses one. Of a text that is
/// no address, a sentence that says what to write instead.
tl::expected<address, std::string> parse_address(std::string_view text);

/// The address as parse_address() reads it.
std::string to_string(const address& where);

/// Whether nobody outside this machine can reach it: 127.0.0.0/8, ::1 or "localhost".
bool is_loopback(const address& where);

/// The address at which this machine's programs reach whoever listens there: loopback where that is
/// 0.0.0.0 or ::, which are all addresses of a machine and none of them.
address as_reached_here(address where);

} // namespace lockstep
