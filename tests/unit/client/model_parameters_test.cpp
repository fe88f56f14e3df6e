// SPDX-License-Identifier: BSD-3-Clause

#include "control/client/usage_error.hpp"
#include "control/models/model_parameters.hpp"
#include "tests/holds.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace lockstep {

namespace {

using test::holds;

const json described = json::parse(R"({"name": "tsp", "summary": "A tour.", "parameters": [
    {"name": "rounds", "type": "integer", "default": 10, "help": "how often", "minimum": 1},
    {"name": "seconds", "type": "number", "default": 2.5, "help": "how long", "maximum": 60},
    {"name": "instance", "type": "string", "help": "a TSPLIB file", "required": true},
    {"name": "polish", "type": "boolean", "default": false, "help": "once more"},
    {"name": "weights", "type": "array", "default": [], "help": "of the islands"},
    {"name": "detail", "type": "object", "default": {}, "help": "more"},
    {"name": "settings", "type": "file", "default": "", "help": "what to do"}]})");

json values(const std::vector<std::string>& words) {
  return parameters_from(words, described);
}

std::string refusal(const std::vector<std::string>& words) {
  try {
    values(words);
  } catch (const usage_error& wrong) {
    return wrong.what();
  }
  return "";
}

} // namespace

TEST(model_parameters, values_take_the_types_that_the_model_describes) {
  EXPECT_EQ(values({"--rounds", "3", "--seconds", "0.5", "--instance", "12"}),
            json::parse(R"({"rounds": 3, "seconds": 0.5, "instance": "12"})"));
  EXPECT_EQ(values({"--weights", "[1, 2]", "--detail", R"({"a": null})"}),
            json::parse(R"({"weights": [1, 2], "detail": {"a": null}})"));
}

TEST(model_parameters, a_value_may_follow_an_equals_sign) {
  EXPECT_EQ(values({"--rounds=3", "--instance=a=b"}),
            json::parse(R"({"rounds": 3, "instance": "a=b"})"));
  EXPECT_EQ(values({"--instance="}), json::parse(R"({"instance": ""})"));
  EXPECT_EQ(values({"--instance=--dashes"}), json::parse(R"({"instance": "--dashes"})"));
}

TEST(model_parameters, a_number_may_be_negative) {
  EXPECT_EQ(values({"--rounds", "-5", "--seconds", "-0.5"}),
            json::parse(R"({"rounds": -5, "seconds": -0.5})"));
}

TEST(model_parameters, a_flag_is_true_and_can_be_told_otherwise) {
  EXPECT_EQ(values({"--polish"}), json::parse(R"({"polish": true})"));
  EXPECT_EQ(values({"--polish", "--rounds", "3"}), json::parse(R"({"polish": true, "rounds": 3})"));
  EXPECT_EQ(values({"--polish", "false"}), json::parse(R"({"polish": false})"));
  EXPECT_EQ(values({"--polish=false"}), json::parse(R"({"polish": false})"));
}

TEST(model_parameters, an_unknown_name_is_refused_with_the_nearest_one) {
  const auto why = refusal({"--round", "3"});
  EXPECT_TRUE(holds(why, "no parameter --round")) << why;
  EXPECT_TRUE(holds(why, "did you mean --rounds?")) << why;
}

TEST(model_parameters, a_value_of_another_type_is_left_to_the_head_to_refuse) {
  EXPECT_EQ(values({"--rounds", "many", "--weights", "{}", "--polish=perhaps"}),
            json::parse(R"({"rounds": "many", "weights": {}, "polish": "perhaps"})"));
  EXPECT_EQ(values({"--seconds", "nan"}), json::parse(R"({"seconds": "nan"})"));
}

TEST(model_parameters, a_name_without_value_and_a_value_without_name_are_refused) {
  EXPECT_TRUE(holds(refusal({"--rounds"}), "--rounds needs a value"));
  EXPECT_TRUE(holds(refusal({"--instance", "--rounds", "3"}), "--instance needs a value"));
  EXPECT_TRUE(holds(refusal({"berlin52.tsp"}), "write --name value"));
}

TEST(model_parameters, a_model_that_describes_none_takes_any) {
  const auto open = json::parse(R"({"name": "free", "parameters": []})");
  EXPECT_EQ(parameters_from({"--n", "3", "--text", "a b", "--flag", "--list=[1]"}, open),
            json::parse(R"({"n": 3, "text": "a b", "flag": true, "list": [1]})"));
}

TEST(model_parameters, the_help_shows_name_type_default_range_and_text) {
  const auto help = help_for(described);
  for (const auto* part : {"tsp: A tour.", "--rounds integer", "how often", "default 10",
                           "at least 1", "at most 60", "must be given"})
    EXPECT_TRUE(holds(help, part)) << part << " is not in\n" << help;
}

TEST(model_parameters, a_file_is_named_from_here) {
  const auto here = std::filesystem::current_path();
  EXPECT_EQ(values({"--settings", "a/b.json"}).at("settings"), (here / "a/b.json").string());
  EXPECT_EQ(values({"--settings", "/a/b.json"}).at("settings"), "/a/b.json");
  EXPECT_EQ(values({"--settings", ""}).at("settings"), "");
  EXPECT_TRUE(holds(refusal({"--settings", "/dev/fd/63"}), "is open in this shell only"));
}

TEST(model_parameters, what_is_not_utf_8_is_refused) {
  EXPECT_EQ(refusal({"--settings", "caf\xe9.tsp"}),
            "--settings is not UTF-8; give the file another name or a link");
  EXPECT_TRUE(holds(refusal({"--instance", "caf\xe9"}), "the value of --instance is not UTF-8"));
  EXPECT_TRUE(holds(refusal({"--detail", "{\"a\": \"\xff\"}"}), "is not UTF-8"));
  EXPECT_EQ(values({"--settings", "/café.tsp"}).at("settings"), "/café.tsp");
}

} // namespace lockstep
