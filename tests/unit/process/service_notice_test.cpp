#include "actors/process/service_notice.hpp"
#include "actors/process/unique_descriptor.hpp"

#include <gtest/gtest.h>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace lockstep {

namespace {

/// A service manager's socket, by path or (with '@') abstract.
class manager {
public:
  explicit manager(const std::string& name)
      : name_(name), socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    std::memcpy(where.sun_path, name.data(), name.size());
    if (name.front() == '@')
      where.sun_path[0] = '\0';
    bound_ = ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&where),
                    static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size())) == 0;
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
  }
  ~manager() {
    ::unlink(name_.c_str());
    for (const auto* left : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
      ::unsetenv(left);
  }
  manager(const manager&) = delete;
  manager& operator=(const manager&) = delete;

  [[nodiscard]] bool bound() const { return bound_; }

  /// The next message; empty if none comes.
  [[nodiscard]] std::string next(int limit_ms = 5'000) const {
    pollfd wait{socket_.get(), POLLIN, 0};
    std::array<char, 1'024> bytes{};
    if (::poll(&wait, 1, limit_ms) <= 0)
      return {};
    const auto size = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
    return {bytes.data(), static_cast<std::size_t>(size > 0 ? size : 0)};
  }

private:
  std::string name_;
  unique_descriptor socket_;
  bool bound_ = false;
};

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
  const manager systemd{path_name()};
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
  const manager systemd{"@lockstep-notice-" + std::to_string(::getpid())};
  ASSERT_TRUE(systemd.bound());
  service_notice::from_environment().alive();
  EXPECT_EQ(systemd.next(), "WATCHDOG=1");
}

TEST(service_notice, it_is_taken_out_of_the_environment_so_that_no_child_can_speak_for_us) {
  const manager systemd{path_name()};
  ::setenv("WATCHDOG_USEC", "2000000", 1);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  const auto notice = service_notice::from_environment();
  EXPECT_EQ(notice.watchdog_interval(), std::chrono::seconds{1});
  for (const auto* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
    EXPECT_EQ(std::getenv(name), nullptr) << name;
}

TEST(service_notice, a_program_that_executes_itself_anew_finds_it_again) {
  const manager systemd{path_name()};
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
    const manager systemd{path_name()};
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
  const manager systemd{path_name()};
  ::setenv("WATCHDOG_USEC", "20000", 1);
  const auto notice = service_notice::from_environment();
  termination end;
  std::atomic<bool> answering = true;
  std::atomic<int> asked = 0;
  auto why = termination::reason::time_over;
  std::thread main{[&] {
    why = wait_for_end(end, notice, [&](std::chrono::milliseconds limit) {
      EXPECT_EQ(limit, std::chrono::milliseconds{5});
      ++asked;
      return answering.load();
    });
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
