// SPDX-License-Identifier: BSD-3-Clause

#include "node/renewal.hpp"

#include "platform/authority/pki_files.hpp"
#include "tests/unit/link/test_authority.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

namespace lockstep {

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// Takes connections, as the kernel does for it, and never says a word.
class silent_head {
public:
  silent_head() {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(listening_.get(), reinterpret_cast<const sockaddr*>(&any), sizeof(any)), 0);
    EXPECT_EQ(::listen(listening_.get(), 8), 0);
  }
  [[nodiscard]] address where() const {
    sockaddr_in own{};
    socklen_t size = sizeof(own);
    ::getsockname(listening_.get(), reinterpret_cast<sockaddr*>(&own), &size);
    return {"127.0.0.1", ntohs(own.sin_port)};
  }
  /// Waits until somebody has connected.
  [[nodiscard]] bool is_asked() const {
    pollfd wait{listening_.get(), POLLIN, 0};
    return ::poll(&wait, 1, 10'000) == 1;
  }

private:
  unique_descriptor listening_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
};

/// A node whose certificate has an hour behind it and ten minutes before it: it is due.
head_link_options node_that_is_due(test::test_authority& authority) {
  const auto made = authority.issue(certificate_role::node, "n1", {.from = -1h, .to = 10min});
  head_link_options options;
  options.membership.name = "n1";
  options.membership.identity = authority.file("identity");
  fs::create_directory(options.membership.identity);
  const auto own = member_files(options.membership.identity, "n1");
  fs::copy_file(made.authority, own.authority);
  fs::copy_file(made.certificate, own.certificate);
  fs::copy_file(made.key, own.key);
  return options;
}

} // namespace

TEST(renewal, a_head_that_does_not_answer_holds_nothing_up) {
  test::test_authority authority;
  auto options = node_that_is_due(authority);
  const silent_head head;
  options.join = {head.where()};
  termination end;
  std::atomic<int> times_fed = 0;
  end.while_waiting(5ms, [&] { ++times_fed; });
  std::chrono::steady_clock::time_point told;
  int fed_before = 0;
  std::jthread owner{[&] {
    EXPECT_TRUE(head.is_asked());
    fed_before = times_fed;
    told = std::chrono::steady_clock::now();
    end.notify();
  }};
  EXPECT_EQ(wait_and_renew(options, end, 50ms), termination::reason::notified);
  EXPECT_LT(std::chrono::steady_clock::now() - told, 3s); // to dial alone may take 10 s
  EXPECT_GT(fed_before, 0);
}

TEST(renewal, a_node_that_listens_says_that_its_certificate_is_due) {
  test::test_authority authority;
  auto options = node_that_is_due(authority);
  options.listen = address{"127.0.0.1", 0};
  termination end;
  ::testing::internal::CaptureStderr();
  std::string said;
  end.while_waiting(10ms, [&] {
    said += ::testing::internal::GetCapturedStderr();
    ::testing::internal::CaptureStderr();
    if (!said.empty())
      end.notify();
  });
  EXPECT_EQ(wait_and_renew(options, end, 30ms), termination::reason::notified);
  (void)::testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, ::testing::HasSubstr("control pki issue n1"));
}

} // namespace lockstep
