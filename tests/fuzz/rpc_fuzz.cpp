// SPDX-License-Identifier: BSD-3-Clause

#include "control/rpc/session.hpp"

#include "tests/fuzz/damager.hpp"
#include "tests/fuzz/expectation.hpp"
#include "tests/fuzz/mutator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <vector>

/// Feeds sessions with lines that are nearly right. LOCKSTEP_FUZZ_SEED repeats a run,
/// LOCKSTEP_FUZZ_ROUNDS makes it longer.

namespace lockstep {

namespace {

using fuzz::from_environment;

/// Answers calls in a random order; gives all lines that were sent.
std::vector<std::string> answer_all(session& client, session_output output, fuzz::mutator& random) {
  auto lines = std::move(output.lines);
  auto& calls = output.calls;
  while (!calls.empty()) {
    std::swap(calls[random.below(calls.size())], calls.back());
    const auto token = calls.back().token;
    auto more = random.below(4) == 0
                    ? client.fail(token, make_rpc_error(rpc_code::internal_error, "\xff no"))
                    : client.answer(token, calls.back().params);
    std::ranges::move(more, std::back_inserter(lines));
    calls.pop_back();
  }
  return lines;
}

/// The same until nothing waits for a token.
std::vector<std::string> settle(session& client, session_output output, fuzz::mutator& random) {
  std::vector<std::string> lines;
  for (std::optional<session_output> now{std::move(output)}; now; now = client.next())
    std::ranges::move(answer_all(client, std::move(*now), random), std::back_inserter(lines));
  return lines;
}

/// Whether every double hands so many digits back: its value is none of the smallest, and to 15
/// digits it reads as it was written.
bool fits_a_double(const std::string& written) {
  const auto value = std::strtod(written.c_str(), nullptr);
  const auto shown = [&](int digits) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*e", digits - 1, value);
    return std::string{text.data()};
  };
  const auto digits_of = [](const std::string& number) {
    std::string digits;
    std::ranges::copy_if(number.substr(0, number.find_first_of("eE")), std::back_inserter(digits),
                         [](char c) { return c >= '0' && c <= '9'; });
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    while (digits.ends_with('0'))
      digits.pop_back();
    return digits;
  };
  const bool is_tiny = std::fpclassify(value) == FP_SUBNORMAL;
  return !is_tiny && digits_of(shown(15)) == digits_of(written);
}

void check_answer(const json& answer, const fuzz::expected_id& expected) {
  const auto& id = expected.id;
  ASSERT_TRUE(answer.is_object());
  EXPECT_EQ(answer.at("jsonrpc"), "2.0");
  if (id.is_number_float() && !fits_a_double(expected.written)) {
    EXPECT_TRUE(answer.at("id").is_null()) << expected.written;
    EXPECT_EQ(answer.at("error").at("code"), -32600);
  } else {
    EXPECT_EQ(answer.at("id"), id);
  }
  EXPECT_NE(answer.contains("result"), answer.contains("error"));
  if (!answer.contains("error"))
    return;
  EXPECT_TRUE(answer["error"].at("message").is_string());
  EXPECT_NE(find_rpc_code(answer["error"].at("code").get<int>()), nullptr);
}

void check_lines(const std::vector<std::string>& lines, const fuzz::expectation& expected) {
  ASSERT_EQ(lines.size(), expected.ids.empty() ? 0U : 1U);
  if (lines.empty())
    return;
  ASSERT_EQ(lines[0].find('\n'), std::string::npos);
  auto answers = json::parse(lines[0]);
  ASSERT_EQ(answers.is_array(), expected.batch);
  if (!expected.batch)
    answers = json::array({std::move(answers)});
  ASSERT_EQ(answers.size(), expected.ids.size());
  for (std::size_t i = 0; i < answers.size(); ++i)
    check_answer(answers[i], expected.ids[i]);
}

} // namespace

TEST(rpc_fuzz, whatever_a_client_sends_gets_exactly_the_answers_that_the_standard_asks_for) {
  const auto seed = from_environment("LOCKSTEP_FUZZ_SEED", std::random_device{}());
  const auto rounds = from_environment("LOCKSTEP_FUZZ_ROUNDS", 100'000);
  std::cout << "LOCKSTEP_FUZZ_SEED=" << seed << std::endl;
  fuzz::mutator random(seed);
  const rpc_limits limits;
  session client(limits, "0", access_role::admin);
  for (std::uint64_t round = 0; round < rounds && !::testing::Test::HasFailure(); ++round) {
    const auto line = random.line();
    SCOPED_TRACE("seed " + std::to_string(seed) + ", round " + std::to_string(round) + ": " + line);
    const auto lines = settle(client, client.on_line(line), random);
    check_lines(lines, fuzz::expect(line, limits.nesting));
    ASSERT_EQ(client.in_flight(), 0U);
  }
}

TEST(rpc_fuzz, calls_that_come_out_have_complete_params) {
  const auto seed = from_environment("LOCKSTEP_FUZZ_SEED", std::random_device{}());
  std::cout << "LOCKSTEP_FUZZ_SEED=" << seed << std::endl;
  fuzz::mutator random(seed);
  session client(rpc_limits{.in_flight = SIZE_MAX}, "0", access_role::admin);
  for (int round = 0; round < 20'000; ++round) {
    const auto line = random.line();
    for (std::optional now{client.on_line(line)}; now; now = client.next())
      for (const auto& call : now->calls) {
        for (const auto& param : find_method(call.method).params)
          ASSERT_TRUE(call.params.contains(param.name) ||
                      (!param.required && param.fallback.is_null()))
              << seed << ": " << line;
        client.answer(call.token, nullptr);
      }
  }
}

} // namespace lockstep
