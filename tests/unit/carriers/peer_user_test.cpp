// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/peer_user.hpp"

#include "platform/process/unique_descriptor.hpp"
#include "tests/unit/carriers/echo_server.hpp"
#include "tests/unit/carriers/other_user.hpp"
#include "tests/unit/carriers/test_client.hpp"

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace lockstep {

namespace {

/// A loopback connection; both ends are this process's unless a child takes one.
class connected_pair {
public:
  /// `family` of the one that connects: an IPv6 socket may be connected to an IPv4 address.
  explicit connected_pair(const std::string& host, int family) {
    const bool ipv6 = host == "::1";
    listener_ = unique_descriptor{::socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0)};
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_addr = in6addr_loopback;
    if (ipv6)
      listen(six);
    else
      listen(four);
    client = unique_descriptor{::socket(family, SOCK_STREAM, 0)};
    if (family == AF_INET) {
      connect(four);
    } else {
      if (!ipv6) { // ::ffff:127.0.0.1
        six.sin6_addr = in6_addr{};
        six.sin6_addr.s6_addr[10] = six.sin6_addr.s6_addr[11] = 0xff;
        six.sin6_addr.s6_addr[12] = 127;
        six.sin6_addr.s6_addr[15] = 1;
        six.sin6_port = four.sin_port;
      }
      connect(six);
    }
    server = unique_descriptor{::accept(listener_.get(), nullptr, nullptr)};
  }

  unique_descriptor client;
  unique_descriptor server;

private:
  template <class Address>
  void listen(Address& where) {
    auto* plain = reinterpret_cast<sockaddr*>(&where);
    socklen_t size = sizeof where;
    EXPECT_EQ(::bind(listener_.get(), plain, size), 0);
    EXPECT_EQ(::listen(listener_.get(), 1), 0);
    EXPECT_EQ(::getsockname(listener_.get(), plain, &size), 0);
  }
  template <class Address>
  void connect(const Address& where) const {
    EXPECT_EQ(::connect(client.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where), 0)
        << std::strerror(errno);
  }

  unique_descriptor listener_;
};

} // namespace

TEST(peer_user, it_is_who_holds_the_other_end) {
  for (const auto& [host, family] : {std::pair{"127.0.0.1", AF_INET}, std::pair{"::1", AF_INET6},
                                     std::pair{"127.0.0.1", AF_INET6}}) {
    const connected_pair pair{host, family};
    EXPECT_EQ(user_of_peer(pair.server.get()), ::geteuid()) << host << ' ' << family;
    EXPECT_EQ(user_of_peer(pair.client.get()), ::geteuid()) << host << ' ' << family;
    EXPECT_EQ(user_of_peer_by_proc(pair.server.get()), ::geteuid()) << host << ' ' << family;
    EXPECT_EQ(user_of_peer_by_proc(pair.client.get()), ::geteuid()) << host << ' ' << family;
  }
}

TEST(peer_user, one_that_has_closed_is_nobody_and_not_root) {
  connected_pair pair{"127.0.0.1", AF_INET};
  ASSERT_EQ(::send(pair.client.get(), "x", 1, 0), 1);
  pair.client.reset();
  EXPECT_EQ(user_of_peer(pair.server.get()), std::nullopt);
  EXPECT_EQ(user_of_peer_by_proc(pair.server.get()), std::nullopt);
}

TEST(peer_user, one_that_has_reset_the_connection_is_nobody) {
  connected_pair pair{"127.0.0.1", AF_INET};
  const linger at_once{1, 0};
  ::setsockopt(pair.client.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  pair.client.reset();
  EXPECT_EQ(user_of_peer(pair.server.get()), std::nullopt);
  EXPECT_EQ(user_of_peer_by_proc(pair.server.get()), std::nullopt);
}

TEST(peer_user, one_that_only_sends_no_more_is_still_known) {
  const connected_pair pair{"127.0.0.1", AF_INET};
  ::shutdown(pair.client.get(), SHUT_WR);
  EXPECT_EQ(user_of_peer(pair.server.get()), ::geteuid());
  EXPECT_EQ(user_of_peer_by_proc(pair.server.get()), ::geteuid());
}

TEST(peer_user, something_that_is_no_tcp_connection_has_none) {
  auto pair = make_stream_socket_pair();
  EXPECT_EQ(user_of_peer(pair.first.get()), std::nullopt);
  EXPECT_EQ(user_of_peer(-1), std::nullopt);
}

TEST(peer_user, another_user_is_told_apart_by_the_carrier) {
  if (::geteuid() != 0)
    GTEST_SKIP() << "only root can be another user";
  test::echo_server server;
  EXPECT_EQ(test::ask_as_nobody(server.where, "hello"), "hello\n");
  EXPECT_EQ(server.handler.peer().user, test::nobody);
  test::client own(server.where);
  own.send("x\n");
  EXPECT_EQ(own.line(), "x");
  EXPECT_EQ(server.handler.peer().user, uid_t{0});
}

TEST(peer_user, a_user_is_shown_by_name_and_number) {
  EXPECT_EQ(user_text(0), "root (uid 0)");
  EXPECT_EQ(user_text(4'000'000'000U), "uid 4000000000");
}

} // namespace lockstep
