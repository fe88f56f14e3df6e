// SPDX-License-Identifier: BSD-3-Clause

#include "control/rpc/methods.hpp"

#include "control/rpc/open_rpc.hpp"
#include "control/rpc/params.hpp"
#include "platform/text/nearest_name.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace lockstep {

namespace {

json accepted(std::string_view method, json params) {
  auto checked = check_params(*find_method(method), std::move(params));
  if (!checked)
    return "refused: " + checked.error().message;
  return *checked;
}

std::string refused(std::string_view method, json params) {
  auto checked = check_params(*find_method(method), std::move(params));
  if (checked)
    return "accepted";
  EXPECT_EQ(checked.error().code, rpc_code::invalid_params);
  EXPECT_TRUE(checked.error().data.contains("hint"));
  return checked.error().message;
}

} // namespace

TEST(methods, every_method_has_a_unique_name_and_id_and_a_summary) {
  std::set<std::string_view> names;
  std::set<method_id> ids;
  for (const auto& method : methods()) {
    EXPECT_TRUE(names.insert(method.name).second) << method.name;
    EXPECT_TRUE(ids.insert(method.id).second) << method.name;
    EXPECT_TRUE(method.summary.ends_with('.')) << method.name;
    EXPECT_EQ(&find_method(method.id), find_method(method.name));
  }
  EXPECT_EQ(methods().size(), 25U);
}

TEST(methods, an_alias_finds_the_same_method) {
  EXPECT_EQ(find_method("solver.status"), find_method("solvers.status"));
  EXPECT_EQ(find_method(""), nullptr);
}

TEST(methods, an_unknown_method_names_the_nearest) {
  const auto nearest = [](std::string_view name) { return unknown_method(name).message; };
  EXPECT_NE(nearest("runs.strat").find("\"runs.start\""), std::string::npos);
  EXPECT_NE(nearest("terminate").find("\"system.terminate\""), std::string::npos);
  EXPECT_EQ(nearest("xyzzy"), "There is no method \"xyzzy\".");
  EXPECT_LT(nearest(std::string(1'000'000, 'r')).size(), 200U);
}

