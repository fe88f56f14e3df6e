// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/model/no_limit.hpp"

#include <lockstep/codec.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace lockstep {

namespace {

using test::no_limit;

/// The most bytes that a recording_allocator was asked for at once.
std::size_t largest_request = 0;

template <class T>
struct recording_allocator {
  using value_type = T;
  recording_allocator() = default;
  template <class U>
  explicit recording_allocator(const recording_allocator<U>&) {}

  T* allocate(std::size_t count) {
    largest_request = std::max(largest_request, count * sizeof(T));
    return std::allocator<T>{}.allocate(count);
  }
  void deallocate(T* first, std::size_t count) { std::allocator<T>{}.deallocate(first, count); }
  friend bool operator==(const recording_allocator&, const recording_allocator&) { return true; }
};

using recorded_doubles = std::vector<double, recording_allocator<double>>;

blob prefix(const blob& whole, std::size_t size) {
  std::vector<std::byte> bytes(size);
  whole.read(0, bytes.data(), size);
  return blob{std::move(bytes)};
}

using sample = std::map<std::string, std::vector<std::vector<double>>>;

const sample& a_sample() {
  static const sample value{{"first", {{1, 2, 3}, {}}}, {"second", {{4}}}, {"third", {}}};
  return value;
}

} // namespace

TEST(codec_errors, every_truncation_is_a_decode_error) {
  const auto whole = encode(no_limit, a_sample());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    sample arrived;
    EXPECT_THROW(decode(prefix(whole, size), arrived), decode_error) << size << " bytes";
  }
}

TEST(codec_errors, a_truncation_says_how_much_is_missing) {
  std::uint64_t number = 0;
  try {
    decode(prefix(encode(no_limit, std::uint64_t{1}), 3), number);
    FAIL() << "nothing was thrown";
  } catch (const decode_error& thrown) {
    EXPECT_NE(std::string{thrown.what()}.find("ends 5 bytes early"), std::string::npos);
  }
}

TEST(codec_errors, bytes_that_are_left_over_are_a_decode_error) {
  int number = 0;
  try {
    decode(encode(no_limit, 1, 'x', 'y'), number);
    FAIL() << "nothing was thrown";
  } catch (const decode_error& thrown) {
    EXPECT_NE(std::string{thrown.what()}.find("has 2 bytes too many"), std::string::npos);
  }
}

TEST(codec_errors, an_announced_length_without_its_bytes_allocates_little) {
  for (const auto announced : {std::uint64_t{1} << 17U, std::uint64_t{1} << 32U,
                               std::uint64_t{1} << 60U, ~std::uint64_t{0}}) {
    const auto lie = encode(no_limit, announced, 1.0);
    largest_request = 0;
    recorded_doubles values;
    EXPECT_THROW(decode(lie, values), decode_error) << announced;
    EXPECT_LT(largest_request, 1'000'000U) << announced;
    std::string text;
    EXPECT_THROW(decode(lie, text), decode_error) << announced;
    std::map<std::string, int> entries;
    EXPECT_THROW(decode(lie, entries), decode_error) << announced;
  }
}

TEST(codec_errors, a_truncated_large_vector_allocates_no_more_than_announced) {
  const auto whole = encode(no_limit, std::vector<double>(100'000));
  largest_request = 0;
  recorded_doubles values;
  EXPECT_THROW(decode(prefix(whole, whole.size() / 2), values), decode_error);
  EXPECT_LE(largest_request, 800'000U);
}

TEST(codec_errors, changed_bytes_give_a_value_or_a_decode_error) {
  const auto whole = encode(no_limit, a_sample());
  std::mt19937_64 random{7};
  for (int round = 0; round < 5'000; ++round) {
    std::vector<std::byte> bytes(whole.bytes().begin(), whole.bytes().end());
    for (auto changes = 1 + random() % 4; changes > 0; --changes)
      bytes[random() % bytes.size()] = static_cast<std::byte>(random());
    sample arrived;
    try {
      decode(blob{std::move(bytes)}, arrived);
    } catch (const decode_error&) {
      continue;
    }
  }
}

} // namespace lockstep
