// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/process/service_manager.hpp"

#include "platform/process/service_notice.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <thread>

namespace lockstep {

namespace {

std::string path_name() {
  return testing::TempDir() + "notice-" + std::to_string(::getpid());
}

/// What a program's main has, without changing what the tests after this one do about signals.
struct passing_termination {
  passing_termination() { ::pthread_sigmask(SIG_SETMASK, nullptr, &before); }
  ~passing_termination() {
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
  }
  sigset_t before{};
};

} // namespace

TEST(service_notice, it_says_how_the_service_gets_on) {
  const service_manager systemd{path_name()};
  ASSERT_TRUE(systemd.bound());
  const auto notice = service_notice::from_environment();
  notice.ready("listening on\n127.0.0.1:8050");
  EXPECT_EQ(systemd.next(), "READY=1\nSTATUS=listening on 127.0.0.1:8050");
  notice.status("joined as n1");
  EXPECT_EQ(systemd.next(), "STATUS=joined as n1");
  notice.reloading();
  EXPECT_TRUE(systemd.next().starts_with("RELOADING=1\nMONOTONIC_USEC="));
  notice.stopping();
  EXPECT_EQ(systemd.next(), "STOPPING=1");
}

TEST(service_notice, the_socket_may_be_an_abstract_one) {
  const service_manager systemd{"@lockstep-notice-" + std::to_string(::getpid())};
  ASSERT_TRUE(systemd.bound());
  service_notice::from_environment().alive();
  EXPECT_EQ(systemd.next(), "WATCHDOG=1");
}

TEST(service_notice, it_is_taken_out_of_the_environment_so_that_no_child_can_speak_for_us) {
  const service_manager systemd{path_name()};
  ::setenv("WATCHDOG_USEC", "2000000", 1);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  const auto notice = service_notice::from_environment();
  EXPECT_EQ(notice.watchdog_interval(), std::chrono::seconds{1});
  for (const auto* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
    EXPECT_EQ(std::getenv(name), nullptr) << name;
}

TEST(service_notice, a_program_that_executes_itself_anew_finds_it_again) {
  const service_manager systemd{path_name()};
  ::setenv("WATCHDOG_USEC", "2000000", 1);
  service_notice::from_environment().to_environment();
  const auto again = service_notice::from_environment();
  EXPECT_EQ(again.watchdog_interval(), std::chrono::seconds{1});
  again.alive();
  EXPECT_EQ(systemd.next(), "WATCHDOG=1");
  service_notice{}.to_environment();
  EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr);
}

TEST(service_notice, another_process_s_watchdog_and_nonsense_are_not_heeded) {
  for (const auto& [limit, pid] : {std::pair{"2000000", "1"}, std::pair{"soon", ""},
                                   std::pair{"-1", ""}, std::pair{"0", ""}}) {
    const service_manager systemd{path_name()};
    ::setenv("WATCHDOG_USEC", limit, 1);
    if (*pid != '\0')
      ::setenv("WATCHDOG_PID", pid, 1);
    EXPECT_EQ(service_notice::from_environment().watchdog_interval(), std::nullopt) << limit;
  }
}

TEST(service_notice, nobody_who_listens_is_no_trouble) {
  service_notice{}.ready("nobody asked");
  ::setenv("NOTIFY_SOCKET", "/nowhere/at/all", 1);
  service_notice::from_environment().ready("he is gone");
  ::setenv("NOTIFY_SOCKET", std::string(500, 'x').c_str(), 1);
  const auto notice = service_notice::from_environment();
  notice.ready("no such name can be");
  EXPECT_EQ(notice.watchdog_interval(), std::nullopt);
}

TEST(service_notice, the_watchdog_is_fed_only_while_those_who_work_answer) {
  const passing_termination restored;
  const service_manager systemd{path_name()};
  ::setenv("WATCHDOG_USEC", "20000", 1);
  const auto notice = service_notice::from_environment();
  termination end;
  std::atomic<bool> answering = true;
  std::atomic<int> asked = 0;
  feed_watchdog(end, notice, [&](std::chrono::milliseconds limit) {
    EXPECT_EQ(limit, std::chrono::milliseconds{5});
    ++asked;
    return answering.load();
  });
  auto why = termination::reason::time_over;
  std::thread main{[&] {
    // Many short waits feed it as well as a long one.
    while (why == termination::reason::time_over)
      why = end.wait(std::chrono::milliseconds{2});
    notice.stopping();
  }};
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(systemd.next(), "WATCHDOG=1");
  answering = false;
  const int hung_at = asked;
  while (asked < hung_at + 5)
    std::this_thread::yield();
  end.notify();
  main.join();
  EXPECT_EQ(why, termination::reason::notified);
  // It was fed at most for the question under way when they fell silent.
  int fed = 0;
  auto last = systemd.next();
  for (; last == "WATCHDOG=1"; last = systemd.next())
    ++fed;
  EXPECT_LE(fed, hung_at + 1 - 3);
  EXPECT_EQ(last, "STOPPING=1");
}

} // namespace lockstep
