// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/local_driver.hpp"
#include "tests/unit/model/registered.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <list>
#include <string>
#include <tuple>
#include <vector>

namespace lockstep {

namespace {

using namespace std::chrono_literals;

struct not_from_standard {};

struct prober {
  explicit prober(const seat& place) : index(place.index), count(place.count) {}

  std::size_t plus_index(std::size_t number) { return number + index; }
  std::string joined(const std::string& word, int number, const std::vector<int>& list) const {
    return word + std::to_string(number) + ':' + std::to_string(list.size());
  }
  void remember(std::size_t number) { remembered += number; }
  std::size_t recall() const noexcept { return remembered; }
  double halfway(double value, step_context& step) {
    step.progress(0.5, "half of " + std::to_string(index));
    step.log("computing");
    return value / 2;
  }
  const std::string& by_reference() { return text; }
  int throws_at(std::size_t who) {
    if (index >= who)
      throw std::out_of_range("solver " + std::to_string(index) + " objects");
    return 0;
  }
  void throws_something() { throw not_from_standard{}; }
  std::string long_answer(std::size_t size) { return std::string(size, 'x'); }
  std::vector<double> shares() { return {static_cast<double>(index), 1.0}; }
  int sees_cancel(step_context& step) { return step.cancelled() ? 1 : 0; }

  std::size_t index;
  std::size_t count;
  std::size_t remembered = 0;
  std::string text = "by reference";
};

void no_plan(team<prober>&) {}

} // namespace

} // namespace lockstep

LOCKSTEP_MODEL("unit_prober", lockstep::prober, lockstep::no_plan)

namespace lockstep {

namespace {

/// A team of `count` probers whose answers arrive in any order.
struct team_test : testing::Test {
  static local_run with(std::size_t count) {
    local_run wanted;
    wanted.solvers = count;
    wanted.payload_limit = 1'000;
    wanted.arrival_seed = 11;
    return wanted;
  }

