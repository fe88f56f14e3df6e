// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/seat.hpp>
#include <lockstep/team.hpp>

#include <gtest/gtest.h>

namespace lockstep {

namespace {

struct island {
  explicit island(const seat&) {}
  int grow(int by) { return by; }
  double grow(double by) { return by; }
  int shrink() const { return 0; }
};

template <class Number, int Width>
struct grid {
  explicit grid(const seat&) {}
  Number relax() { return {}; }
};

struct larger {
  int operator()(int left, int right) const { return left < right ? right : left; }
};

constexpr auto grow_whole = static_cast<int (island::*)(int)>(&island::grow);

} // namespace

TEST(step_name, is_the_class_and_its_member_function_as_the_author_wrote_them) {
  EXPECT_EQ(detail::step_entry<&island::shrink>::key(), "island::shrink");
  EXPECT_EQ((detail::step_entry<&grid<double, 3>::relax>::key()), "grid<double,3>::relax");
  EXPECT_EQ(detail::step_entry<grow_whole>::key(), "island::grow");
}

TEST(step_name, is_the_one_that_it_was_given) {
  EXPECT_EQ((detail::step_entry<named("grow whole", grow_whole)>::key()), "island::grow whole");
  EXPECT_EQ((detail::step_name<named("grow whole", grow_whole)>()), "grow whole");
}

TEST(step_name, of_a_reduce_is_that_of_the_step_and_of_what_combines) {
  EXPECT_EQ((detail::operation_entry<&island::shrink, larger>::key()), "island::shrink larger");
  const auto first_of = [](int left, int) { return left; };
  const auto second_of = [](int, int right) { return right; };
  EXPECT_EQ((detail::operation_entry<&island::shrink, decltype(first_of)>::key()),
            "island::shrink lambda");
  EXPECT_EQ((detail::operation_entry<&island::shrink, decltype(second_of)>::key()),
            "island::shrink lambda 2");
}

TEST(step_name, that_two_functions_have_is_told_and_the_first_one_stays) {
  std::map<std::string, int> table;
  const auto before = detail::doubled_names().size();
  detail::enter_once(table, "island::grow", 1, "say which");
  detail::enter_once(table, "island::grow", 1, "say which");
  EXPECT_EQ(detail::doubled_names().size(), before);
  detail::enter_once(table, "island::grow", 2, "say which");
  ASSERT_EQ(detail::doubled_names().size(), before + 1);
  EXPECT_EQ(detail::doubled_names().back(),
            "two different functions have the name 'island::grow': say which");
  EXPECT_EQ(table.at("island::grow"), 1);
  detail::doubled_names().pop_back();
}

} // namespace lockstep