TEST(params, defaults_are_filled_in) {
  EXPECT_EQ(accepted("runs.start", {{"model", "tsp"}}), json({{"model", "tsp"},
                                                              {"parameters", json::object()},
                                                              {"solvers", 0},
                                                              {"solvers_per_node", 0}}));
  EXPECT_EQ(accepted("system.terminate", json::object()), json({{"when", "now"}}));
  EXPECT_EQ(accepted("runs.reports", {{"run", "r1"}}),
            json({{"run", "r1"}, {"from", 0}, {"count", 1'000}}));
}

TEST(params, by_position_and_by_name_are_the_same) {
  EXPECT_EQ(accepted("runs.reports", {"r1", 5, 7}),
            accepted("runs.reports", {{"run", "r1"}, {"from", 5}, {"count", 7}}));
  EXPECT_EQ(accepted("nodes.list", json::array()), json::object());
}

TEST(params, an_optional_one_that_is_null_counts_as_not_given) {
  EXPECT_EQ(accepted("solvers.status", {{"solver", nullptr}}), json::object());
  EXPECT_EQ(accepted("runs.reports", json{"r1", nullptr, 7})["from"], 0);
  EXPECT_NE(refused("runs.get", {{"run", nullptr}}), "accepted");
}

TEST(params, a_missing_one_is_named) {
  EXPECT_EQ(refused("runs.get", json::object()), "The parameter \"run\" is missing.");
}

TEST(params, an_unknown_one_is_named_with_the_nearest) {
  EXPECT_EQ(refused("runs.start", {{"model", "tsp"}, {"solver", 2}}),
            "runs.start has no parameter \"solver\". Did you mean \"solvers\"?");
  EXPECT_EQ(refused("runs.get", json{"r1", "r2"}),
            "runs.get takes at most 1 by position, and 2 were given.");
}

TEST(methods, who_pages_as_told_gets_every_member_of_a_list_once) {
  const auto said = [](std::string_view method) { return find_method(method)->result.description; };
  EXPECT_NE(said("runs.list").find("from the number after the last"), std::string::npos);
  EXPECT_NE(said("runs.reports").find("from the number after the last"), std::string::npos);
  // Numbers of steps count from 1, and `from` from 0.
  EXPECT_NE(said("runs.steps").find("from the number of the last"), std::string::npos);
}

TEST(params, a_wrong_type_says_what_is_wanted_and_what_was_given) {
  EXPECT_EQ(refused("runs.get", {{"run", 1}}), "The parameter \"run\" must be a string, not 1.");
  EXPECT_EQ(refused("runs.start", {{"model", "m"}, {"parameters", json::array()}}),
            "The parameter \"parameters\" must be an object, not an array.");
  EXPECT_EQ(refused("runs.start", {{"model", "m"}, {"push_models", 1}}),
            "The parameter \"push_models\" must be true or false, not 1.");
  EXPECT_EQ(accepted("runs.start", {{"model", "m"}, {"push_models", true}})["push_models"], true);
  EXPECT_EQ(refused("system.terminate", {{"when", "later"}}),
            "The parameter \"when\" must be one of \"now\", \"idle\", not \"later\".");
}

TEST(params, integers_are_checked_for_their_range) {
  EXPECT_NE(refused("solvers.logs", {{"solver", -1}}), "accepted");
  EXPECT_NE(refused("solvers.logs", {{"solver", 1.5}}), "accepted");
  EXPECT_NE(refused("solvers.logs", {{"solver", 1e300}}), "accepted");
  EXPECT_NE(refused("runs.start", {{"model", "m"}, {"seed", UINT64_MAX}}), "accepted");
  EXPECT_EQ(accepted("solvers.logs", {{"solver", 3.0}})["solver"].dump(), "3");
  EXPECT_EQ(accepted("runs.start", {{"model", "m"}, {"seed", INT64_MAX}})["seed"], INT64_MAX);
}

TEST(params, numbers_need_not_be_whole_and_are_checked_for_their_range) {
  const auto given = accepted("runs.timeline", {{"run", "r1"}, {"from_seconds", 1.5}});
  EXPECT_EQ(given,
            json({{"run", "r1"}, {"from_seconds", 1.5}, {"columns", 500}, {"rows", "solver"}}));
  EXPECT_EQ(accepted("runs.timeline", {{"run", "r1"}, {"to_seconds", 2}})["to_seconds"], 2);
  EXPECT_EQ(refused("runs.timeline", {{"run", "r1"}, {"to_seconds", "2"}}),
            "The parameter \"to_seconds\" must be a number from 0 to 2147483647, not \"2\".");
  EXPECT_NE(refused("runs.timeline", {{"run", "r1"}, {"from_seconds", -0.5}}), "accepted");
  EXPECT_NE(refused("runs.timeline", {{"run", "r1"}, {"columns", 2'001}}), "accepted");
  EXPECT_NE(refused("runs.timeline", {{"run", "r1"}, {"from", 0}}), "accepted");
}

TEST(params, kinds_of_events_are_checked_one_by_one) {
  EXPECT_EQ(accepted("events.subscribe", {{"kinds", {"log", "report"}}}),
            json({{"kinds", {"log", "report"}}}));
  EXPECT_NE(refused("events.subscribe", {{"kinds", {"log", "logs"}}}), "accepted");
  EXPECT_NE(refused("events.subscribe", {{"kinds", "log"}}), "accepted");
}

TEST(open_rpc, the_document_describes_every_method_and_alias) {
  const auto document = open_rpc_document("1.2.3");
  EXPECT_EQ(document["openrpc"], "1.2.6");
  EXPECT_EQ(document["info"]["version"], "1.2.3");
  EXPECT_EQ(document["methods"].size(), methods().size() + 1);
  for (const auto& method : document["methods"]) {
    EXPECT_TRUE(method["params"].is_array()) << method["name"];
    EXPECT_TRUE(method["result"]["schema"].is_object()) << method["name"];
  }
}

TEST(open_rpc, every_reference_leads_somewhere) {
  const auto document = open_rpc_document("0").flatten();
  for (const auto& [where, value] : document.items()) {
    if (!where.ends_with("/$ref"))
      continue;
    const auto target = value.get<std::string>().substr(1) + "/type";
    EXPECT_TRUE(document.contains(target) || document.contains(target + "/0")) << target;
  }
}

TEST(open_rpc, every_error_of_a_method_is_in_the_table) {
  for (const auto& method : methods())
    for (const int code : method.errors)
      EXPECT_NE(find_rpc_code(code), nullptr) << method.name << ' ' << code;
}

} // namespace lockstep
