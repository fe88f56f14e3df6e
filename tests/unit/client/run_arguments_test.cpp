// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/client/client_process.hpp"
#include "tests/unit/client/scripted_run.hpp"

#include "control/client/exit_code.hpp"
#include "control/rpc/error.hpp"
#include "tests/holds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace lockstep {

namespace {

using test::exchange;
using test::holds;
using test::run_client;
using test::scripted_run;

} // namespace

TEST(run_arguments, run_options_go_to_the_run_and_the_rest_to_the_model) {
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

TEST(run_arguments, the_seed_that_was_shown_can_be_given_again_and_is_the_runs_alone) {
  scripted_run run;
  const auto ended = run_client(run.head, {"run", "tsp", "--seed", "4294967295"});
  EXPECT_EQ(ended.code, exit_code::done) << ended.err;
  const auto params = run.head.params_of("runs.start");
  EXPECT_EQ(params.at("seed"), 4'294'967'295U);
  EXPECT_EQ(params.at("parameters"), json::object());
}

TEST(run_arguments, a_name_that_is_a_file_here_is_told_how_to_say_so) {
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

TEST(run_arguments, too_few_places_are_told_with_a_way_out) {
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

TEST(run_arguments, a_value_may_be_the_name_of_a_command_or_negative) {
  scripted_run run;
  const auto ended = run_client(run.head, {"run", "tsp", "--instance", "list", "--rounds", "-5"});
  EXPECT_EQ(ended.code, exit_code::done) << ended.err;
  EXPECT_EQ(run.head.params_of("runs.start").at("parameters"),
            json::parse(R"({"instance": "list", "rounds": -5})"));
}

TEST(run_arguments, an_unknown_parameter_starts_nothing_and_is_a_usage_error) {
  scripted_run run;
  const auto ended = run_client(run.head, {"run", "tsp", "--round=3"});
  EXPECT_EQ(ended.code, exit_code::usage);
  EXPECT_TRUE(ended.err.starts_with("control: ")) << ended.err;
  EXPECT_TRUE(run.head.params_of("runs.start").is_null());
}

TEST(run_arguments, a_value_that_the_head_refuses_is_a_usage_error) {
  scripted_run run;
  run.head.on("runs.start", [](exchange& call) {
    call.fail(rpc_code::bad_parameter, "Parameter \"rounds\" of tsp takes an integer.");
  });
  const auto ended = run_client(run.head, {"run", "tsp", "--rounds=many"});
  EXPECT_EQ(ended.code, exit_code::usage);
  EXPECT_TRUE(holds(ended.err, "control: Parameter \"rounds\" of tsp")) << ended.err;
  EXPECT_EQ(run.head.params_of("runs.start").at("parameters").at("rounds"), "many");
}

TEST(run_arguments, a_parameter_that_is_given_twice_starts_nothing) {
  scripted_run run;
  const auto ended = run_client(run.head, {"run", "tsp", "--rounds", "3", "--rounds=4"});
  EXPECT_EQ(ended.code, exit_code::usage);
  EXPECT_TRUE(holds(ended.err, "--rounds is given more than once")) << ended.err;
  EXPECT_TRUE(run.head.params_of("runs.start").is_null());
}

TEST(run_arguments, the_model_may_stand_anywhere_among_the_options) {
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

TEST(run_arguments, a_word_behind_a_flag_is_the_model_where_the_head_has_one_of_that_name) {
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

TEST(run_arguments, a_value_that_is_no_model_is_passed_over_whatever_the_head_says_of_it) {
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

TEST(run_arguments, a_library_that_is_refused_is_told_where_no_other_word_is_a_model) {
  scripted_run run;
  run.head.on("models.describe", [](exchange& call) {
    call.fail(call.params().at("model") == "x" ? rpc_code::no_such_model : rpc_code::model_refused,
              "It cannot be loaded.");
  });
  const auto ended = run_client(run.head, {"run", "--name", "x", "--fast", "./mine.so"});
  EXPECT_TRUE(holds(ended.err, "It cannot be loaded.")) << ended.err;
}

TEST(run_arguments, help_of_a_model_shows_its_parameters_and_starts_nothing) {
  for (const auto* command : {"run", "start"}) {
    scripted_run run;
    const auto ended = run_client(run.head, {command, "tsp", "--help"});
    EXPECT_EQ(ended.code, exit_code::done) << ended.err;
    EXPECT_TRUE(holds(ended.out, "--rounds integer")) << ended.out;
    EXPECT_TRUE(holds(ended.out, "--cancel-grace")) << ended.out;
    EXPECT_TRUE(run.head.params_of("runs.start").is_null());
  }
}

} // namespace lockstep
