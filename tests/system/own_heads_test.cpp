// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/fixtures/programs.hpp"

#include "control/client/client_options.hpp"
#include "control/client/exit_code.hpp"
#include "control/register/head_register.hpp"
#include "tests/unit/client/scripted_head.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <span>
#include <string>
#include <utility>
#include <vector>

// Heads that `control run` starts for itself, and who else uses them.

namespace lockstep {

namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::chrono::seconds gone_limit{10};

/// One JSON answer of a command, which finds its head as a person's does; null without a head.
json asked(std::vector<std::string> words) {
  words.insert(words.begin(), "--json");
  return json::parse(run_control(words).output, nullptr, false);
}

std::string state_here(const std::string& run) {
  const auto list = asked({"list"});
  if (list.is_object() && list.contains("runs"))
    for (const auto& one : list.at("runs"))
      if (one.at("run") == run)
        return one.at("state");
  return "none";
}

bool comes_to(const std::string& run, const std::string& state) {
  return becomes_true([&] { return state_here(run) == state; }, std::chrono::seconds{30});
}

/// A `control` in a terminal of its own, so to speak.
class terminal {
public:
  explicit terminal(const std::vector<std::string>& words) : child_(start_control(words)) {}
  ~terminal() {
    if (is_reaped_)
      return;
    ::kill(child_.pid, SIGKILL);
    reap(child_);
  }
  terminal(const terminal&) = delete;
  terminal& operator=(const terminal&) = delete;

  void signal(int number) const { ::kill(child_.pid, number); }
  [[nodiscard]] pid_t pid() const { return child_.pid; }

  ended_program end() {
    is_reaped_ = true;
    return to_its_end(std::move(child_));
  }

private:
  child_process child_;
  bool is_reaped_ = false;
};

terminal waiting_run() {
  return terminal{{"run", "misbehaving", "--what", "wait", "--workers", "2"}};
}

/// The head that is there, and all that descends from it.
std::vector<pid_t> family_of_the_head() {
  return family_of(asked({"call", "system.describe"}).at("pid"));
}

bool are_gone(const std::vector<pid_t>& family) {
  return becomes_true([&] { return std::ranges::none_of(family, is_alive); }, gone_limit);
}

/// A client without --at would use a head that somebody runs at the usual port.
class own_heads : public testing::Test {
protected:
  void SetUp() override {
    if (run_control({"list"}).exit_code != exit_code::cannot_connect)
      GTEST_SKIP() << "a head is there: stop it to run this test";
  }
};

class own_heads_end : public own_heads, public testing::WithParamInterface<int> {};

} // namespace

TEST_P(own_heads_end, a_second_terminals_run_is_done_though_the_first_is_interrupted) {
  auto first = waiting_run();
  ASSERT_TRUE(comes_to("r1", "running"));
  terminal second{{"run", "misbehaving"}};
  ASSERT_TRUE(comes_to("r2", "queued"));
  const auto family = family_of_the_head();
  const auto queue = asked({"call", "runs.get", R"({"run":"r2"})"}).at("queue");
  EXPECT_EQ(queue, json::parse(R"({"place": 1, "waits_for": "r1"})"));
  first.signal(GetParam());
  const auto ended_first = first.end();
  const auto ended_second = second.end();
  EXPECT_EQ(ended_first.exit_code, GetParam() == SIGINT ? exit_code::interrupted : -1);
  EXPECT_EQ(ended_second.exit_code, exit_code::done) << ended_second.output;
  EXPECT_THAT(ended_second.output, HasSubstr("r2 done"));
  EXPECT_THAT(ended_second.output, HasSubstr("using the head at 127.0.0.1:"));
  EXPECT_THAT(ended_second.output, HasSubstr("process " + std::to_string(family[0])));
  EXPECT_THAT(ended_second.output, HasSubstr("by control run"));
  EXPECT_THAT(ended_second.output, HasSubstr("queued: waits for r1, place 1 of the queue"));
  EXPECT_TRUE(are_gone(family));
}

INSTANTIATE_TEST_SUITE_P(signals, own_heads_end, testing::Values(SIGINT, SIGKILL));

TEST_F(own_heads, a_run_that_was_started_on_anothers_head_is_done_and_its_result_is_fetched) {
  auto first = waiting_run();
  ASSERT_TRUE(comes_to("r1", "running"));
  const auto family = family_of_the_head();
  const auto started = run_control({"start", "misbehaving"});
  EXPECT_EQ(started.exit_code, exit_code::done);
  EXPECT_THAT(started.output, HasSubstr("by control run"));
  EXPECT_THAT(started.output, HasSubstr(": waits for r1, place 1 of the queue"));
  first.signal(SIGINT);
  const auto ended = first.end();
  EXPECT_EQ(ended.exit_code, exit_code::interrupted) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("again to stop now"));
  EXPECT_THAT(ended.output, HasSubstr("goes on for r2"));
  EXPECT_TRUE(is_alive(family[0]));
  const auto result = run_control({"result", "r2", "--wait", "60"});
  EXPECT_EQ(result.exit_code, exit_code::done) << result.output;
  EXPECT_THAT(result.output, HasSubstr("\"done\": 1"));
  EXPECT_TRUE(are_gone(family));
  EXPECT_EQ(run_control({"list"}).exit_code, exit_code::cannot_connect);
}

