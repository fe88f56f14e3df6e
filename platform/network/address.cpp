// SPDX-License-Identifier: BSD-3-Clause

#include "platform/network/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

namespace lockstep {

namespace {

tl::unexpected<std::string> refuse(std::string_view text, std::string_view why) {
  return tl::unexpected("\"" + std::string(text) + "\" is not an address: " + std::string(why) +
                        " Write HOST:PORT or [IPV6]:PORT, such as 127.0.0.1:8050 or [::1]:8050.");
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, port);
  if (text.empty() || failure != std::errc{} || stop != end)
    return std::nullopt;
  return port;
}

bool is_ipv6(const std::string& host) {
  in6_addr ignored{};
  return inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
}

} // namespace

tl::expected<address, std::string> parse_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos)
    return refuse(text, "the port is missing.");
  auto host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed)
    host = host.substr(1, host.size() - 2);
  if (host.empty())
    return refuse(text, "the host is missing.");
  if (bracketed && !is_ipv6(std::string(host)))
    return refuse(text, "between [ and ] must stand an IPv6 address.");
  if (!bracketed && host.find(':') != std::string_view::npos)
    return refuse(text, "an IPv6 address must stand between [ and ].");
  if (std::ranges::any_of(host, [](char c) { return c <= ' ' || c == '[' || c == ']'; }))
    return refuse(text, "the host holds a character that no host has.");
  const auto port = parse_port(text.substr(colon + 1));
  if (!port)
    return refuse(text, "the port must be a number from 0 to 65535.");
  return address{std::string(host), *port};
}

std::string to_string(const address& where) {
  const bool ipv6 = where.host.find(':') != std::string::npos;
  return (ipv6 ? "[" + where.host + "]" : where.host) + ":" + std::to_string(where.port);
}

bool is_loopback(const address& where) {
  if (where.host == "localhost")
    return true;
  in_addr four{};
  if (inet_pton(AF_INET, where.host.c_str(), &four) == 1)
    return (ntohl(four.s_addr) >> 24U) == 127;
  in6_addr six{};
  return inet_pton(AF_INET6, where.host.c_str(), &six) == 1 &&
         std::memcmp(&six, &in6addr_loopback, sizeof six) == 0;
}

address as_reached_here(address where) {
  in_addr four{};
  if (inet_pton(AF_INET, where.host.c_str(), &four) == 1 && four.s_addr == INADDR_ANY)
    where.host = "127.0.0.1";
  in6_addr six{};
  if (inet_pton(AF_INET6, where.host.c_str(), &six) == 1 && IN6_IS_ADDR_UNSPECIFIED(&six))
    where.host = "::1";
  return where;
}

} // namespace lockstep
