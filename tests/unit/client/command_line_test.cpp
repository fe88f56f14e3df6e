// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/client/client_process.hpp"

#include "control/client/exit_code.hpp"
#include "tests/holds.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace lockstep {

namespace {

using test::client_process;
using test::exchange;
using test::holds;
using test::run_client;
using test::scripted_head;

} // namespace

TEST(command_line, nobody_at_the_address_is_exit_code_3_with_what_to_do) {
  std::string nobody;
  {
    const scripted_head gone;
    nobody = to_string(gone.where());
  }
  for (const auto* command : {"status", "list", "models", "nodes", "terminate"}) {
    const auto ended = run_client({command, "--at", nobody});
    EXPECT_EQ(ended.code, exit_code::cannot_connect) << command;
    EXPECT_TRUE(ended.err.starts_with("control: cannot connect")) << ended.err;
    EXPECT_TRUE(holds(ended.err, "control serve")) << ended.err;
  }
  EXPECT_EQ(run_client({"run", "tsp", "--at", nobody}).code, exit_code::cannot_connect);
}

TEST(command_line, what_it_does_not_understand_is_exit_code_2) {
  EXPECT_EQ(run_client(std::vector<std::string>{}).code, exit_code::usage);
  EXPECT_EQ(run_client({"jump"}).code, exit_code::usage);
  EXPECT_EQ(run_client({"result"}).code, exit_code::usage);
  EXPECT_EQ(run_client({"status", "--colour"}).code, exit_code::usage);
  EXPECT_EQ(run_client({"status", "--at", "nowhere"}).code, exit_code::usage);
  EXPECT_EQ(run_client({"call", "runs.get", "{run: r1}"}).code, exit_code::usage);
}

TEST(command_line, a_misspelt_command_or_option_gets_a_proposal) {
  for (const auto& [words, proposal] :
       std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"lst"}, "did you mean 'list'?"},
           {{"serv"}, "did you mean 'serve'?"},
           {{"pki", "isue"}, "did you mean 'issue'?"},
           {{"status", "--jsn"}, "did you mean '--json'?"}}) {
    const auto ended = run_client(words);
    EXPECT_EQ(ended.code, exit_code::usage);
    EXPECT_TRUE(holds(ended.err, proposal)) << ended.err;
  }
}

TEST(command_line, a_wrong_option_is_blamed_and_not_the_words_beside_it) {
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"run", "01_hello", "--seed"},
                                             {"run", "01_hello", "--seed", "1", "--seed", "2"},
                                             {"run", "01_hello", "--seed", "x"},
                                             {"start", "01_hello", "--seed"}}) {
    const auto ended = run_client(words);
    EXPECT_EQ(ended.code, exit_code::usage);
    EXPECT_TRUE(holds(ended.err, "--seed")) << ended.err;
    EXPECT_FALSE(holds(ended.err, "01_hello")) << ended.err;
  }
}

TEST(command_line, start_refuses_the_options_that_only_run_has) {
  for (const std::string option :
       {"--time-limit", "--output", "--own-head", "--workers", "--per", "--bind", "--log-dir"})
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"start", "m", option, "10"}, {"start", option + "=10", "m"}}) {
      const auto ended = run_client(words);
      EXPECT_EQ(ended.code, exit_code::usage) << option;
      EXPECT_TRUE(holds(ended.err, option + " is for `control run`")) << ended.err;
    }
}

TEST(command_line, workers_are_called_so_by_all_and_the_old_word_still_counts) {
  for (const auto* option : {"--workers", "--solvers"}) {
    const auto serve = [](const serve_options& options) {
      return options.node_arguments == std::vector<std::string>{"--workers", "3"} ? 42 : 1;
    };
    EXPECT_EQ(client_process({"serve", option, "3"}, serve).wait().code, 42) << option;
    const auto wrong = run_client({"serve", option, "0"});
    EXPECT_EQ(wrong.code, exit_code::usage);
    EXPECT_TRUE(holds(wrong.err, "control: --workers: '0' is neither auto nor")) << wrong.err;
  }
}

TEST(command_line, no_time_is_nan_or_without_end) {
  for (const auto& words : std::vector<std::vector<std::string>>{{"run", "m", "--time-limit"},
                                                                 {"run", "m", "--cancel-grace"},
                                                                 {"start", "m", "--cancel-grace"},
                                                                 {"result", "r1", "--wait"},
                                                                 {"up", "--hosts", "x", "--wait"},
                                                                 {"serve", "--silence-limit"}})
    for (const auto* value : {"nan", "inf", "-1"}) {
      auto all = words;
      all.emplace_back(value);
      const auto ended = run_client(all);
      EXPECT_EQ(ended.code, exit_code::usage) << words.back() << value;
      EXPECT_TRUE(holds(ended.err, words.back() + ": '" + value + "' is no number from "))
          << ended.err;
    }
}

