// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/shared_list.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lockstep {

namespace {

std::vector<std::uint64_t> numbers_in(const shared_list<std::string>::view& seen) {
  std::vector<std::uint64_t> numbers;
  seen.each([&](std::uint64_t number, const std::string& entry) {
    EXPECT_EQ(entry, std::to_string(number));
    numbers.push_back(number);
    return true;
  });
  return numbers;
}

} // namespace

TEST(shared_list, a_view_has_just_the_entries_asked_for_and_stays_as_it_was) {
  shared_list<std::string> list;
  for (int i = 0; i < 1'000; ++i)
    list.push(std::to_string(i), 0);
  const auto seen = list.look(3, 600);
  const auto last = list.look(999, 10);
  for (int i = 1'000; i < 2'000; ++i)
    list.push(std::to_string(i), 0);
  while (list.drop_oldest() != 0) {
  }
  const auto numbers = numbers_in(seen);
  ASSERT_EQ(numbers.size(), 600U);
  EXPECT_EQ(numbers.front(), 3U);
  EXPECT_EQ(numbers.back(), 602U);
  EXPECT_EQ(numbers_in(last), std::vector<std::uint64_t>{999});
  EXPECT_EQ(seen.find(2), nullptr);
  EXPECT_EQ(*seen.find(602), "602");
  EXPECT_EQ(seen.find(603), nullptr);
  EXPECT_TRUE(numbers_in(list.look(0, 5'000)).empty());
  EXPECT_EQ(list.total(), 2'000U);
  list.push("2000", 0);
  EXPECT_EQ(numbers_in(list.look(0, 1)), std::vector<std::uint64_t>{2'000});
}

TEST(shared_list, what_it_grows_by_is_what_dropping_gives_back) {
  shared_list<std::string> list;
  std::uint64_t grown = 0;
  for (int i = 0; i < 5'000; ++i)
    grown += list.push(std::to_string(i), 1'000);
  EXPECT_GE(grown, 5'000U * (1'000 + sizeof(std::string)));
  std::uint64_t dropped = list.keep_newest(100);
  const auto kept = numbers_in(list.look(0, 5'000));
  EXPECT_GE(kept.size(), 100U);
  EXPECT_LT(kept.size(), 400U);
  EXPECT_EQ(kept.back(), 4'999U);
  for (auto bytes = list.drop_oldest(); bytes != 0; bytes = list.drop_oldest())
    dropped += bytes;
  EXPECT_EQ(dropped, grown);
}

TEST(shared_list, dropping_one_chunk_of_large_entries_drops_little) {
  shared_list<std::string> list;
  constexpr std::uint64_t large = std::uint64_t{1} << 20U;
  for (int i = 0; i < 100; ++i)
    list.push(std::to_string(i), large);
  EXPECT_LT(list.drop_oldest(), 2 * large);
}

} // namespace lockstep