TEST_F(own_heads, a_second_interrupt_ends_the_client_at_once_and_its_head_with_it) {
  terminal client{
      {"run", "misbehaving", "--what", "loop", "--workers", "2", "--cancel-grace", "1000"}};
  ASSERT_TRUE(comes_to("r1", "running"));
  const auto family = family_of_the_head();
  client.signal(SIGINT);
  ASSERT_TRUE(comes_to("r1", "cancelling"));
  client.signal(SIGINT);
  EXPECT_EQ(client.end().exit_code, -1);
  EXPECT_TRUE(are_gone(family));
}

TEST_F(own_heads, a_client_names_what_ended_its_head) {
  auto client = waiting_run();
  ASSERT_TRUE(comes_to("r1", "running"));
  ::kill(family_of_the_head()[0], SIGABRT); // a sanitizer answers other signals of a crash itself
  const auto ended = client.end();
  EXPECT_EQ(ended.exit_code, exit_code::failed);
  EXPECT_THAT(ended.output, HasSubstr("was killed by signal 6"));
}

TEST_F(own_heads, what_ended_the_node_is_told_without_what_it_printed_before) {
  auto client = waiting_run();
  ASSERT_TRUE(comes_to("r1", "running"));
  ::kill(asked({"call", "nodes.list"}).at(0).at("pid"), SIGKILL);
  const auto ended = client.end();
  EXPECT_EQ(ended.exit_code, exit_code::failed);
  EXPECT_THAT(ended.output, HasSubstr("was killed by signal 9 (Killed); starting it again"));
}

TEST_F(own_heads, a_head_that_ends_before_it_has_the_run_is_followed_by_one_of_ones_own) {
  test::scripted_head ending;
  ending.on("system.describe", {{"name", "lockstep"}, {"pid", 1}, {"started_by", "control run"}});
  ending.on("models.describe", [](test::exchange& call) { call.hang_up(); });
  ending.start();
  const auto entry = enter_head({{"control", to_string(ending.where())}});
  ASSERT_TRUE(entry);
  auto client = waiting_run();
  ASSERT_TRUE(comes_to("r1", "running"));
  const auto calls = ending.methods();
  EXPECT_EQ(std::ranges::count(calls, "models.describe"), 1);
  ::kill(family_of_the_head()[0], SIGABRT);
  const auto ended = client.end();
  EXPECT_THAT(ended.output, HasSubstr("was killed by signal 6")) << "it is known as its own";
}

TEST_F(own_heads, options_without_effect_on_a_head_that_is_there_are_refused) {
  const running_head there;
  const std::vector<std::vector<std::string>> options{
      {"--workers", "2"}, {"--per", "core"}, {"--bind", "none"}, {"--log-dir", "/tmp"}};
  for (const auto& option : options) {
    std::vector<std::string> words{"run", "misbehaving"};
    words.insert(words.end(), option.begin(), option.end());
    const auto refused = run_control(words);
    EXPECT_EQ(refused.exit_code, exit_code::usage) << refused.output;
    EXPECT_THAT(refused.output, HasSubstr(option[0]));
    EXPECT_THAT(refused.output, HasSubstr(to_string(there.where())));
    EXPECT_THAT(refused.output, HasSubstr("--own-head"));
  }
  EXPECT_TRUE(there.connect().call("runs.list").empty());
  const auto own = run_control({"run", "misbehaving", "--workers", "2", "--own-head"});
  EXPECT_EQ(own.exit_code, exit_code::done) << own.output;
  EXPECT_THAT(own.output, Not(HasSubstr("using the head")));
  EXPECT_TRUE(there.connect().call("runs.list").empty());
  const auto shared = run_control({"run", "misbehaving"});
  EXPECT_EQ(shared.exit_code, exit_code::done) << shared.output;
  EXPECT_THAT(shared.output, HasSubstr("using the head at " + to_string(there.where()) +
                                       ", process " + std::to_string(there.pid()) + ", started "));
  EXPECT_THAT(shared.output, HasSubstr(" by control serve"));
}

TEST_F(own_heads, none_is_started_beside_a_head_that_takes_no_more_connections) {
  const running_head there({"--no-node", "--connections", "1"}, 0);
  std::optional<connection> only;
  ASSERT_TRUE(becomes_true([&] { // those of the test before it are gone
    try {
      only.emplace(head_access{there.where(), nullptr, "", false});
      return true;
    } catch (const head_full&) {
      return false;
    }
  }));
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"list"}, {"run", "misbehaving"}}) {
    const auto refused = run_control(words);
    EXPECT_EQ(refused.exit_code, exit_code::failed) << refused.output;
    EXPECT_THAT(refused.output, HasSubstr("there may be at most 1 connections at once"));
    EXPECT_THAT(refused.output, HasSubstr(to_string(there.where())));
    EXPECT_EQ(refused.output.find("--own-head") != std::string::npos, words.front() == "run");
  }
}

TEST_F(own_heads, the_file_of_a_head_that_crashed_is_no_head) {
  std::string file;
  {
    running_head crashing;
    file = crashing.connection_file();
    ::kill(crashing.pid(), SIGKILL);
    ASSERT_TRUE(crashing.wait(gone_limit));
    const auto named = run_control({"list", "--at", file});
    EXPECT_EQ(named.exit_code, exit_code::cannot_connect) << named.output;
    EXPECT_THAT(named.output, HasSubstr("process " + std::to_string(crashing.pid())));
    EXPECT_FALSE(std::filesystem::exists(file));
  }
  const auto ended = run_control({"run", "misbehaving", "--workers", "2"});
  EXPECT_EQ(ended.exit_code, exit_code::done) << ended.output;
}

} // namespace lockstep
