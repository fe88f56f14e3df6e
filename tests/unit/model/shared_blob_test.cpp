// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/model/no_limit.hpp"

#include <lockstep/codec.hpp>
#include <lockstep/step_table.hpp>

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace lockstep {

namespace {

using test::no_limit;

std::vector<double> odd_numbers(std::size_t count) {
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] = std::bit_cast<double>(0x7FF0'0000'0000'0000U + i); // infinity and signalling NaNs
  return values;
}

std::vector<std::uint64_t> bits_of(const std::vector<double>& values) {
  std::vector<std::uint64_t> bits;
  for (const double each : values)
    bits.push_back(std::bit_cast<std::uint64_t>(each));
  return bits;
}

} // namespace

TEST(shared_blob, a_large_vector_lies_in_shared_memory_and_a_small_one_does_not) {
  EXPECT_EQ(encode(no_limit, std::vector<double>(100)).memory(), nullptr);
  EXPECT_NE(encode(no_limit, std::vector<double>(100'000)).memory(), nullptr);
}

TEST(shared_blob, every_bit_arrives) {
  for (const std::size_t count : {8'000U, 8'191U, 8'192U, 8'193U, 300'001U}) {
    const auto sent = odd_numbers(count);
    std::vector<double> arrived;
    decode(encode(no_limit, sent), arrived);
    EXPECT_EQ(bits_of(arrived), bits_of(sent)) << count;
  }
}

TEST(shared_blob, many_small_values_between_large_ones_arrive) {
  std::map<std::string, std::vector<std::uint32_t>> sent;
  for (std::uint32_t i = 0; i < 3'000; ++i)
    sent["key " + std::to_string(i)] =
        std::vector<std::uint32_t>(i % 1'000 == 7 ? 50'000 : i % 40, i);
  const auto whole = encode(no_limit, std::string{"first"}, sent, 42);
  ASSERT_NE(whole.memory(), nullptr);
  std::string first;
  std::map<std::string, std::vector<std::uint32_t>> arrived;
  int last = 0;
  decode(whole, first, arrived, last);
  EXPECT_EQ(first, "first");
  EXPECT_EQ(arrived, sent);
  EXPECT_EQ(last, 42);
}

TEST(shared_blob, what_is_larger_than_a_file_may_be_stays_in_its_process_and_arrives_whole) {
  std::map<std::string, std::vector<double>> grows; // over the limit in the middle of a value
  for (int i = 0; i < 20; ++i)
    grows[std::to_string(i)] = odd_numbers(9'000 + 1'000 * static_cast<std::size_t>(i));
  const auto one = odd_numbers(200'000);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit megabyte{std::size_t{1} << 20U, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &megabyte);
  const auto whole = encode(no_limit, one);
  const auto grown = encode(no_limit, grows, std::string(70'000, 'x'), 42);
  const auto small = encode(no_limit, odd_numbers(100'000));
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(whole.memory(), nullptr);
  EXPECT_EQ(grown.memory(), nullptr);
  EXPECT_NE(small.memory(), nullptr);
  std::vector<double> arrived;
  decode(whole, arrived);
  EXPECT_EQ(bits_of(arrived), bits_of(one));
  std::map<std::string, std::vector<double>> grown_arrived;
  std::string text;
  int last = 0;
  decode(grown, grown_arrived, text, last);
  for (const auto& [name, values] : grows)
    EXPECT_EQ(bits_of(grown_arrived[name]), bits_of(values)) << name;
  EXPECT_EQ(text, std::string(70'000, 'x'));
  EXPECT_EQ(last, 42);
}

TEST(shared_blob, nobody_can_shorten_what_is_shared) {
  const auto whole = encode(no_limit, std::vector<double>(100'000, 1.0));
  EXPECT_EQ(::ftruncate(whole.memory()->descriptor(), 8), -1);
  EXPECT_EQ(errno, EPERM);
}

TEST(shared_blob, memory_is_written_anew_only_after_its_last_reader_let_go) {
  const detail::memory_file_use keeps_pages;
  auto first = encode(no_limit, std::vector<double>(100'000, 1.0));
  auto reader = shared_memory::of_process(::getpid(), first.memory()->descriptor(), first.size());
  ASSERT_TRUE(reader);
  first = {};
  const auto second = encode(no_limit, std::vector<double>(100'000, 2.0));
  std::vector<double> arrived;
  decode(blob{std::move(reader)}, arrived);
  EXPECT_EQ(arrived, std::vector<double>(100'000, 1.0));
}

TEST(shared_blob, memory_that_is_written_again_and_again_has_every_byte) {
  const detail::memory_file_use keeps_pages;
  for (const std::size_t count :
       {100'000U, 100'000U, 90'000U, 300'001U, 300'001U, 3'000'000U, 3'000'000U, 8'192U}) {
    const auto sent = odd_numbers(count);
    std::vector<double> arrived;
    decode(encode(no_limit, sent), arrived);
    EXPECT_EQ(bits_of(arrived), bits_of(sent)) << count;
  }
}

TEST(shared_blob, memory_is_kept_only_while_somebody_will_write_more) {
  const auto number_of_files = [] {
    const std::filesystem::directory_iterator all{"/proc/self/fd"};
    return std::count_if(begin(all), end(all), [](const auto& each) {
      std::error_code gone;
      return read_symlink(each.path(), gone).string().starts_with("/memfd:lockstep");
    });
  };
  auto late = encode(no_limit, std::vector<double>(100'000));
  {
    const detail::memory_file_use keeps_pages;
    (void)encode(no_limit, std::vector<double>(200'000));
    EXPECT_EQ(number_of_files(), 2);
  }
  EXPECT_EQ(number_of_files(), 1);
  late = {};
  EXPECT_EQ(number_of_files(), 0);
}

TEST(shared_blob, another_process_opens_it_by_number_and_keeps_it) {
  auto whole = encode(no_limit, std::vector<double>(100'000, 2.5));
  auto opened = shared_memory::of_process(::getpid(), whole.memory()->descriptor(), whole.size());
  ASSERT_TRUE(opened);
  whole = {}; // the first holder lets go
  std::vector<double> arrived;
  decode(blob{std::move(opened)}, arrived);
  EXPECT_EQ(arrived, std::vector<double>(100'000, 2.5));
}

TEST(shared_blob, a_number_that_is_something_else_now_is_refused) {
  const auto whole = encode(no_limit, std::vector<double>(100'000));
  const int descriptor = whole.memory()->descriptor();
  EXPECT_FALSE(shared_memory::of_process(::getpid(), descriptor, 10'000'000));
  EXPECT_FALSE(shared_memory::of_process(::getpid(), STDIN_FILENO, whole.size()));
  EXPECT_FALSE(shared_memory::of_process(::getpid(), 1'000'000, whole.size()));
}

TEST(shared_blob, one_that_was_lost_says_why_when_it_is_read) {
  const auto lost = blob::lost(16, "its process is gone");
  EXPECT_EQ(lost.size(), 16U);
  double value = 0;
  try {
    decode(lost, value, value);
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& thrown) {
    EXPECT_STREQ(thrown.what(), "its process is gone");
  }
}

TEST(shared_blob, large_answers_are_summed_to_the_same_bits_as_small_ones) {
  std::mt19937_64 random{3};
  std::uniform_real_distribution<double> any{-1e3, 1e3};
  for (const std::size_t solvers : {1U, 2U, 3U, 7U})
    for (const std::size_t count : {8'192U, 8'193U, 100'001U}) {
      std::vector<std::vector<double>> values(solvers, std::vector<double>(count));
      std::vector<blob> answers;
      for (auto& each : values) {
        std::ranges::generate(each, [&] { return any(random); });
        answers.push_back(encode(no_limit, each));
      }
      auto whole = detail::combine_answers<std::vector<double>, sum_operation>(answers, no_limit);
      std::vector<double> summed;
      decode(std::get<blob>(whole), summed);
      EXPECT_EQ(bits_of(summed), bits_of(reduce_in_order(std::span{values}, sum)));
    }
}

TEST(shared_blob, slices_of_a_sum_that_are_joined_are_the_whole) {
  std::vector<blob> answers;
  for (const double each : {1.5, 2.5, 3.5})
    answers.push_back(encode(no_limit, std::vector<double>(100'001, each)));
  std::vector<blob> slices;
  for (std::uint64_t i = 0; i < 4; ++i)
    slices.push_back(std::get<blob>(
        detail::combine_answers<std::vector<double>, sum_operation>(answers, no_limit, {i, 4})));
  const auto whole = blob::joined(std::move(slices));
  EXPECT_EQ(whole.parts().size(), 4U);
  EXPECT_EQ(whole.size(), answers.front().size());
  std::vector<double> summed;
  decode(whole, summed);
  EXPECT_EQ(summed, std::vector<double>(100'001, 7.5));
}

TEST(shared_blob, what_cannot_be_cut_is_whole_in_its_first_slice) {
  const std::vector answers{encode(no_limit, std::string(100'000, 'a')),
                            encode(no_limit, std::string(100'000, 'b'))};
  const auto combine = [&](slice wanted) {
    return std::get<blob>(
        detail::combine_answers<std::string, concatenate_operation>(answers, no_limit, wanted));
  };
  std::string both;
  decode(blob::joined({combine({0, 2}), combine({1, 2})}), both);
  EXPECT_EQ(both, std::string(100'000, 'a') + std::string(100'000, 'b'));
}

TEST(shared_blob, parts_are_read_across_their_borders) {
  std::vector<blob> parts;
  for (const char each : {'a', 'b', 'c'})
    parts.emplace_back(std::vector<std::byte>(3, std::byte(each)));
  const auto whole = blob::joined({parts[0], blob{}, blob::joined({parts[1], parts[2]})});
  std::string text(5, ' ');
  whole.read(2, text.data(), text.size());
  EXPECT_EQ(text, "abbbc");
}

TEST(shared_blob, large_answers_of_different_sizes_are_refused_as_small_ones_are) {
  const std::vector answers{encode(no_limit, std::vector<double>(100'000)),
                            encode(no_limit, std::vector<double>(100'001))};
  const auto refused =
      detail::combine_answers<std::vector<double>, sum_operation>(answers, no_limit);
  EXPECT_NE(std::get<failure>(refused).text.find("different sizes, 100000 and 100001"),
            std::string::npos);
}

TEST(shared_blob, the_limit_holds_for_large_payloads_too) {
  EXPECT_THROW((void)encode(1'000'000, std::vector<double>(200'000)), payload_too_large);
}

} // namespace lockstep
