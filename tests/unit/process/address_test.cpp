// SPDX-License-Identifier: BSD-3-Clause

#include "platform/network/address.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lockstep {

namespace {

address good(std::string_view text) {
  return parse_address(text).value_or(address{});
}

std::string refused(std::string_view text) {
  const auto parsed = parse_address(text);
  return parsed ? "accepted" : parsed.error();
}

} // namespace

TEST(address, host_and_port_are_read_and_written) {
  EXPECT_EQ(good("127.0.0.1:8050"), (address{"127.0.0.1", 8050}));
  EXPECT_EQ(good("[::1]:0"), (address{"::1", 0}));
  EXPECT_EQ(good("localhost:65535"), (address{"localhost", 65'535}));
  EXPECT_EQ(to_string(address{"::1", 80}), "[::1]:80");
  EXPECT_EQ(to_string(address{"127.0.0.1", 80}), "127.0.0.1:80");
}

TEST(address, what_is_wrong_is_said) {
  EXPECT_NE(refused("127.0.0.1").find("port is missing"), std::string::npos);
  EXPECT_NE(refused(":8050").find("host is missing"), std::string::npos);
  EXPECT_NE(refused("[]:8050").find("host is missing"), std::string::npos);
  EXPECT_NE(refused("::1:8050").find("between [ and ]"), std::string::npos);
  EXPECT_NE(refused("[127.0.0.1]:8050").find("between [ and ]"), std::string::npos);
  for (const auto* text : {"h:", "h:x", "h:-1", "h:65536", "h:80 ", "h:+80", "h:8 0"})
    EXPECT_NE(refused(text).find("from 0 to 65535"), std::string::npos) << text;
  for (const auto* text : {"", "a b:80", "[::1:80", "::1]:80"})
    EXPECT_NE(refused(text), "accepted") << text;
}

TEST(address, loopback_is_told_from_the_rest) {
  for (const auto* host : {"127.0.0.1", "127.200.3.4", "::1", "localhost"})
    EXPECT_TRUE(is_loopback({host, 1})) << host;
  for (const auto* host : {"0.0.0.0", "::", "192.168.1.1", "128.0.0.1", "example.org", "127"})
    EXPECT_FALSE(is_loopback({host, 1})) << host;
}

TEST(address, whoever_listens_at_all_addresses_is_reached_by_loopback) {
  EXPECT_EQ(as_reached_here({"0.0.0.0", 80}), (address{"127.0.0.1", 80}));
  EXPECT_EQ(as_reached_here({"::", 80}), (address{"::1", 80}));
  EXPECT_EQ(as_reached_here({"0:0::0", 80}), (address{"::1", 80}));
  for (const auto* host : {"127.0.0.2", "::1", "10.0.0.1", "localhost", "example.org"})
    EXPECT_EQ(as_reached_here({host, 80}), (address{host, 80}));
}

} // namespace lockstep
