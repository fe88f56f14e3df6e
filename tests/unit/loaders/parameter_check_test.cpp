// SPDX-License-Identifier: BSD-3-Clause

#include "actors/loaders/parameter_check.hpp"
#include "tests/unit/model/registered.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

namespace lockstep {

namespace {

const std::vector<parameter>& described() {
  static const std::vector<parameter> all{
      integer("rounds", 100, "how many rounds").between(1, 1'000),
      number("tolerance", 0.5, "when to stop").at_least(0),
      text("method", "fast", "how").one_of({"fast", "exact"}),
      flag("verbose", false, "whether to talk"),
      object("options", json::object(), "more"),
      array("weights", json::array({1}), "one each"),
      text("file", "", "the input file").must_be_given(),
  };
  return all;
}

/// The checked parameters; "file" is given where `given` does not have it.
tl::expected<json, bad_parameter> check(json given) {
  if (!given.contains("file"))
    given["file"] = "x";
  return checked_parameters(described(), given);
}

json accepted(const json& given) {
  const auto checked = check(given);
  if (!checked) {
    ADD_FAILURE() << checked.error().name << ' ' << checked.error().why;
    return json::object();
  }
  return *checked;
}

/// "NAME why"
std::string refusal_of(const json& given) {
  const auto checked = check(given);
  return checked ? "accepted" : checked.error().name + ' ' + checked.error().why;
}

} // namespace

TEST(parameter_check, what_is_not_given_has_its_default) {
  EXPECT_EQ(accepted(json::object()), (json{{"rounds", 100},
                                            {"tolerance", 0.5},
                                            {"method", "fast"},
                                            {"verbose", false},
                                            {"options", json::object()},
                                            {"weights", {1}},
                                            {"file", "x"}}));
}

TEST(parameter_check, what_is_given_is_taken) {
  const auto full = accepted({{"rounds", 7}, {"method", "exact"}, {"weights", {2, 3}}});
  EXPECT_EQ(full.at("rounds"), 7);
  EXPECT_EQ(full.at("method"), "exact");
  EXPECT_EQ(full.at("weights"), (json{2, 3}));
}

TEST(parameter_check, limits_are_included_in_the_range) {
  EXPECT_EQ(accepted({{"rounds", 1}}).at("rounds"), 1);
  EXPECT_EQ(accepted({{"rounds", 1'000}}).at("rounds"), 1'000);
  EXPECT_EQ(refusal_of({{"rounds", 0}}), "rounds must be at least 1, not 0");
  EXPECT_EQ(refusal_of({{"rounds", 1'001}}), "rounds must be at most 1000, not 1001");
  EXPECT_EQ(refusal_of({{"tolerance", -0.25}}), "tolerance must be at least 0, not -0.25");
}

TEST(parameter_check, a_value_of_another_type_is_refused) {
  EXPECT_EQ(refusal_of({{"rounds", "7"}}), "rounds takes a value of type integer, not \"7\"");
  EXPECT_EQ(refusal_of({{"tolerance", true}}), "tolerance takes a value of type number, not true");
  EXPECT_EQ(refusal_of({{"method", 1}}), "method takes a value of type string, not 1");
  EXPECT_EQ(refusal_of({{"verbose", 1}}), "verbose takes a value of type boolean, not 1");
  EXPECT_EQ(refusal_of({{"options", nullptr}}), "options takes a value of type object, not null");
  EXPECT_EQ(refusal_of({{"weights", "1"}}), "weights takes a value of type array, not \"1\"");
}

TEST(parameter_check, a_whole_number_with_a_point_is_an_integer) {
  const auto rounds = accepted({{"rounds", 7.0}}).at("rounds");
  EXPECT_TRUE(rounds.is_number_integer());
  EXPECT_EQ(rounds, 7);
  EXPECT_EQ(refusal_of({{"rounds", 7.5}}), "rounds takes a value of type integer, not 7.5");
  EXPECT_NE(refusal_of({{"rounds", 1e300}}), "accepted");
}

TEST(parameter_check, an_integer_is_a_number) {
  EXPECT_EQ(accepted({{"tolerance", 2}}).at("tolerance"), 2);
}

TEST(parameter_check, what_is_no_number_is_out_of_range) {
  EXPECT_NE(refusal_of({{"tolerance", std::numeric_limits<double>::quiet_NaN()}}), "accepted");
  EXPECT_NE(refusal_of({{"rounds", std::numeric_limits<double>::infinity()}}), "accepted");
}

TEST(parameter_check, only_choices_are_taken_where_there_are_some) {
  EXPECT_EQ(refusal_of({{"method", "slow"}}),
            "method must be one of [\"fast\",\"exact\"], not \"slow\"");
}

TEST(parameter_check, a_long_value_is_shown_shortened) {
  const auto why = refusal_of({{"method", std::string(10'000, 'x')}});
  EXPECT_LT(why.size(), 200U);
  EXPECT_NE(why.find("…"), std::string::npos);
}

TEST(parameter_check, an_unknown_name_gets_the_nearest_one_proposed) {
  EXPECT_EQ(refusal_of({{"round", 1}}),
            "round is no parameter of this model; did you mean 'rounds'?");
  EXPECT_EQ(refusal_of({{"tolerence", 1}}),
            "tolerence is no parameter of this model; did you mean 'tolerance'?");
}

TEST(parameter_check, an_unknown_name_that_is_near_to_none_gets_all_names) {
  EXPECT_EQ(refusal_of({{"xyzzy plugh", 1}}),
            "xyzzy plugh is no parameter of this model; it takes: rounds, tolerance, method, "
            "verbose, options, weights, file");
}

TEST(parameter_check, a_very_long_unknown_name_is_refused_quickly) {
  EXPECT_NE(refusal_of({{std::string(1'000'000, 'r'), 1}}), "accepted");
}

TEST(parameter_check, a_required_parameter_must_be_given) {
  for (const auto& given : {json(nullptr), json::object(), json{{"rounds", 1}}}) {
    const auto checked = checked_parameters(described(), given);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().name, "file");
    EXPECT_EQ(checked.error().why, "must be given: the input file");
  }
}

TEST(parameter_check, parameters_are_an_object) {
  for (const auto& given : {json{1, 2}, json("rounds"), json(7), json(false)}) {
    const auto checked = checked_parameters(described(), given);
    ASSERT_FALSE(checked) << given;
    EXPECT_EQ(checked.error().name, "parameters");
  }
}

TEST(parameter_check, a_model_that_describes_none_takes_any) {
  const std::vector<parameter> none;
  EXPECT_EQ(checked_parameters(none, {{"any", 1}}).value(), (json{{"any", 1}}));
  EXPECT_EQ(checked_parameters(none, nullptr).value(), json::object());
  EXPECT_FALSE(checked_parameters(none, {1, 2}));
}

TEST(parameter_check, a_description_has_the_limits_that_there_are) {
  EXPECT_EQ(to_json_description(described().at(0)), (json{{"name", "rounds"},
                                                          {"type", "integer"},
                                                          {"default", 100},
                                                          {"help", "how many rounds"},
                                                          {"minimum", 1},
                                                          {"maximum", 1000}}));
  EXPECT_EQ(to_json_description(described().at(2)).at("choices"), (json{"fast", "exact"}));
  EXPECT_FALSE(to_json_description(described().at(3)).contains("required"));
  EXPECT_EQ(to_json_description(described().at(6)).at("required"), true);
}

TEST(parameter_check, limits_of_whole_numbers_are_told_as_whole_numbers) {
  const auto told = [](parameter one) { return to_json_description(one); };
  const auto many = told(integer("cities", 3, "").between(3, 4294967295));
  EXPECT_EQ(many.at("minimum").dump(), "3");
  EXPECT_EQ(many.at("maximum").dump(), "4294967295");
  EXPECT_EQ(told(integer("n", 3, "").at_least(-1e12)).at("minimum").dump(), "-1000000000000");
  EXPECT_EQ(told(integer("n", 3, "").at_least(2.5)).at("minimum").dump(), "2.5");
  EXPECT_EQ(told(integer("n", 3, "").between(0, 1e300)).at("maximum").get<double>(), 1e300);
  EXPECT_EQ(told(number("seconds", 3, "").at_least(1)).at("minimum").dump(), "1.0");
}

namespace {

namespace fs = std::filesystem;

/// Why a file parameter with this value is refused; empty where it is not.
std::string refusal_of_file(parameter wanted, const std::string& path) {
  const auto checked = checked_parameters(std::vector{std::move(wanted)}, {{"settings", path}});
  return checked ? "" : checked.error().why;
}

} // namespace

TEST(parameter_check, a_file_must_be_there_by_an_absolute_path) {
  const auto folder = fs::path{testing::TempDir()} / ("files-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const auto there = folder / "there";
  std::ofstream{there} << "x";
  EXPECT_EQ(refusal_of_file(file("settings"), there), "");
  EXPECT_EQ(refusal_of_file(file("settings"), ""), "");
  EXPECT_EQ(refusal_of_file(file("settings").must_be_given(), ""), "must be given: ");
  const auto absent = refusal_of_file(file("settings"), folder / "absent");
  EXPECT_EQ(absent.rfind("cannot be read on the head's machine: No such file", 0), 0U) << absent;
  EXPECT_NE(absent.find((folder / "absent").string().substr(0, 20)), std::string::npos) << absent;
  EXPECT_EQ(refusal_of_file(file("settings"), "there").rfind("must be an absolute path", 0), 0U);
  EXPECT_EQ(refusal_of_file(file("settings"), folder).rfind("must be a file, not the folder", 0),
            0U);
  EXPECT_NE(refusal_of_file(file("settings"), there.string() + std::string(1, '\0')), "");
  EXPECT_EQ(refusal_of_file(file("settings").to_write(), folder / "absent"), "");
  EXPECT_EQ(refusal_of_file(file("settings").to_write(), folder / "absent" / "new")
                .rfind("cannot be written on the head's machine: No such file", 0),
            0U);
  fs::remove_all(folder);
}

TEST(parameter_check, a_description_tells_files_and_which_are_written) {
  EXPECT_EQ(
      to_json_description(file("settings", "what to do")),
      (json{{"name", "settings"}, {"type", "file"}, {"default", ""}, {"help", "what to do"}}));
  EXPECT_EQ(to_json_description(file("settings").to_write()).at("written"), true);
}

TEST(parameter_check, a_refusal_is_a_sentence_for_whoever_gave_the_parameters) {
  EXPECT_EQ(to_sentence({"rounds", "must be at least 1, not 0"}, "tsp"),
            "Parameter \"rounds\" of tsp must be at least 1, not 0.");
  EXPECT_EQ(to_sentence({"", "least is above most."}, "hello"),
            "The parameters of hello do not go together: least is above most.");
}

namespace {

std::atomic<bool> check_may_return = false;

struct idle {
  explicit idle(const seat&) {}
};
void no_steps(team<idle>&) {}

std::string hanging_check(const json&) {
  check_may_return.wait(false);
  return "";
}

} // namespace

} // namespace lockstep

LOCKSTEP_MODEL("unit_hanging_check", lockstep::idle, lockstep::no_steps, "Hangs",
               lockstep::check(lockstep::hanging_check))

namespace lockstep {

TEST(parameter_check, a_check_that_does_not_return_holds_nobody_up) {
  const auto& hanging = registered("unit_hanging_check");
  const auto refusal = [&] {
    const auto checked = checked_parameters(hanging, json::object(), std::chrono::milliseconds{20});
    return checked ? "" : checked.error().why;
  };
  EXPECT_EQ(refusal(), "the model's check has not returned within 20 ms");
  EXPECT_EQ(refusal(), "the model's check of an earlier start has not returned yet");
  check_may_return = true;
  check_may_return.notify_all();
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  bool accepted = false;
  while (!accepted && std::chrono::steady_clock::now() < end)
    accepted = refusal().empty();
  EXPECT_TRUE(accepted);
}

} // namespace lockstep
