// SPDX-License-Identifier: BSD-3-Clause

#include "actors/handshake/listening_socket.hpp"
#include "actors/rules/link/back_off.hpp"
#include "platform/network/socket_address.hpp"
#include "tests/error_of.hpp"
#include "tests/unit/handshake/watched_listener.hpp"
#include "tests/unit/link/raw_socket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <poll.h>

#include <stop_token>
#include <thread>

namespace lockstep::test {

namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// Listens and accepts one connection, which it hands to `talk`.
class lone_server {
public:
  template <class Talk>
  explicit lone_server(Talk talk)
      : socket_(open_listening_socket({"127.0.0.1", 0})), thread_([this, talk] {
          pollfd one{socket_.get(), POLLIN, 0};
          if (::poll(&one, 1, 20'000) > 0)
            talk(accept_socket(socket_.get()).socket);
        }) {}

  [[nodiscard]] address where() const { return own_address(socket_.get()); }

private:
  unique_descriptor socket_;
  std::jthread thread_;
};

TEST(dial, a_port_where_nobody_listens_may_be_tried_again) {
  small_cluster cluster;
  address nobody;
  {
    const auto socket = open_listening_socket({"127.0.0.1", 0});
    nobody = own_address(socket.get());
  }
  const auto result = dial(nobody, *cluster.node, cluster.alpha, quick());
  EXPECT_THAT(failure_of(result), HasSubstr("Connection refused"));
  EXPECT_TRUE(test::error_of(result).again);
}

TEST(dial, a_name_that_does_not_exist_is_told_and_may_be_tried_again) {
  small_cluster cluster;
  const auto result = dial({"no-such-host.invalid", 1}, *cluster.node, cluster.alpha, quick());
  ASSERT_NE(failure_of(result), "");
  EXPECT_TRUE(test::error_of(result).again);
}

TEST(dial, a_mute_listener_costs_no_more_than_the_limit) {
  small_cluster cluster;
  const auto mute = open_listening_socket({"127.0.0.1", 0});
  const auto began = std::chrono::steady_clock::now();
  const auto result = dial(own_address(mute.get()), *cluster.node, cluster.alpha, {.limit = 200ms});
  EXPECT_THAT(failure_of(result), HasSubstr("did not answer within 200 ms"));
  EXPECT_TRUE(test::error_of(result).again);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
}

TEST(dial, it_ends_when_it_is_told_to_stop) {
  small_cluster cluster;
  const auto mute = open_listening_socket({"127.0.0.1", 0});
  std::stop_source stop;
  std::jthread later{[&] {
    pollfd one{mute.get(), POLLIN, 0};
    ::poll(&one, 1, 20'000); // it has dialled
    stop.request_stop();
  }};
  const auto result = dial(own_address(mute.get()), *cluster.node, cluster.alpha,
                           {.limit = 60s, .stop = stop.get_token()});
  EXPECT_THAT(failure_of(result), HasSubstr("was stopped"));
}

TEST(dial, plain_bytes_from_the_other_side_are_no_tls) {
  small_cluster cluster;
  lone_server plain{[](const unique_descriptor& socket) {
    send_raw(socket.get(), "220 mail.example ESMTP ready\r\n");
    is_ended(socket.get(), patience);
  }};
  const auto result = dial(plain.where(), *cluster.node, cluster.alpha, quick());
  EXPECT_THAT(failure_of(result), HasSubstr("not TLS"));
  EXPECT_FALSE(test::error_of(result).again);
}

TEST(dial, a_listener_that_hangs_up_at_once_may_be_tried_again) {
  small_cluster cluster;
  lone_server rude{[](const unique_descriptor&) {}};
  const auto result = dial(rude.where(), *cluster.node, cluster.alpha, quick());
  ASSERT_NE(failure_of(result), "");
  EXPECT_TRUE(test::error_of(result).again) << failure_of(result);
}

TEST(dial, back_off_doubles_up_to_a_limit_and_scatters) {
  EXPECT_EQ(back_off(1, 0.5), 500ms);
  EXPECT_EQ(back_off(2, 0.5), 1'000ms);
  EXPECT_EQ(back_off(5, 0.5), 8'000ms);
  EXPECT_EQ(back_off(6, 0.5), 15'000ms);
  EXPECT_EQ(back_off(4'000'000'000U, 0.5), 15'000ms);
  EXPECT_EQ(back_off(1, 0), 375ms);
  EXPECT_EQ(back_off(1, 1), 625ms);
  EXPECT_EQ(back_off(0, 0.5), 500ms);
}

} // namespace

} // namespace lockstep::test
