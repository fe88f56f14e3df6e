// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/model/no_limit.hpp"

#include <lockstep/codec.hpp>

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace lockstep {

namespace {

using test::no_limit;

struct point {
  double x = 0;
  std::int32_t label = 0;
  friend bool operator==(const point&, const point&) = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(x, cereal::make_nvp("label", label));
  }
};

struct shape {
  std::string name;
  std::vector<point> corners;
  std::optional<double> area;
  friend bool operator==(const shape&, const shape&) = default;

  template <class Archive>
  void save(Archive& archive) const {
    archive(name, corners, area);
  }
  template <class Archive>
  void load(Archive& archive) {
    archive(name, corners, area);
  }
};

struct nothing {
  friend bool operator==(const nothing&, const nothing&) = default;
  template <class Archive>
  void serialize(Archive&) {}
};

template <class T>
T sent(const T& value) {
  T arrived{};
  decode(encode(no_limit, value), arrived);
  return arrived;
}

template <class T>
void expect_to_arrive(const T& value) {
  EXPECT_EQ(sent(value), value);
}

} // namespace

TEST(codec, numbers_and_text_arrive_as_they_were) {
  expect_to_arrive(true);
  expect_to_arrive('x');
  expect_to_arrive(std::numeric_limits<std::int64_t>::min());
  expect_to_arrive(std::numeric_limits<std::uint64_t>::max());
  expect_to_arrive(1.5F);
  expect_to_arrive(std::string{});
  expect_to_arrive(std::string("zero \0 and \xff inside", 19));
}

TEST(codec, structs_and_nested_containers_arrive_as_they_were) {
  expect_to_arrive(shape{"triangle", {{1.0, 2}, {-3.5, 4}, {0.0, -5}}, 7.25});
  expect_to_arrive(shape{});
  expect_to_arrive(std::vector<std::vector<double>>{{1, 2}, {}, {3}});
  expect_to_arrive(std::map<std::string, std::vector<shape>>{{"", {}}, {"a", {shape{}, shape{}}}});
  expect_to_arrive(std::unordered_map<int, std::string>{{1, "one"}, {2, "two"}});
  expect_to_arrive(std::array<std::array<std::int16_t, 3>, 2>{{{1, 2, 3}, {4, 5, 6}}});
  expect_to_arrive(
      std::tuple{1, std::string{"two"}, std::pair{3.0, std::vector<bool>{true, false}}});
  expect_to_arrive(std::vector<nothing>(1000));
}

TEST(codec, a_json_values_numbers_arrive_even_where_json_has_none) {
  const auto infinity = std::numeric_limits<double>::infinity();
  expect_to_arrive(json{{"limit", infinity}, {"least", {-infinity, 0.1, -0.0}}});
  const auto nan = sent(json{{"gap", std::nan("")}});
  EXPECT_TRUE(std::isnan(nan.at("gap").get<double>()));
}

TEST(codec, a_json_value_arrives_as_it_was) {
  expect_to_arrive(json{{"list", {1, 2.5, nullptr, "ü"}}, {"none", nullptr}, {"yes", true}});
}

TEST(codec, several_values_stand_one_after_another) {
  int first = 0;
  std::string second;
  decode(encode(no_limit, 7, std::string{"seven"}), first, second);
  EXPECT_EQ(first, 7);
  EXPECT_EQ(second, "seven");
}

TEST(codec, every_bit_of_special_doubles_arrives) {
  const std::vector<std::uint64_t> patterns{
      0x0000000000000000U, 0x8000000000000000U, // 0, -0
      0x0000000000000001U, 0x800fffffffffffffU, // least and greatest denormal
      0x7ff0000000000000U, 0xfff0000000000000U, // infinities
      0x7ff8000000000000U, 0x7ff8dead0000beefU, // quiet NaN, with a payload
      0x7ff0000000000001U, 0xfff4000000c0ffeeU, // signalling NaN
  };
  std::vector<double> values;
  for (const auto pattern : patterns)
    values.push_back(std::bit_cast<double>(pattern));
  const auto arrived = sent(values);
  ASSERT_EQ(arrived.size(), values.size());
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(arrived[i]), patterns[i]);
    EXPECT_EQ(std::bit_cast<std::uint64_t>(sent(values[i])), patterns[i]);
  }
}

TEST(codec, every_bit_of_random_doubles_arrives) {
  std::mt19937_64 random{20240501};
  std::vector<double> values(10'000);
  for (auto& value : values)
    value = std::bit_cast<double>(random());
  const auto arrived = sent(values);
  ASSERT_EQ(arrived.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_EQ(std::bit_cast<std::uint64_t>(arrived[i]), std::bit_cast<std::uint64_t>(values[i]));
}

TEST(codec, a_vector_of_numbers_takes_its_own_bytes_and_a_length) {
  EXPECT_EQ(encode(no_limit, std::vector<double>(100)).size(), 8 + 100 * sizeof(double));
  EXPECT_EQ(encode(no_limit, std::vector<std::uint8_t>(100)).size(), 8U + 100U);
}

TEST(codec, a_value_of_exactly_the_limit_is_encoded) {
  EXPECT_EQ(encode(8 + 800, std::vector<double>(100)).size(), 808U);
}

TEST(codec, a_value_over_the_limit_is_refused_with_both_sizes) {
  try {
    (void)encode(807, std::vector<double>(100));
    FAIL() << "nothing was thrown";
  } catch (const payload_too_large& thrown) {
    EXPECT_STREQ(thrown.what(), "a payload of at least 808 bytes is over the limit of 807 bytes");
  }
}

TEST(codec, a_limit_of_zero_admits_only_nothing) {
  EXPECT_EQ(encode(0).size(), 0U);
  EXPECT_EQ(encode(0, nothing{}).size(), 0U);
  EXPECT_THROW((void)encode(0, 'x'), payload_too_large);
}

TEST(codec, a_writer_is_empty_after_its_bytes_were_taken) {
  blob_writer out;
  out(1, 2);
  EXPECT_EQ(out.take().size(), 8U);
  EXPECT_EQ(out.take().size(), 0U);
}

} // namespace lockstep