  local_driver runtime{registered("unit_prober"), with(5)};
  team<prober> probers{runtime};
};

template <class Call>
step_failure failure_of(Call call) {
  try {
    call();
  } catch (const step_failed& thrown) {
    return thrown.what_failed();
  }
  ADD_FAILURE() << "no step_failed was thrown";
  return {};
}

} // namespace

TEST_F(team_test, broadcast_answers_by_solver_index) {
  EXPECT_EQ(probers.broadcast<&prober::plus_index>(10U),
            (std::vector<std::size_t>{10, 11, 12, 13, 14}));
}

TEST_F(team_test, a_step_may_have_several_parameters_and_arguments_convert_to_them) {
  const auto answers = probers.broadcast<&prober::joined>("word", 'A' - 'A' + 7, std::vector{1, 2});
  EXPECT_EQ(answers, std::vector<std::string>(5, "word7:2"));
}

TEST_F(team_test, a_void_step_has_no_answers_and_keeps_its_effect) {
  static_assert(std::is_void_v<decltype(probers.broadcast<&prober::remember>(1U))>);
  probers.broadcast<&prober::remember>(3U);
  probers.scatter<&prober::remember>(std::vector<std::size_t>{0, 1, 2, 3, 4});
  EXPECT_EQ(probers.broadcast<&prober::recall>(), (std::vector<std::size_t>{3, 4, 5, 6, 7}));
}

TEST_F(team_test, an_answer_by_reference_arrives_as_a_value) {
  EXPECT_EQ(probers.broadcast<&prober::by_reference>().at(4), "by reference");
}

TEST_F(team_test, a_step_may_take_a_context) {
  EXPECT_EQ(probers.broadcast<&prober::halfway>(3.0), std::vector<double>(5, 1.5));
  EXPECT_EQ(runtime.context_of(3).note(), "half of 3");
  EXPECT_EQ(runtime.context_of(3).fraction(), 0.5);
  EXPECT_EQ(runtime.context_of(3).lines(), std::vector<std::string>{"computing"});
}

TEST_F(team_test, scatter_gives_each_solver_its_own_item) {
  EXPECT_EQ(probers.scatter<&prober::plus_index>(std::list<std::size_t>{50, 40, 30, 20, 10}),
            (std::vector<std::size_t>{50, 41, 32, 23, 14}));
}

TEST_F(team_test, scatter_of_a_step_with_several_parameters_takes_tuples) {
  using item = std::tuple<std::string, int, std::vector<int>>;
  std::vector<item> items;
  for (int i = 0; i < 5; ++i)
    items.emplace_back("w", i, std::vector<int>(static_cast<std::size_t>(i)));
  EXPECT_EQ(probers.scatter<&prober::joined>(items),
            (std::vector<std::string>{"w0:0", "w1:1", "w2:2", "w3:3", "w4:4"}));
}

TEST_F(team_test, scatter_of_another_number_of_items_is_refused_before_any_step) {
  for (const std::size_t count : {0U, 4U, 6U})
    try {
      probers.scatter<&prober::remember>(std::vector<std::size_t>(count, 1));
      ADD_FAILURE() << "nothing was thrown";
    } catch (const std::invalid_argument& thrown) {
      EXPECT_NE(std::string{thrown.what()}.find("scatter of 'remember': " + std::to_string(count) +
                                                " items for 5 solvers"),
                std::string::npos)
          << thrown.what();
    }
  EXPECT_EQ(runtime.steps(), 0U);
}

TEST_F(team_test, map_answers_in_the_order_of_items_whoever_took_them) {
  std::vector<std::tuple<std::string, int, std::vector<int>>> items;
  std::vector<std::string> expected;
  for (int i = 0; i < 101; ++i) {
    items.emplace_back("m", i, std::vector<int>{});
    expected.push_back("m" + std::to_string(i) + ":0");
  }
  EXPECT_EQ(probers.map<&prober::joined>(items), expected);
  EXPECT_EQ(probers.map<&prober::joined>(items, chunk{7}), expected);
  EXPECT_EQ(probers.map<&prober::joined>(items, chunk{1'000}), expected);
}

TEST_F(team_test, map_takes_no_items_and_fewer_than_solvers) {
  EXPECT_TRUE(probers.map<&prober::plus_index>(std::vector<std::size_t>{}).empty());
  EXPECT_EQ(probers.map<&prober::halfway>(std::vector<double>{2, 4}), (std::vector<double>{1, 2}));
}

TEST_F(team_test, reduce_combines_the_answers_of_all) {
  EXPECT_EQ(probers.reduce<&prober::plus_index>(sum, 10U), 60U);
  EXPECT_EQ(probers.reduce<&prober::plus_index>(lockstep::min, 10U), 10U);
  EXPECT_EQ(probers.reduce<&prober::plus_index>(lockstep::max, 10U), 14U);
  EXPECT_EQ(probers.reduce<&prober::shares>(sum), (std::vector<double>{10, 5}));
  EXPECT_EQ(probers.reduce<&prober::shares>(concatenate).size(), 10U);
}

TEST_F(team_test, reduce_takes_a_lambda_without_captures) {
  const auto longest = [](std::vector<double> a, const std::vector<double>& b) {
    return a.at(0) < b.at(0) ? b : a;
  };
  EXPECT_EQ(probers.reduce<&prober::shares>(longest), (std::vector<double>{4, 1}));
}

TEST_F(team_test, an_exception_in_a_combining_function_fails_the_step) {
  const auto failed = failure_of([&] {
    probers.reduce<&prober::shares>(
        [](std::vector<double> a, const std::vector<double>&) -> std::vector<double> {
          a.resize(1);
          throw std::domain_error("cannot combine");
        });
  });
  EXPECT_EQ(failed.step, "shares");
  EXPECT_EQ(failed.type, "std::domain_error");
}

TEST_F(team_test, an_exception_in_a_step_arrives_with_its_type_text_and_solver) {
  const auto failed = failure_of([&] { probers.broadcast<&prober::throws_at>(2U); });
  EXPECT_EQ(failed.step, "throws_at");
  EXPECT_EQ(failed.solver, std::size_t{2}); // the lowest index, whoever threw first
  EXPECT_EQ(failed.type, "std::out_of_range");
  EXPECT_EQ(failed.text, "solver 2 objects");
}

TEST_F(team_test, what_is_no_standard_exception_arrives_with_its_type) {
  const auto failed = failure_of([&] { probers.broadcast<&prober::throws_something>(); });
  EXPECT_NE(failed.type.find("not_from_standard"), std::string::npos) << failed.type;
}

TEST_F(team_test, a_plan_may_go_on_after_a_failed_step) {
  EXPECT_THROW(probers.broadcast<&prober::throws_at>(0U), step_failed);
  EXPECT_EQ(probers.broadcast<&prober::plus_index>(0U).size(), 5U);
}

TEST_F(team_test, an_argument_over_the_limit_is_refused_and_names_the_step) {
  try {
    probers.broadcast<&prober::joined>(std::string(1'001, 'x'), 1, std::vector<int>{});
    FAIL() << "nothing was thrown";
  } catch (const payload_too_large& thrown) {
    EXPECT_EQ(std::string{thrown.what()}.rfind("argument of step 'joined': ", 0), 0U)
        << thrown.what();
  }
}

TEST_F(team_test, an_answer_over_the_limit_fails_the_step) {
  EXPECT_EQ(probers.broadcast<&prober::long_answer>(992U).front().size(), 992U);
  const auto failed = failure_of([&] { probers.broadcast<&prober::long_answer>(993U); });
  EXPECT_EQ(failed.type, "lockstep::payload_too_large");
}

TEST_F(team_test, a_combined_answer_over_the_limit_fails_the_step) {
  const auto failed = failure_of([&] { probers.reduce<&prober::long_answer>(concatenate, 500U); });
  EXPECT_EQ(failed.type, "lockstep::payload_too_large");
}

TEST_F(team_test, the_first_call_after_a_cancel_throws) {
  EXPECT_FALSE(probers.cancelled());
  EXPECT_EQ(probers.broadcast<&prober::sees_cancel>().front(), 0);
  runtime.cancel();
  EXPECT_TRUE(probers.cancelled());
  EXPECT_THROW(probers.broadcast<&prober::recall>(), run_cancelled);
}

TEST_F(team_test, a_time_limit_goes_with_the_limited_team_only) {
  struct listening_driver final : driver {
    step_outcome call(step_call step) override {
      last = std::move(step);
      return std::vector<blob>{};
    }
    void report(json) override {}
    std::size_t size() const override { return 1; }
    const json& params() const override { return nothing; }
    bool cancelled() const override { return false; }
    std::size_t payload_limit() const override { return 1'000; }
    void coded(double) override {}
    std::uint64_t random() override { return 0; }
    std::chrono::duration<double> elapsed() override { return {}; }
    std::chrono::system_clock::time_point now() override { return {}; }
    step_call last;
    json nothing;
  } listener;
  team<prober> heard{listener};
  heard.within(250ms).broadcast<&prober::recall>();
  EXPECT_EQ(listener.last.time_limit, 250ms);
  EXPECT_EQ(listener.last.name, "recall");
  heard.broadcast<&prober::recall>();
  EXPECT_FALSE(listener.last.time_limit.has_value());
  const auto told = [&](auto limit) {
    team<prober> limited = heard.within(limit);
    limited.broadcast<&prober::recall>();
    return listener.last.time_limit;
  };
  for (const auto passed : {0ms, -1ms, std::chrono::milliseconds::min()})
    EXPECT_EQ(told(passed), 0ms);
  EXPECT_EQ(told(1us), 1ms);
  EXPECT_EQ(told(std::chrono::duration<double>{0.25}), 250ms);
  EXPECT_EQ(told(24h), std::chrono::milliseconds{24h});
  EXPECT_EQ(told(std::chrono::milliseconds::max()), std::nullopt);
  EXPECT_EQ(told(std::chrono::hours::max()), std::nullopt);
  EXPECT_EQ(told(std::chrono::hours::max() - 1h), std::nullopt);
  EXPECT_EQ(told(std::chrono::duration<double>{std::numeric_limits<double>::infinity()}),
            std::nullopt);
}

TEST_F(team_test, equal_seeds_give_equal_random_engines) {
  local_driver again{registered("unit_prober"), with(5)};
  team<prober> same{again};
  EXPECT_EQ(probers.random(), same.random());
  EXPECT_NE(probers.random(), probers.random());
}

TEST_F(team_test, solvers_on_threads_answer_as_solvers_in_order) {
  auto wanted = with(5);
  wanted.threads = true;
  local_driver on_threads{registered("unit_prober"), wanted};
  team<prober> others{on_threads};
  const std::vector<double> items(50, 3.0);
  EXPECT_EQ(others.broadcast<&prober::plus_index>(1U), probers.broadcast<&prober::plus_index>(1U));
  EXPECT_EQ(others.map<&prober::halfway>(items), probers.map<&prober::halfway>(items));
}

TEST_F(team_test, a_value_that_the_parameter_cannot_hold_is_refused_before_the_step) {
  EXPECT_EQ(probers.broadcast<&prober::plus_index>(10).front(), 10U);
  EXPECT_EQ(probers.broadcast<&prober::plus_index>(json(10)).front(), 10U);
  EXPECT_EQ(probers.broadcast<&prober::halfway>(json(3)).front(), 1.5);
  const auto infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(probers.broadcast<&prober::halfway>(json(infinity)).front(), infinity);
  const auto refusal = [&](const auto& value) -> std::string {
    try {
      probers.broadcast<&prober::plus_index>(value);
    } catch (const std::invalid_argument& thrown) {
      return thrown.what();
    }
    return "accepted";
  };
  const std::string rest = " does not fit the type of the parameter";
  EXPECT_EQ(refusal(-1), "argument of step 'plus_index': -1" + rest);
  EXPECT_EQ(refusal(json(-1)), "argument of step 'plus_index': -1" + rest);
  EXPECT_EQ(refusal(json(2e19)), "argument of step 'plus_index': 2e+19" + rest);
  EXPECT_EQ(refusal(json(2.5)), "argument of step 'plus_index': 2.5" + rest);
  EXPECT_THROW(probers.broadcast<&prober::joined>("of a list", 1, json{1, 2.5}),
               std::invalid_argument);
}

TEST(step_failure, is_told_with_what_is_known_of_it_and_nothing_else) {
  step_failure why;
  why.type = "std::runtime_error";
  why.text = "no tour";
  EXPECT_EQ(to_string(why), "std::runtime_error: no tour") << "what a plan threw itself";
  why.step = "improve";
  why.solver = 3;
  why.node = "n1";
  EXPECT_EQ(to_string(why), "solver 3 on node n1, step 'improve': std::runtime_error: no tour");
}

} // namespace lockstep
