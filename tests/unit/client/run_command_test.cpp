#include "tests/unit/client/client_process.hpp"
#include "tests/unit/client/scripted_run.hpp"

#include "control/client/exit_code.hpp"
#include "control/rpc/error.hpp"
#include "tests/holds.hpp"
#include "tests/text_of.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace lockstep {

namespace {

using test::client_outcome;
using test::client_process;
using test::exchange;
using test::holds;
using test::run_client;
using test::scripted_run;

/// Waits until the client watches the run; false after ten seconds.
bool is_watched(const scripted_run& run) {
  for (int i = 0; i < 1'000 && run.looks == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  return run.looks > 0;
}

bool comes_true(const std::atomic<bool>& what) {
  for (int i = 0; i < 1'000 && !what; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  return what;
}

/// A method of the head that is called, and answers when the test lets it.
struct held_call {
  std::atomic<bool> asked = false;
  std::atomic<bool> let_go = false;
  void hold() {
    asked = true;
    (void)comes_true(let_go);
  }
};

/// The last line that is not empty.
std::string last_line(std::string text) {
  while (text.ends_with('\n'))
    text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

} // namespace

TEST(run_command, a_run_ends_with_its_result) {
  scripted_run run;
  const auto ended = run_client(run.head, {"run", "tsp", "--rounds", "3"});
  EXPECT_EQ(ended.code, exit_code::done) << ended.err;
  EXPECT_TRUE(holds(ended.out, "42")) << ended.out;
  EXPECT_EQ(run.head.params_of("runs.start").at("parameters"), json::parse(R"({"rounds": 3})"));
}

TEST(run_command, it_subscribes_before_it_starts_so_that_no_event_is_lost) {
  scripted_run run;
  run_client(run.head, {"run", "tsp"});
  const auto calls = run.head.methods();
  const auto subscribed = std::ranges::find(calls, "events.subscribe");
  const auto started = std::ranges::find(calls, "runs.start");
  ASSERT_NE(started, calls.end());
  EXPECT_LT(subscribed, started);
}

TEST(run_command, a_report_that_comes_before_the_answer_to_the_start_is_shown) {
  scripted_run run;
  run.head.on("runs.start", [](exchange& call) {
    call.event({{"kind", "report"}, {"run", "r1"}, {"number", 0}, {"report", "early"}});
    call.event({{"kind", "report"}, {"run", "r7"}, {"number", 0}, {"report", "of another"}});
    call.answer(scripted_run::run_object("running"));
  });
  const auto ended = run_client(run.head, {"run", "tsp"});
  EXPECT_TRUE(holds(ended.err, "early")) << ended.err;
  EXPECT_FALSE(holds(ended.err, "of another")) << ended.err;
}

TEST(run_command, run_options_go_to_the_run_and_the_rest_to_the_model) {
  scripted_run run;
  const auto ended = run_client(run.head, {"run", "tsp", "--instance", "a.tsp", "--solvers", "2",
                                           "--cancel-grace", "1.5", "--push-models", "--rounds=4"});
  EXPECT_EQ(ended.code, exit_code::done) << ended.err;
  const auto params = run.head.params_of("runs.start");
  EXPECT_EQ(params.at("solvers"), 2);
  EXPECT_EQ(params.at("cancel_grace_ms"), 1'500);
  EXPECT_EQ(params.at("push_models"), true);
  EXPECT_EQ(params.at("parameters"), json::parse(R"({"instance": "a.tsp", "rounds": 4})"));
}

TEST(run_command, the_seed_that_was_shown_can_be_given_again_and_is_the_runs_alone) {
  scripted_run run;
  const auto ended = run_client(run.head, {"run", "tsp", "--seed", "4294967295"});
  EXPECT_EQ(ended.code, exit_code::done) << ended.err;
  const auto params = run.head.params_of("runs.start");
  EXPECT_EQ(params.at("seed"), 4'294'967'295U);
  EXPECT_EQ(params.at("parameters"), json::object());
}

TEST(run_command, a_name_that_is_a_file_here_is_told_how_to_say_so) {
  std::ofstream{"two.so"} << "a library, so to speak";
  for (const auto* command : {"run", "start", "models"}) {
    scripted_run again;
    again.head.on("models.describe", [](exchange& call) {
      call.fail(rpc_code::no_such_model, "Model two.so: there is no model of this name.", "No.");
    });
    const auto ended = run_client(again.head, {command, "two.so"});
    EXPECT_EQ(ended.code, exit_code::usage) << ended.err;
    EXPECT_TRUE(holds(ended.err, "of this name. two.so is a file here: say ./two.so."))
        << ended.err;
  }
  std::filesystem::remove("two.so");
}

TEST(run_command, too_few_places_are_told_with_a_way_out) {
  scripted_run run;
  run.ended = {{"run", "r1"},
               {"state", "failed"},
               {"result", nullptr},
               {"error", {{"type", "no_solvers"}, {"text", "9 are wanted, there are 2 places"}}}};
  const auto ended = run_client(run.head, {"run", "tsp", "--solvers", "9"});
  EXPECT_EQ(ended.code, exit_code::failed);
  EXPECT_TRUE(holds(ended.err, "there are 2 places; ask for fewer, give the head more places "
                               "(--workers), or let the run wait for nodes (--wait-for-nodes)"))
      << ended.err;
}

TEST(run_command, a_value_may_be_the_name_of_a_command_or_negative) {
  scripted_run run;
  const auto ended = run_client(run.head, {"run", "tsp", "--instance", "list", "--rounds", "-5"});
  EXPECT_EQ(ended.code, exit_code::done) << ended.err;
  EXPECT_EQ(run.head.params_of("runs.start").at("parameters"),
            json::parse(R"({"instance": "list", "rounds": -5})"));
}

TEST(run_command, a_wrong_parameter_starts_nothing_and_is_a_usage_error) {
  for (const auto* word : {"--round=3", "--rounds=many"}) {
    scripted_run run;
    const auto ended = run_client(run.head, {"run", "tsp", word});
    EXPECT_EQ(ended.code, exit_code::usage) << word;
    EXPECT_TRUE(ended.err.starts_with("control: ")) << ended.err;
    EXPECT_TRUE(run.head.params_of("runs.start").is_null()) << word;
  }
}

TEST(run_command, a_parameter_that_is_given_twice_starts_nothing) {
  scripted_run run;
  const auto ended = run_client(run.head, {"run", "tsp", "--rounds", "3", "--rounds=4"});
  EXPECT_EQ(ended.code, exit_code::usage);
  EXPECT_TRUE(holds(ended.err, "--rounds is given more than once")) << ended.err;
  EXPECT_TRUE(run.head.params_of("runs.start").is_null());
}

TEST(run_command, the_model_may_stand_anywhere_among_the_options) {
  const json parameters = json::parse(R"({"rounds": 3, "instance": "a.tsp"})");
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"run", "tsp", "--rounds", "3", "--instance=a.tsp"},
           {"run", "--rounds", "3", "tsp", "--instance", "a.tsp"},
           {"run", "--rounds=3", "tsp", "--instance=a.tsp"},
           {"run", "--solvers", "2", "--instance", "a.tsp", "--rounds", "3", "tsp"}}) {
    scripted_run run;
    const auto ended = run_client(run.head, words);
    EXPECT_EQ(ended.code, exit_code::done) << ended.err;
    EXPECT_EQ(run.head.params_of("runs.start").at("model"), "tsp");
    EXPECT_EQ(run.head.params_of("runs.start").at("parameters"), parameters);
  }
}

TEST(run_command, a_word_behind_a_flag_is_the_model_where_the_head_has_one_of_that_name) {
  scripted_run run;
  run.head.on("models.describe", [](exchange& call) {
    if (call.params().at("model") != "tsp")
      return call.fail(-32002, "There is no such model.");
    auto described = test::described_model();
    described["parameters"].push_back({{"name", "fast"}, {"type", "boolean"}, {"default", false}});
    call.answer(described);
  });
  const auto ended = run_client(run.head, {"run", "--fast", "tsp", "--rounds", "3"});
  EXPECT_EQ(ended.code, exit_code::done) << ended.err;
  EXPECT_EQ(run.head.params_of("runs.start").at("parameters"),
            json::parse(R"({"fast": true, "rounds": 3})"));
}

TEST(run_command, a_value_that_is_no_model_is_passed_over_whatever_the_head_says_of_it) {
  for (const auto& [value, refusal] :
       std::vector<std::pair<std::string, int>>{{"./berlin52.tsp", rpc_code::model_refused},
                                                {"/data/berlin52.tsp", rpc_code::forbidden},
                                                {"berlin52", rpc_code::model_refused},
                                                {"./other.so", rpc_code::forbidden},
                                                {"berlin\xe9", rpc_code::no_such_model}}) {
    scripted_run run;
    run.head.on("models.describe", [code = refusal](exchange& call) {
      if (call.params().at("model") != "tsp")
        return call.fail(code, "That is no model.");
      auto described = test::described_model();
      described["parameters"].push_back(
          {{"name", "fast"}, {"type", "boolean"}, {"default", false}});
      call.answer(described);
    });
    const auto ended = run_client(run.head, {"run", "--fast", "tsp", "--instance", value});
    EXPECT_TRUE(run.head.params_of("runs.start").is_object() || holds(value, "\xe9")) << ended.err;
    const bool is_data = value.ends_with(".tsp");
    const auto calls = run.head.methods();
    EXPECT_EQ(std::ranges::count(calls, "models.describe"), is_data || holds(value, "\xe9") ? 1 : 2)
        << value;
  }
}

TEST(run_command, a_library_that_is_refused_is_told_where_no_other_word_is_a_model) {
  scripted_run run;
  run.head.on("models.describe", [](exchange& call) {
    call.fail(call.params().at("model") == "x" ? rpc_code::no_such_model : rpc_code::model_refused,
              "It cannot be loaded.");
  });
  const auto ended = run_client(run.head, {"run", "--name", "x", "--fast", "./mine.so"});
  EXPECT_TRUE(holds(ended.err, "It cannot be loaded.")) << ended.err;
}

TEST(run_command, seed_and_solvers_are_told_at_the_start_and_in_the_last_line) {
  scripted_run run;
  run.ended.update({{"seed", 1}, {"solvers", 2}});
  const auto ended = run_client(run.head, {"run", "tsp"});
  EXPECT_TRUE(holds(ended.err, "r1: 2 solvers, seed 1\n")) << ended.err;
  EXPECT_TRUE(last_line(ended.err).ends_with("2 solvers, seed 1")) << ended.err;
}

TEST(run_command, a_run_without_time_has_no_shares_of_it) {
  scripted_run run;
  run.ended.update(
      {{"seed", 1}, {"solvers", 2}, {"figures", {{"seconds", 0.001}, {"compute", 0.0005}}}});
  EXPECT_EQ(last_line(run_client(run.head, {"run", "tsp"}).err), "2 solvers, seed 1");
}

TEST(run_command, a_result_is_written_to_a_file_whole_or_not_at_all) {
  const auto file = testing::TempDir() + "lockstep_result.json";
  for (const auto& command :
       std::vector<std::vector<std::string>>{{"run", "tsp"}, {"result", "r1"}}) {
    const auto written_to = [&](const std::string& path) {
      scripted_run run;
      auto words = command;
      words.insert(words.end(), {"--output", path});
      return run_client(run.head, words);
    };
    std::filesystem::remove(file);
    EXPECT_EQ(written_to(file).code, exit_code::done);
    EXPECT_EQ(json::parse(test::text_of(file)), json::parse(R"({"length": 42})"));
    const auto full = written_to("/dev/full");
    EXPECT_EQ(full.code, exit_code::failed);
    EXPECT_TRUE(holds(full.err, "No space left on device")) << full.err;
    EXPECT_EQ(json::parse(full.out), json::parse(R"({"length": 42})")) << "nothing is lost";
  }
  std::filesystem::remove(file);
}

TEST(run_command, where_a_result_is_to_go_is_looked_at_before_a_head_is_asked) {
  const auto file = testing::TempDir() + "lockstep_no_folder";
  std::ofstream{file} << "a file";
  for (const auto& command :
       std::vector<std::vector<std::string>>{{"run", "tsp"}, {"result", "r1"}})
    for (const auto& path : {file + "/x", file + "-missing/x", testing::TempDir()}) {
      scripted_run run;
      auto words = command;
      words.insert(words.end(), {"--output", path});
      const auto nowhere = run_client(run.head, words);
      EXPECT_EQ(nowhere.code, exit_code::usage) << path;
      EXPECT_TRUE(holds(nowhere.err, "--output")) << nowhere.err;
      EXPECT_TRUE(run.head.methods().empty()) << path;
    }
  std::filesystem::remove(file);
}

TEST(run_command,
     a_result_of_nothing_is_written_too_and_no_old_one_is_taken_for_that_of_a_failure) {
  const auto file = testing::TempDir() + "lockstep_null_result.json";
  const auto written_by = [&](const std::string& state) {
    std::ofstream{file} << "old";
    scripted_run run;
    run.ended = {{"run", "r1"}, {"state", state}, {"result", nullptr}};
    return run_client(run.head, {"run", "tsp", "--output", file});
  };
  EXPECT_EQ(written_by("done").code, exit_code::done);
  EXPECT_EQ(test::text_of(file), "null\n");
  const auto failed = written_by("failed");
  EXPECT_EQ(failed.code, exit_code::failed);
  EXPECT_EQ(test::text_of(file), "old");
  EXPECT_TRUE(holds(failed.err, "r1 has no result; " + file + " is left as it was")) << failed.err;
  std::filesystem::remove(file);
}

TEST(run_command, result_says_why_there_is_none_as_run_does) {
  for (const auto& [ended_as, why] :
       {std::pair{R"({"run": "r1", "state": "failed", "result": null,
                      "error": {"type": "lost", "text": "no road", "step": "improve"}})",
                  "control: run r1 failed: step improve: lost: no road\n"},
        std::pair{R"({"run": "r1", "state": "cancelled", "result": null,
                      "why": "its client is gone"})",
                  "control: run r1 cancelled because its client is gone\n"}})
    for (const auto& words :
         std::vector<std::vector<std::string>>{{"run", "tsp"}, {"watch", "r1"}, {"result", "r1"}}) {
      scripted_run run;
      run.ended = json::parse(ended_as);
      const auto told = run_client(run.head, words);
      EXPECT_EQ(told.code, exit_code::failed);
      EXPECT_EQ(told.out, "") << words.front();
      EXPECT_TRUE(told.err.ends_with(why)) << told.err;
    }
}

