// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/fixtures/held_memory.hpp"
#include "tests/system/fixtures/programs.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

namespace lockstep {

namespace {

constexpr std::int64_t mebibyte = std::int64_t{1} << 20U;
constexpr std::int64_t until_killed = 1'000'000'000; ///< steps
constexpr std::chrono::seconds in_time{5};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool allocator_gives_back = false; // a sanitizer's keeps what was freed, to find its use
#else
constexpr bool allocator_gives_back = true;
#endif

std::string start(running_head& head, std::int64_t bytes, std::int64_t steps) {
  return head.connect().call(
      "runs.start",
      {{"model", "large_payloads"}, {"parameters", {{"bytes", bytes}, {"steps", steps}}}})["run"];
}

#if defined(__SANITIZE_THREAD__)
constexpr std::int64_t exchanged = 8 * mebibyte; // it looks at every word that is copied
#else
constexpr std::int64_t exchanged = 64 * mebibyte;
#endif

/// A run of large payloads of which some steps are over, so that memories are in use everywhere.
std::string start_exchange(running_head& head) {
  auto run = start(head, exchanged, until_killed);
  constexpr std::chrono::seconds limit{60};
  EXPECT_TRUE(becomes_true(
      [&] {
        return head.connect().call("runs.get", {{"run", run}}).at("steps") >= 4 &&
               !held_memories({head.pid()}).empty() && !held_memories({head.worker_pid(0)}).empty();
      },
      limit));
  return run;
}

/// Programs that are started while it lives find this as their folder for temporary files.
class temporary_folder {
public:
  temporary_folder() {
    if (const char* now = std::getenv("TMPDIR"))
      before_ = now;
    std::string pattern = (std::filesystem::temp_directory_path() / "lockstep-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
    ::setenv("TMPDIR", path_.c_str(), 1);
  }
  ~temporary_folder() {
    if (before_)
      ::setenv("TMPDIR", before_->c_str(), 1);
    else
      ::unsetenv("TMPDIR");
    std::filesystem::remove_all(path_);
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  /// But for the folder in which this test's heads are found, which is the test's own.
  [[nodiscard]] bool is_empty() const {
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    const std::filesystem::path own{runtime ? runtime : ""};
    return std::ranges::all_of(std::filesystem::directory_iterator{path_},
                               [&](const auto& entry) { return entry.path() == own; });
  }

private:
  std::optional<std::string> before_;
  std::filesystem::path path_;
};

/// Every process stands still, so that what is held now is what is held when they are killed.
void stop_all(const std::vector<pid_t>& family) {
  for (const auto pid : family)
    ::kill(pid, SIGSTOP);
}

} // namespace

TEST(large_payloads, kill_9_of_a_worker_fails_the_run_and_their_memory_comes_back) {
  running_head head{{"--solvers", "3"}};
  const auto run = start_exchange(head);
  ::kill(head.worker_pid(1), SIGKILL);
  const auto ended = head.result_of(run);
  EXPECT_EQ(ended.at("state"), "failed");
  EXPECT_EQ(ended.at("error").at("type"), "worker_died");
  EXPECT_EQ(ended.at("error").at("signal"), SIGKILL);
  EXPECT_TRUE(becomes_true([&] { return held_memories(family_of(head.pid())).empty(); }, in_time));
  const auto next = head.result_of(start(head, mebibyte, 3));
  EXPECT_EQ(next.at("state"), "done") << next;
}

TEST(large_payloads, a_run_that_is_over_gives_all_memory_back) {
  running_head head;
  const auto ended = head.result_of(start(head, 24 * mebibyte, 3));
  EXPECT_EQ(ended.at("state"), "done") << ended;
  const auto is_small = [](pid_t pid) {
    return !allocator_gives_back || status_bytes(pid, "RssAnon") < 20 * mebibyte;
  };
  EXPECT_TRUE(becomes_true(
      [&] {
        const auto family = family_of(head.pid());
        return held_memories(family).empty() && std::ranges::all_of(family, is_small);
      },
      in_time));
}

TEST(large_payloads, more_than_2_GiB_pass_and_status_answers_meanwhile) {
  if (std::getenv("LOCKSTEP_HUGE_PAYLOADS") == nullptr)
    GTEST_SKIP() << "takes up to a minute and 10 GB of memory: set LOCKSTEP_HUGE_PAYLOADS";
  constexpr std::int64_t bytes = 2'252 * mebibyte;
  constexpr std::size_t times_held = 5; // plan, argument, solver, answer, what the plan gets back
  constexpr auto needed = times_held * static_cast<std::size_t>(bytes);
  if (available_bytes() < needed)
    GTEST_SKIP() << "needs " << needed / mebibyte << " MiB of memory, "
                 << available_bytes() / mebibyte << " are available";
  running_head head{{"--solvers", "1", "--payload-bytes", std::to_string(bytes + mebibyte)}};
  head.worker_pid(0);
  const auto run = start(head, bytes, 1);
  auto link = head.connect();
  std::vector<double> seconds;
  const auto is_over = [&] {
    const auto begun = std::chrono::steady_clock::now();
    link.call("solver.status");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    seconds.push_back(took.count());
    return !link.call("runs.get", {{"run", run}}).at("finished_at").is_null();
  };
  EXPECT_TRUE(becomes_true(is_over, std::chrono::seconds{180}));
  // Single ones may be late: the kernel makes and frees millions of pages meanwhile.
  std::ranges::sort(seconds);
  EXPECT_LT(seconds[seconds.size() * 99 / 100], 0.05);
  EXPECT_LT(seconds.back(), 1);
  const auto ended = head.result_of(run);
  EXPECT_EQ(ended.at("state"), "done") << ended;
  EXPECT_EQ(ended.at("result").at("bytes"), bytes);
}

TEST(large_payloads, kill_9_of_all_processes_at_once_leaves_nothing) {
  const auto named_before = named_memories();
  std::vector<pid_t> family;
  std::set<ino_t> memories;
  {
    const temporary_folder temporary;
    {
      running_head head{{"--solvers", "3"}};
      start_exchange(head);
      ASSERT_TRUE(becomes_true([&] { return (family = family_of(head.pid())).size() >= 6; }));
      stop_all(family);
      memories = held_memories(family);
      EXPECT_FALSE(memories.empty());
      for (const auto pid : family)
        ::kill(pid, SIGKILL);
      EXPECT_TRUE(head.wait(in_time));
      EXPECT_TRUE(becomes_true([&] { return std::ranges::none_of(family, is_alive); }, in_time));
    }
    EXPECT_TRUE(temporary.is_empty());
  }
  const auto held_by_anybody = held_memories(all_processes());
  for (const auto memory : memories)
    EXPECT_FALSE(held_by_anybody.contains(memory));
  for (const auto& name : named_memories())
    EXPECT_TRUE(named_before.contains(name) || name.find("lockstep") == std::string::npos) << name;
}

} // namespace lockstep
