// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/local_driver.hpp"
#include "tests/unit/model/registered.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace lockstep {

namespace {

struct forgetful {
  explicit forgetful(const seat& place) {
    if (place.params().value("refuse", false))
      throw std::invalid_argument("solver " + std::to_string(place.index) + " refuses");
  }
  int one() { return 1; }
};

json ending_as_wished(team<forgetful>& solvers) {
  const auto wish = solvers.params().value("wish", std::string{});
  solvers.report({{"wish", wish}});
  if (wish == "throw")
    throw std::logic_error("the plan gives up");
  if (wish == "cancel")
    throw run_cancelled{};
  return solvers.broadcast<&forgetful::one>();
}

/// Counts, and its state is more than one member.
struct counter {
  explicit counter(const seat& place) : index(place.index) {}
  std::vector<std::uint64_t> add(std::uint64_t number) {
    history.push_back(number);
    return history;
  }
  std::size_t who() const { return index; }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(history);
  }
  std::size_t index;
  std::vector<std::uint64_t> history;
};

void adds_once(team<counter>& counters) {
  counters.broadcast<&counter::add>(1U);
  counters.broadcast<&counter::who>();
}

/// A class whose name has a comma.
template <class Number, int Factor>
struct scaler {
  explicit scaler(const seat&) {}
  Number scaled(Number x) { return x * Factor; }
};

json scales(team<scaler<double, 3>>& scalers) {
  return scalers.broadcast<&scaler<double, 3>::scaled>(2);
}

std::string least_above_most(const json& params) {
  return params.at("least") > params.at("most") ? "least is above most" : "";
}

} // namespace

} // namespace lockstep

LOCKSTEP_MODEL("unit_scaler", lockstep::scaler<double, 3>, lockstep::scales, "Scales",
               lockstep::integer("least", 1, "least"), lockstep::integer("most", 2, "most"),
               lockstep::check(lockstep::least_above_most),
               lockstep::check([](const lockstep::json& params) -> std::string {
                 return params.at("least") == 0 ? throw std::domain_error("least is nothing") : "";
               }))
LOCKSTEP_MODEL("unit_forgetful", lockstep::forgetful, lockstep::ending_as_wished, "Forgets all",
               lockstep::text("wish", "", "how to end"),
               lockstep::flag("refuse", false, "whether solvers refuse"))
LOCKSTEP_MODEL("unit_counter", lockstep::counter, lockstep::adds_once)