TEST(run_command, help_of_a_model_shows_its_parameters_and_starts_nothing) {
  for (const auto* command : {"run", "start"}) {
    scripted_run run;
    const auto ended = run_client(run.head, {command, "tsp", "--help"});
    EXPECT_EQ(ended.code, exit_code::done) << ended.err;
    EXPECT_TRUE(holds(ended.out, "--rounds integer")) << ended.out;
    EXPECT_TRUE(holds(ended.out, "--cancel-grace")) << ended.out;
    EXPECT_TRUE(run.head.params_of("runs.start").is_null());
  }
}

TEST(run_command, a_failed_run_is_a_failure_that_says_which_solver_which_step_and_why) {
  scripted_run run;
  run.ended = json::parse(R"({"run": "r1", "state": "failed", "result": null,
      "error": {"type": "std::runtime_error", "text": "no road", "solver": 1, "node": "n1",
                "step": "improve"}})");
  const auto ended = run_client(run.head, {"run", "tsp"});
  EXPECT_EQ(ended.code, exit_code::failed);
  for (const auto* part : {"solver 1", "improve", "no road"})
    EXPECT_TRUE(holds(ended.err, part)) << ended.err;
}

TEST(run_command, with_json_the_result_is_all_that_stdout_holds) {
  scripted_run run;
  const auto ended = run_client(run.head, {"run", "tsp", "--json"});
  EXPECT_EQ(json::parse(last_line(ended.out)).at("result"), json::parse(R"({"length": 42})"));
  EXPECT_EQ(std::ranges::count(ended.out, '\n'), 1);
}

