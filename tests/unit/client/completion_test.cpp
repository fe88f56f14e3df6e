// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/client/client_process.hpp"
#include "tests/unit/client/scripted_run.hpp"

#include "actors/loaders/reserved_names.hpp"
#include "control/client/exit_code.hpp"
#include "tests/holds.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace lockstep {

namespace {

using test::holds;
using test::run_client;
using test::scripted_run;

/// The words that are proposed for the last of these.
std::set<std::string> proposed(std::vector<std::string> words, bool with_equals = false) {
  scripted_run run;
  run.head.on("models.list", {{"models", {{{"name", "tsp"}, {"summary", "A tour."}}}}});
  run.head.on("nodes.list", {{{"node", "n1"}, {"host", "ann"}}});
  run.head.on("solvers.list", {{{"solver", 0}, {"state", "idle"}}});
  const auto where = to_string(run.head.where());
  const auto at = with_equals ? std::vector<std::string>{"complete", "--at=" + where}
                              : std::vector<std::string>{"complete", "--at", where};
  words.insert(words.begin(), at.begin(), at.end());
  test::client_process client(words);
  run.head.start();
  const auto ended = client.wait();
  EXPECT_EQ(ended.code, exit_code::done) << ended.err;
  std::set<std::string> all;
  std::istringstream lines{ended.out};
  for (std::string line; std::getline(lines, line);)
    all.insert(line.substr(0, line.find('\t')));
  return all;
}

using word_set = std::set<std::string>;

} // namespace

TEST(completion, each_command_and_option_of_the_help_is_proposed) {
  const auto commands = proposed({""});
  for (const auto* command : {"serve", "run", "result", "pki", "completion", "drain"})
    EXPECT_TRUE(commands.contains(command)) << command;
  EXPECT_EQ(proposed({"pki", ""}), (word_set{"init", "issue", "renew", "revoke", "list"}));
  EXPECT_EQ(proposed({"re"}), (word_set{"result", "resume"}));
  EXPECT_TRUE(proposed({"serve", "--"}).contains("--connection-file"));
  EXPECT_FALSE(proposed({"serve", "--"}).contains("--ready-fd")); // hidden
  EXPECT_TRUE(proposed({"pki", "issue", "--"}).contains("--days"));
}

TEST(completion, values_are_proposed_as_the_option_takes_them) {
  EXPECT_EQ(proposed({"run", "tsp", "--per", ""}), (word_set{"core", "thread"}));
  EXPECT_EQ(proposed({"run", "tsp", "--per=t"}), (word_set{"--per=thread"}));
  EXPECT_EQ(proposed({"completion", ""}), (word_set{"bash", "fish", "zsh"}));
  EXPECT_EQ(proposed({"result", "r1", "--output", ""}), (word_set{":files"}));
  EXPECT_EQ(proposed({"pki", "list", "--pki", ""}), (word_set{":folders"}));
}

TEST(completion, what_the_head_knows_is_asked_of_it) {
  EXPECT_EQ(proposed({"run", ""}), (word_set{"tsp"}));
  EXPECT_EQ(proposed({"start", "--seed", "1", "t"}), (word_set{"tsp"}));
  EXPECT_EQ(proposed({"models", ""}), (word_set{"tsp"}));
  EXPECT_EQ(proposed({"models", "./"}), (word_set{":files"}));
  EXPECT_FALSE(proposed({"models", "tsp", "--"}).contains("--rounds"));
  EXPECT_EQ(proposed({"run", "./"}), (word_set{":files"}));
  EXPECT_EQ(proposed({"result", ""}), (word_set{"r1"}));
  EXPECT_EQ(proposed({"result", ""}, true), (word_set{"r1"}));
  EXPECT_EQ(proposed({"drain", ""}), (word_set{"n1"}));
  EXPECT_EQ(proposed({"logs", ""}), (word_set{"0"}));
  EXPECT_TRUE(proposed({"call", "runs."}).contains("runs.start"));
}

TEST(completion, a_models_own_parameters_are_proposed) {
  EXPECT_EQ(proposed({"run", "tsp", "--ro"}), (word_set{"--rounds"}));
  EXPECT_EQ(proposed({"run", "--rounds", "3", "tsp", "--ins"}), (word_set{"--instance"}));
  EXPECT_EQ(proposed({"run", "tsp", "--instance", ""}), (word_set{":files"}));
}

TEST(completion, no_model_can_have_a_parameter_named_as_an_option_of_run_or_start) {
  word_set of_both = proposed({"run", "--"});
  of_both.merge(proposed({"start", "--"}));
  word_set reserved;
  for (const auto name : names_of_run_options)
    reserved.insert("--" + std::string{name});
  EXPECT_EQ(of_both, reserved);
}

TEST(completion, the_head_is_asked_as_run_asks_it) {
  const auto asked = [](const std::string& method, std::vector<std::string> words) {
    scripted_run run;
    run.head.on("models.list", {{"models", json::array()}});
    words.insert(words.begin(), {"complete", "--at", to_string(run.head.where())});
    ::setenv("LOCKSTEP_PATH", "libraries", 1);
    test::client_process client(words);
    ::unsetenv("LOCKSTEP_PATH");
    run.head.start();
    client.wait();
    return run.head.params_of(method);
  };
  const auto here = std::filesystem::current_path();
  const auto listed = asked("models.list", {"run", ""});
  EXPECT_EQ(listed.value("search_path", ""), (here / "libraries").string()) << listed;
  const auto described = asked("models.describe", {"run", "./mine.so", "--"});
  EXPECT_EQ(described.value("search_path", ""), (here / "libraries").string()) << described;
  EXPECT_EQ(described.value("model", ""), (here / "./mine.so").string());
}

TEST(completion, nothing_is_proposed_where_nothing_is_known) {
  EXPECT_EQ(proposed({"result", "r1", ""}), word_set{});
  EXPECT_EQ(proposed({"no-such-command", "x"}), word_set{});
  const auto ended = run_client({"complete", "result", "", "--at", "127.0.0.1:1", ""});
  EXPECT_EQ(ended.code, exit_code::done);
  EXPECT_EQ(ended.out, "");
}

} // namespace lockstep