TEST(command_line, logs_print_all_bytes_that_a_solver_wrote) {
  scripted_head head;
  const std::string text{"a\0b\n", 4};
  head.on("solvers.logs", {{"solver", 1}, {"text", text}, {"dropped_bytes", 0}});
  EXPECT_EQ(run_client(head, {"logs", "1"}).out, text);
}

TEST(command_line, every_command_has_help_with_an_example) {
  for (const auto* command :
       {"serve", "run",        "start",  "watch",     "status", "list",  "result", "logs",
        "pause", "resume",     "cancel", "terminate", "models", "nodes", "call",   "pki",
        "token", "completion", "up",     "down",      "drain",  "trace"}) {
    const auto ended = run_client({command, "--help"});
    EXPECT_EQ(ended.code, exit_code::done) << command << ended.err;
    EXPECT_TRUE(holds(ended.out, "Example: ")) << command << ended.out;
  }
  EXPECT_TRUE(holds(run_client({"--help"}).out, "124 time limit"));
}

TEST(command_line, a_connection_file_says_where_the_head_is) {
  scripted_head head;
  head.on("runs.list", json::array());
  const auto path = testing::TempDir() + "connection_file.json";
  std::ofstream(path) << json{{"control", to_string(head.where())}, {"pid", 1}} << '\n';
  client_process client({"list", "--at", path});
  head.start();
  EXPECT_EQ(client.wait().code, exit_code::done);
  std::remove(path.c_str());
}

TEST(command_line, an_unknown_run_is_told_in_the_words_of_the_head) {
  scripted_head head;
  head.on("runs.cancel", [](exchange& call) {
    call.fail(-32001, "There is no run r9.", "`control list` shows the runs.");
  });
  const auto ended = run_client(head, {"cancel", "r9"});
  EXPECT_EQ(ended.code, exit_code::usage);
  EXPECT_EQ(ended.err, "control: There is no run r9. `control list` shows the runs.\n");
}

TEST(command_line, with_json_an_error_is_one_object_on_one_line) {
  scripted_head head;
  head.on("runs.pause", [](exchange& call) { call.fail(-32005, "It is over."); });
  const auto ended = run_client(head, {"pause", "r1", "--json"});
  EXPECT_EQ(ended.code, exit_code::failed);
  EXPECT_EQ(json::parse(ended.out).at("error").at("text"), "It is over.");
  EXPECT_EQ(json::parse(ended.out).at("error").at("code"), -32005);
}

TEST(command_line, with_json_a_list_is_one_object_on_one_line) {
  scripted_head head;
  head.on("runs.list", json::parse(R"([{"run": "r1"}, {"run": "r2"}])"));
  EXPECT_EQ(run_client(head, {"list", "--json"}).out,
            "{\"runs\":[{\"run\":\"r1\"},{\"run\":\"r2\"}]}\n");
}

TEST(command_line, a_list_of_runs_that_comes_in_pages_is_shown_whole) {
  scripted_head head;
  head.on("runs.list", [](exchange& call) {
    const auto from = call.params().value("from", 1);
    call.answer(from > 5 ? json::array()
                         : json::array({{{"run", "r" + std::to_string(from)}},
                                        {{"run", "r" + std::to_string(from + 1)}}}));
  });
  const auto listed = json::parse(run_client(head, {"list", "--json"}).out).at("runs");
  ASSERT_EQ(listed.size(), 6U);
  EXPECT_EQ(listed.back().at("run"), "r6");
}

TEST(command_line, call_prints_what_the_method_answers) {
  scripted_head head;
  head.on("runs.get", [](exchange& call) { call.answer(call.params()); });
  const auto ended = run_client(head, {"call", "runs.get", R"({"run": "r1"})"});
  EXPECT_EQ(ended.code, exit_code::done);
  EXPECT_EQ(json::parse(ended.out), json::parse(R"({"run": "r1"})"));
}

TEST(command_line, pause_resume_and_cancel_name_the_run) {
  for (const std::string word : {"pause", "resume", "cancel"}) {
    scripted_head head;
    head.on("runs." + word, {{"run", "r1"}, {"state", "paused"}});
    EXPECT_EQ(run_client(head, {word, "r1"}).code, exit_code::done);
    EXPECT_EQ(head.params_of("runs." + word), json::parse(R"({"run": "r1"})"));
  }
}

TEST(command_line, a_result_is_printed_and_its_state_is_the_exit_code) {
  for (const auto& [state, code] :
       {std::pair{"done", exit_code::done}, std::pair{"failed", exit_code::failed},
        std::pair{"cancelled", exit_code::failed}}) {
    scripted_head head;
    head.on("runs.result", {{"run", "r1"}, {"state", state}, {"result", {1, 2}}});
    const auto ended = run_client(head, {"result", "r1", "--json"});
    EXPECT_EQ(ended.code, code) << state;
    EXPECT_EQ(json::parse(ended.out).at("result"), json::parse("[1, 2]"));
  }
}