TEST(run_command, with_json_there_is_one_object_also_where_the_file_cannot_be_written) {
  for (const auto& command :
       std::vector<std::vector<std::string>>{{"run", "tsp"}, {"result", "r1"}}) {
    scripted_run run;
    auto words = command;
    words.insert(words.end(), {"--json", "--output", "/dev/full"});
    const auto ended = run_client(run.head, words);
    EXPECT_EQ(ended.code, exit_code::failed);
    const auto said = json::parse(ended.out); // refuses two
    EXPECT_EQ(said.at("result"), json::parse(R"({"length": 42})"));
    EXPECT_TRUE(holds(said.at("error").at("text"), "No space left on device")) << said;
  }
}

TEST(run_command, a_connection_lost_while_running_is_a_failure_that_says_so) {
  scripted_run run;
  run.head.on("runs.get", [](exchange& call) { call.hang_up(); });
  const auto ended = run_client(run.head, {"run", "tsp"});
  EXPECT_EQ(ended.code, exit_code::failed);
  EXPECT_TRUE(holds(ended.err, "closed the connection")) << ended.err;
}

TEST(run_command, a_time_limit_cancels_the_run) {
  scripted_run run;
  run.looks_to_end = 1'000'000;
  const auto ended = run_client(run.head, {"run", "tsp", "--time-limit", "0.3"});
  EXPECT_EQ(ended.code, exit_code::time_limit) << ended.err;
  EXPECT_TRUE(run.cancelled);
}

