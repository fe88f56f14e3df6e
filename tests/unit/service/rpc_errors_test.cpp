// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/calls/rpc_errors.hpp"

#include "actors/system/system_configuration.hpp"
#include "actors/wire/handles.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <map>
#include <string>

namespace lockstep {

namespace {

/// What clients know errors between actors by. Programs of others go by these numbers.
const std::map<errc, int> codes{
    {errc::no_such_run, -32001},   {errc::no_such_model, -32002},
    {errc::bad_parameter, -32003}, {errc::not_finished, -32004},
    {errc::wrong_state, -32005},   {errc::no_such_solver, -32006},
    {errc::model_refused, -32007}, {errc::no_solvers, -32008},
    {errc::shutting_down, -32009}, {errc::limit_exceeded, -32010},
    {errc::time_limit, -32011},    {errc::solver_failed, -32603},
    {errc::worker_lost, -32603},   {errc::transfer_refused, -32603},
    {errc::model_missing, -32007}, {errc::no_such_node, -32015},
};

} // namespace

TEST(rpc_errors, every_error_between_actors_has_a_clients_number_and_a_sentence) {
  prepare_caf();
  std::size_t known = 0;
  for (std::uint8_t number = 1; number < std::numeric_limits<std::uint8_t>::max(); ++number) {
    errc code{};
    if (!from_integer(number, code))
      continue;
    ASSERT_TRUE(codes.contains(code)) << to_string(code);
    const auto told = to_rpc_error(caf::make_error(code));
    EXPECT_EQ(told.code, codes.at(code)) << to_string(code);
    EXPECT_TRUE(told.message.ends_with('.')) << told.message;
    ++known;
  }
  EXPECT_EQ(known, codes.size());
}

TEST(rpc_errors, a_sentence_of_the_errors_own_is_told_in_place_of_the_usual_one) {
  prepare_caf();
  const auto told = [](const char* sentence) {
    return to_rpc_error(caf::make_error(errc::wrong_state, std::string{sentence})).message;
  };
  EXPECT_EQ(told("run r7 is done"), "run r7 is done.");
  EXPECT_EQ(told("Run r7 is done."), "Run r7 is done.");
}

TEST(rpc_errors, no_answer_and_nobody_there_have_numbers_of_their_own_and_the_rest_is_a_mistake) {
  prepare_caf();
  EXPECT_EQ(to_rpc_error(caf::make_error(caf::sec::request_timeout)).code, rpc_code::time_limit);
  EXPECT_EQ(to_rpc_error(caf::make_error(caf::sec::request_receiver_down)).code,
            rpc_code::shutting_down);
  EXPECT_EQ(to_rpc_error(caf::make_error(caf::exit_reason::user_shutdown)).code,
            rpc_code::shutting_down);
  const auto mistake = to_rpc_error(caf::make_error(caf::sec::unexpected_message));
  EXPECT_EQ(mistake.code, rpc_code::internal_error);
  EXPECT_NE(mistake.message.find("unexpected_message"), std::string::npos) << mistake.message;
}

} // namespace lockstep
