// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/service/control_part.hpp"

#include "control/service/shared_questions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

// That those who ask meanwhile share the next answer stands in tests/protocol.

namespace lockstep {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using question = shared_questions::question;

struct questions_of_control : shared_questions {
  questions_of_control(control_actor::pointer self, surroundings& among)
      : shared_questions(self, among.controller.handle(), among.answers) {}
};

class asked_head : public control_part<questions_of_control> {
public:
  void ask(std::uint64_t token, question what, const shared_questions::use_of_answer& use = nullptr,
           run_id run = {}) {
    act([&](shared_questions& questions) { questions.ask(what, {1, token, nullptr}, use, run); });
  }
};

} // namespace

TEST(shared_questions, an_error_is_for_those_who_asked_and_not_for_those_who_asked_meanwhile) {
  asked_head head;
  head.ask(1, question::nodes);
  head.ask(2, question::nodes);
  EXPECT_THAT(head.controller.told(), ElementsAre("list nodes"));
  head.controller.answer_nodes(caf::make_error(errc::shutting_down));
  EXPECT_EQ(head.clients.failed.at(1).code, rpc_code::shutting_down);
  EXPECT_EQ(head.clients.failed.size(), 1U);
  EXPECT_THAT(head.controller.told(), ElementsAre("list nodes"));
  head.controller.answer_nodes(std::vector<node_info>{});
  EXPECT_EQ(head.clients.answered.at(2), "[]");
  EXPECT_THAT(head.controller.told(), IsEmpty());
}

TEST(shared_questions, of_one_answer_each_makes_what_it_wants) {
  asked_head head;
  head.ask(1, question::nodes);
  head.ask(2, question::nodes);
  head.ask(3, question::nodes, [&head](const caller& who, const json& nodes) {
    head.clients.answered[who.token] = std::to_string(nodes.size()) + " node";
  });
  head.ask(4, question::nodes);
  head.controller.answer_nodes(std::vector<node_info>{});
  EXPECT_EQ(head.clients.answered.at(1), "[]");
  head.controller.answer_nodes(std::vector<node_info>{node_info{}});
  EXPECT_EQ(head.clients.answered.at(3), "1 node");
  EXPECT_EQ(head.clients.answered.at(2), head.clients.answered.at(4));
  EXPECT_EQ(json::parse(head.clients.answered.at(2)).size(), 1U);
}

TEST(shared_questions, one_that_is_slow_holds_no_other_up) {
  asked_head head;
  head.ask(1, question::nodes);
  head.ask(2, question::system);
  EXPECT_THAT(head.controller.told(), ElementsAre("list nodes", "get system"));
  EXPECT_TRUE(head.clients.answered.contains(2));
  EXPECT_FALSE(head.clients.answered.contains(1));
}

TEST(shared_questions, what_is_asked_about_one_run_is_no_answer_about_another) {
  asked_head head;
  head.ask(1, question::waiting, nullptr, {1});
  head.ask(2, question::waiting, nullptr, {2});
  EXPECT_THAT(head.controller.told(), ElementsAre("why r1 waits", "why r2 waits"));
  EXPECT_EQ(json::parse(head.clients.answered.at(1)).at("run"), "r1");
  EXPECT_EQ(json::parse(head.clients.answered.at(2)).at("run"), "r2");
  head.ask(3, question::waiting, nullptr, {1});
  EXPECT_THAT(head.controller.told(), ElementsAre("why r1 waits"));
}

} // namespace lockstep
