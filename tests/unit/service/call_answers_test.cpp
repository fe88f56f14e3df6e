// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/service/kept_audit.hpp"
#include "tests/unit/service/recorded_answers.hpp"

#include "control/service/calls/call_answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace lockstep {

namespace {

using testing::ElementsAre;

/// Calls of one connection that change something are ann's.
struct answered_calls {
  [[nodiscard]] static caller changing(std::uint64_t token) {
    return {1, token,
            std::make_shared<audit_note>(
                audit_note{"runs.cancel", "ann", "here", {{"run", "r1"}, {"why", "asked"}}})};
  }

  recorded_answers clients;
  kept_audit audit;
  call_answers answers{clients, audit.log()};
};

} // namespace

TEST(call_answers, a_call_that_changes_something_is_in_the_audit_once_it_is_answered) {
  answered_calls calls;
  calls.answers.answer(answered_calls::changing(1), {{"done", true}});
  calls.answers.fail(answered_calls::changing(2),
                     make_rpc_error(rpc_code::wrong_state, "It is over."));
  EXPECT_EQ(calls.clients.answered.at(1), R"({"done":true})");
  EXPECT_EQ(calls.clients.failed.at(2).code, rpc_code::wrong_state);
  EXPECT_THAT(
      calls.audit.lines(),
      ElementsAre(R"({"from":"here","run":"r1","what":"runs.cancel","who":"ann","why":"asked"})",
                  R"({"error":"It is over.","from":"here","run":"r1","what":"runs.cancel",)"
                  R"("who":"ann","why":"asked"})"));
}

TEST(call_answers, what_came_of_a_call_is_told_in_the_audit_beside_what_was_asked_or_in_its_place) {
  answered_calls calls;
  calls.answers.note(answered_calls::changing(1), {{"why", "found"}, {"solvers", 2}});
  EXPECT_THAT(calls.audit.lines(),
              ElementsAre(R"({"from":"here","run":"r1","solvers":2,"what":"runs.cancel",)"
                          R"("who":"ann","why":"found"})"));
}

TEST(call_answers, a_call_that_changes_nothing_or_was_noted_before_leaves_no_line) {
  answered_calls calls;
  calls.answers.answer({1, 1, nullptr}, json::array());
  calls.answers.fail({1, 2, nullptr}, make_rpc_error(rpc_code::no_such_run, "There is none."));
  calls.answers.give(answered_calls::changing(3), "{}");
  EXPECT_EQ(calls.clients.answered.at(3), "{}");
  calls.answers.note(answered_calls::changing(4), json::object());
  EXPECT_EQ(calls.audit.lines().size(), 1U) << "the last call's only";
}

} // namespace lockstep