TEST(run_command, an_interrupt_cancels_the_run_and_waits_for_its_end) {
  scripted_run run;
  run.looks_to_end = 1'000'000;
  client_process client({"run", "tsp", "--at", to_string(run.head.where())});
  run.head.start();
  ASSERT_TRUE(is_watched(run));
  client.signal(SIGINT);
  const auto ended = client.wait();
  EXPECT_EQ(ended.code, exit_code::interrupted) << ended.err;
  EXPECT_TRUE(run.cancelled);
}

TEST(run_command, a_second_interrupt_leaves_at_once) {
  std::atomic<bool> asked = false;
  scripted_run run;
  run.looks_to_end = 1'000'000;
  run.head.on("runs.cancel", [&asked](exchange&) { asked = true; }); // never answered
  client_process client({"run", "tsp", "--at", to_string(run.head.where())});
  run.head.start();
  ASSERT_TRUE(is_watched(run));
  client.signal(SIGINT);
  ASSERT_TRUE(comes_true(asked));
  client.signal(SIGINT);
  EXPECT_EQ(client.wait().code, 128 + SIGINT); // what a shell calls 130
}

TEST(run_command, an_interrupt_before_the_start_is_answered_and_starts_nothing) {
  held_call describe;
  scripted_run run;
  run.head.on("models.describe", [&describe](exchange& call) {
    describe.hold();
    call.answer(test::described_model());
  });
  client_process client({"run", "tsp", "--at", to_string(run.head.where())});
  run.head.start();
  ASSERT_TRUE(comes_true(describe.asked));
  client.signal(SIGINT);
  describe.let_go = true;
  const auto ended = client.wait();
  EXPECT_EQ(ended.code, exit_code::interrupted) << ended.err;
  EXPECT_TRUE(holds(ended.err, "again to stop now")) << ended.err;
  EXPECT_TRUE(run.head.params_of("runs.start").is_null());
}