TEST(command_line, waiting_for_a_result_in_vain_is_exit_code_124) {
  scripted_head head;
  head.on("runs.result", [](exchange& call) { call.fail(-32004, "It is not over."); });
  EXPECT_EQ(run_client(head, {"result", "r1", "--wait", "0.1"}).code, exit_code::time_limit);
  EXPECT_EQ(head.params_of("runs.result").at("wait_ms"), 100);
  scripted_head again;
  again.on("runs.result", [](exchange& call) { call.fail(-32004, "It is not over."); });
  const auto ended = run_client(again, {"--json", "result", "r1", "--wait", "0.1"});
  EXPECT_EQ(json::parse(ended.out).at("error"),
            json::parse(R"({"text": "run r1 is not over after 0.1 s", "hint": "",
                            "exit_code": 124})"));
}

TEST(command_line, status_is_an_aligned_table) {
  scripted_head head;
  head.on("solvers.status", json::parse(R"([
      {"solver": 0, "node": "n1", "state": "busy", "run": "r1", "fraction": 0.5, "pid": 10},
      {"solver": 1, "node": "n1", "state": "idle", "run": null, "fraction": 0, "pid": 10000}])"));
  const auto ended = run_client(head, {"status"});
  EXPECT_TRUE(holds(ended.out, "50 %")) << ended.out;
  EXPECT_TRUE(holds(ended.out, "idle")) << ended.out;
}

TEST(command_line, status_of_a_run_is_the_sentence_why_it_waits_and_whom_for) {
  scripted_head head;
  head.on("runs.waiting", json::parse(R"({
      "run": "r1", "state": "running", "waits_for": "solvers", "missing": 300,
      "sentence": "Step 1 waits\nfor solver 1.",
      "longest": [{"solver": 1, "node": "n2", "name": "beta", "core": 3, "state": "computes",
                   "seconds": 12.4, "fraction": 0.63, "note": "late", "over_median": true},
                  {"solver": 2, "node": "n1", "name": null, "core": null, "state": "unknown",
                   "seconds": null, "fraction": null, "note": null, "over_median": false}]})"));
  const auto ended = run_client(head, {"status", "r1"});
  EXPECT_EQ(head.params_of("runs.waiting"), json::parse(R"({"run": "r1"})"));
  EXPECT_TRUE(ended.out.starts_with("Step 1 waits")) << ended.out;
  for (const auto* part : {"for solver 1.\n", "n2 (beta)", "63 %", "12.40", "yes", "unknown",
                           "late", "and 298 more\n"})
    EXPECT_TRUE(holds(ended.out, part)) << part << " in " << ended.out;
}

TEST(command_line, status_of_a_run_with_json_is_what_the_head_answers) {
  scripted_head head;
  const json answer{{"run", "r1"}, {"sentence", "Step 1 waits."}, {"longest", json::array()}};
  head.on("runs.waiting", answer);
  EXPECT_EQ(json::parse(run_client(head, {"--json", "status", "r1"}).out), answer);
}

TEST(command_line, status_of_a_run_that_is_in_no_step_is_a_sentence_alone) {
  scripted_head head;
  head.on("runs.waiting", {{"run", "r4"}, {"missing", nullptr}, {"sentence", "Run r4 is queued."}});
  EXPECT_EQ(run_client(head, {"status", "r4"}).out, "Run r4 is queued.\n");
}

TEST(command_line, logs_prints_what_the_solver_wrote) {
  scripted_head head;
  head.on("solvers.logs", {{"solver", 1}, {"text", "a line\n"}, {"dropped_bytes", 0}});
  EXPECT_EQ(run_client(head, {"logs", "1"}).out, "a line\n");
  EXPECT_EQ(head.params_of("solvers.logs").at("solver"), 1);
}

TEST(command_line, serve_is_handed_its_options) {
  const auto serve = [](const serve_options& options) {
    const bool right = options.tcp.listen == address{"127.0.0.1", 0} &&
                       options.tcp.connections == 5 && options.ready_descriptor == 7 &&
                       options.exit_with_parent && !options.with_node;
    return right ? 42 : 1;
  };
  client_process client({"serve", "--listen", "127.0.0.1:0", "--connections", "5", "--ready-fd",
                         "7", "--exit-with-parent", "--no-node"},
                        serve);
  const auto ended = client.wait();
  EXPECT_EQ(ended.code, 42) << ended.err;
}

TEST(command_line, completion_is_a_script_that_bash_can_read) {
  const auto ended = run_client({"completion", "bash"});
  EXPECT_EQ(ended.code, exit_code::done);
  const auto path = testing::TempDir() + "lockstep_completion.bash";
  std::ofstream(path) << ended.out;
  EXPECT_EQ(std::system(("bash -n '" + path + "'").c_str()), 0);
  std::remove(path.c_str());
}

} // namespace lockstep