namespace lockstep {

namespace {

plan_outcome outcome_of(const json& parameters) {
  local_driver runtime{registered("unit_forgetful"), {.parameters = parameters}};
  return registered("unit_forgetful").run_plan(runtime);
}

std::unique_ptr<solver> a_solver(const std::string& model_name, std::size_t index = 0) {
  seat place;
  place.index = index;
  place.parameters = json::object();
  auto made = registered(model_name).new_solver(place);
  return std::move(std::get<std::unique_ptr<solver>>(made));
}

std::vector<std::uint64_t> history_after(solver& of, std::uint64_t number) {
  std::atomic<bool> cancelled = false;
  local_step_context context{cancelled, 1'000};
  const auto key = detail::step_entry<&counter::add>::key();
  const auto got = of.call(key, encode(1'000, number), context);
  std::vector<std::uint64_t> history;
  decode(std::get<blob>(got), history);
  return history;
}

} // namespace

TEST(registration, several_models_of_one_program_are_all_registered) {
  EXPECT_EQ(registered("unit_forgetful").summary(), "Forgets all");
  EXPECT_EQ(registered("unit_forgetful").parameters().at(1).name, "refuse");
  EXPECT_EQ(registered("unit_counter").summary(), "");
  EXPECT_TRUE(registered("unit_counter").parameters().empty());
}

TEST(registration, a_solver_class_may_have_a_comma_in_its_name) {
  local_driver runtime{registered("unit_scaler"), {.solvers = 2}};
  EXPECT_EQ(registered("unit_scaler").run_plan(runtime).result, (json{6.0, 6.0}));
}

TEST(registration, a_check_says_why_parameters_do_not_go_together) {
  const auto& scaler = registered("unit_scaler");
  EXPECT_EQ(scaler.check({{"least", 1}, {"most", 2}}), "");
  EXPECT_EQ(scaler.check({{"least", 3}, {"most", 2}}), "least is above most");
  EXPECT_EQ(scaler.check({{"least", 0}, {"most", 2}}), "least is nothing"); // thrown
  EXPECT_NE(scaler.check(json::object()), "");                              // thrown by JSON
  EXPECT_EQ(registered("unit_counter").check(json::object()), "");
}

TEST(registration, the_library_entry_tells_the_abi_number_and_all_models) {
  const auto* entry = lockstep_library_entry();
  EXPECT_EQ(entry->abi, abi_number);
  EXPECT_EQ(entry->count, detail::registered_models().size());
  EXPECT_EQ(entry->models[0], detail::registered_models().front());
}

TEST(registration, a_plan_that_returns_has_its_result) {
  const auto end = outcome_of(json::object());
  EXPECT_EQ(end.how, plan_outcome::ending::returned);
  EXPECT_EQ(end.result, (json{1, 1, 1, 1}));
}

TEST(registration, a_plan_that_throws_has_failed_with_type_and_text) {
  const auto end = outcome_of({{"wish", "throw"}});
  EXPECT_EQ(end.how, plan_outcome::ending::failed);
  EXPECT_EQ(end.thrown.type, "std::logic_error");
  EXPECT_EQ(end.thrown.text, "the plan gives up");
  EXPECT_FALSE(end.failed_step.has_value());
}

TEST(registration, a_plan_that_leaves_by_run_cancelled_is_cancelled) {
  EXPECT_EQ(outcome_of({{"wish", "cancel"}}).how, plan_outcome::ending::cancelled);
}

TEST(registration, a_constructor_that_throws_becomes_a_failure) {
  seat place;
  place.index = 3;
  place.parameters = {{"refuse", true}};
  const auto made = registered("unit_forgetful").new_solver(place);
  const auto* refused = std::get_if<failure>(&made);
  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(refused->type, "std::invalid_argument");
  EXPECT_EQ(refused->text, "solver 3 refuses");
}

TEST(registration, a_class_without_serialize_merely_has_no_snapshot) {
  const auto solver = a_solver("unit_forgetful");
  EXPECT_FALSE(solver->has_snapshot());
  EXPECT_EQ(std::get<failure>(solver->save()).type, "no_snapshot");
  EXPECT_EQ(solver->restore(blob{}).value().type, "no_snapshot");
}

TEST(registration, a_class_with_serialize_goes_on_from_its_snapshot) {
  const auto first = a_solver("unit_counter", 0);
  EXPECT_TRUE(first->has_snapshot());
  history_after(*first, 5);
  const auto saved = std::get<blob>(first->save());
  EXPECT_EQ(history_after(*first, 6), (std::vector<std::uint64_t>{5, 6}));

  const auto second = a_solver("unit_counter", 1);
  history_after(*second, 9);
  EXPECT_FALSE(second->restore(saved).has_value());
  EXPECT_EQ(history_after(*second, 7), (std::vector<std::uint64_t>{5, 7}));
}

TEST(registration, a_damaged_snapshot_is_a_failure) {
  const auto solver = a_solver("unit_counter");
  const auto refused = solver->restore(encode(100, 'x'));
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->type, "lockstep::decode_error");
}

TEST(registration, an_unknown_step_is_a_failure_that_names_it) {
  std::atomic<bool> cancelled = false;
  local_step_context context{cancelled, 1'000};
  const auto got = a_solver("unit_counter")->call("counter::vanish", blob{}, context);
  const auto& refused = std::get<failure>(got);
  EXPECT_EQ(refused.type, "unknown_step");
  EXPECT_NE(refused.text.find("'counter::vanish'"), std::string::npos) << refused.text;
}

TEST(registration, a_step_of_another_class_is_unknown) {
  std::atomic<bool> cancelled = false;
  local_step_context context{cancelled, 1'000};
  const auto key = detail::step_entry<&forgetful::one>::key();
  const auto got = a_solver("unit_counter")->call(key, blob{}, context);
  EXPECT_EQ(std::get<failure>(got).type, "unknown_step");
}

TEST(registration, an_argument_that_does_not_fit_is_a_failure) {
  std::atomic<bool> cancelled = false;
  local_step_context context{cancelled, 1'000};
  const auto key = detail::step_entry<&counter::add>::key();
  const auto got = a_solver("unit_counter")->call(key, encode(100, 'x'), context);
  EXPECT_EQ(std::get<failure>(got).type, "lockstep::decode_error");
}

TEST(registration, an_unknown_combining_function_is_a_failure) {
  const auto got = registered("unit_counter").combine("none", {}, 1'000, {});
  EXPECT_EQ(std::get<failure>(got).type, "unknown_operation");
}

} // namespace lockstep