TEST(run_command, an_interrupt_while_a_time_limit_cancels_the_run_is_answered) {
  held_call cancel;
  scripted_run run;
  run.looks_to_end = 1'000'000;
  run.head.on("runs.cancel", [&](exchange& call) {
    cancel.hold();
    run.cancelled = true;
    run.ended = {{"run", "r1"}, {"state", "cancelled"}, {"result", nullptr}};
    call.answer(scripted_run::run_object("cancelling"));
  });
  client_process client({"run", "tsp", "--time-limit", "0.1", "--at", to_string(run.head.where())});
  run.head.start();
  ASSERT_TRUE(comes_true(cancel.asked));
  client.signal(SIGINT);
  cancel.let_go = true;
  const auto ended = client.wait();
  EXPECT_EQ(ended.code, exit_code::time_limit) << ended.err;
  EXPECT_TRUE(holds(ended.err, "again to stop now")) << ended.err;
}

TEST(watch_command, an_interrupt_leaves_the_run_alone_and_is_one_object_with_json) {
  scripted_run run;
  run.looks_to_end = 1'000'000;
  client_process client({"--json", "watch", "r1", "--at", to_string(run.head.where())});
  run.head.start();
  ASSERT_TRUE(is_watched(run));
  client.signal(SIGINT);
  const auto ended = client.wait();
  EXPECT_EQ(ended.code, exit_code::interrupted);
  EXPECT_FALSE(run.cancelled);
  EXPECT_EQ(json::parse(ended.out).at("error").at("text"), "interrupted; run r1 goes on");
}

TEST(start_command, it_prints_the_id_and_does_not_wait) {
  scripted_run run;
  const auto ended = run_client(run.head, {"start", "tsp", "--rounds", "3"});
  EXPECT_EQ(ended.code, exit_code::done) << ended.err;
  EXPECT_EQ(ended.out, "r1\n");
  EXPECT_EQ(run.looks, 0);
  EXPECT_TRUE(ended.err.ends_with("r1: 2 solvers, seed 1\n")) << ended.err; // as `run` says it
}

TEST(watch_command, it_follows_the_newest_run_to_its_end) {
  scripted_run run;
  const auto ended = run_client(run.head, {"watch"});
  EXPECT_EQ(ended.code, exit_code::done) << ended.err;
  EXPECT_TRUE(holds(ended.out, "42")) << ended.out;
}

} // namespace lockstep
