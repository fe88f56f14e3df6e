// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/service/control_part.hpp"

#include "control/service/calls/event_watch.hpp"
#include "control/service/event_subscriptions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct subscriptions_of_control {
  subscriptions_of_control(control_actor::pointer self, surroundings& among)
      : watch(self, among.controller.handle()), subscriptions(among.answers, watch) {}

  event_watch watch;
  event_subscriptions subscriptions;
};

class head_with_subscriptions : public control_part<subscriptions_of_control> {
public:
  /// The number of the subscription; 0 where there is none.
  std::uint64_t subscribe(std::uint64_t connection, const json& params) {
    const auto token = ++last_token_;
    act([&](subscriptions_of_control& part) {
      part.subscriptions.subscribe({connection, token, nullptr}, params);
    });
    const auto found = clients.answered.find(token);
    return found == clients.answered.end()
               ? 0
               : json::parse(found->second).at("subscription").get<std::uint64_t>();
  }

  void unsubscribe(std::uint64_t connection, std::uint64_t subscription) {
    const auto token = ++last_token_;
    act([&](subscriptions_of_control& part) {
      part.subscriptions.unsubscribe({connection, token, nullptr},
                                     {{"subscription", subscription}});
    });
  }

  /// As when its connection is gone.
  void drop(std::uint64_t connection) {
    act([=](subscriptions_of_control& part) {
      part.subscriptions.drop(connection);
      part.watch.settle();
    });
  }

  /// Who is told of it, each with the number of a subscription: "1#7".
  std::vector<std::string> told_of(const event& happened) {
    clients.lines.clear();
    act([&](subscriptions_of_control& part) { part.subscriptions.tell(happened); });
    std::vector<std::string> told;
    for (const auto& line : clients.lines)
      told.push_back(std::to_string(line.connection) + '#' +
                     json::parse(line.text).at("params").at("subscription").dump());
    return told;
  }

  /// Why the last call failed.
  int last_failure() { return clients.failed.at(last_token_).code; }

private:
  std::uint64_t last_token_ = 0;
};

event finished(std::uint64_t run) {
  return {{run}, events::run_finished{run_state::done}};
}

event queued(std::uint64_t run) {
  return {{run}, events::run_queued{"pi"}};
}

} // namespace

TEST(event_subscriptions, each_is_told_of_the_run_and_the_kinds_that_it_names_or_of_all) {
  head_with_subscriptions head;
  head.subscribe(1, json::object());
  head.subscribe(2, {{"run", "r1"}});
  head.subscribe(2, {{"kinds", {"run_finished", "run_started"}}});
  head.subscribe(3, {{"run", "r2"}, {"kinds", {"run_finished"}}});
  EXPECT_THAT(head.told_of(queued(1)), ElementsAre("1#1", "2#2"));
  EXPECT_THAT(head.told_of(finished(1)), ElementsAre("1#1", "2#2", "2#3"));
  EXPECT_THAT(head.told_of(queued(2)), ElementsAre("1#1"));
  EXPECT_THAT(head.told_of(finished(2)), ElementsAre("1#1", "2#3", "3#4"));
}

TEST(event_subscriptions, single_steps_are_asked_for_only_while_somebody_wants_them) {
  head_with_subscriptions head;
  const auto ends = head.subscribe(1, {{"kinds", {"run_finished"}}});
  EXPECT_THAT(head.controller.told(), ElementsAre("watch"));
  const auto steps = head.subscribe(1, {{"kinds", {"run_finished", "step_finished"}}});
  EXPECT_THAT(head.controller.told(), ElementsAre("watch steps"));
  head.unsubscribe(1, steps);
  EXPECT_THAT(head.controller.told(), ElementsAre("watch"));
  head.subscribe(2, json::object());
  EXPECT_THAT(head.controller.told(), ElementsAre("watch steps")) << "all kinds are steps too";
  head.drop(2);
  EXPECT_THAT(head.controller.told(), ElementsAre("watch"));
  head.unsubscribe(1, ends);
  EXPECT_THAT(head.controller.told(), ElementsAre("unwatch"));
}

TEST(event_subscriptions, a_connection_has_at_most_a_hundred_and_takes_none_from_others) {
  head_with_subscriptions head;
  const auto first = head.subscribe(7, json::object());
  for (int i = 1; i < 100; ++i)
    EXPECT_NE(head.subscribe(7, json::object()), 0U);
  EXPECT_EQ(head.subscribe(7, json::object()), 0U);
  EXPECT_EQ(head.last_failure(), rpc_code::limit_exceeded);
  EXPECT_NE(head.subscribe(6, json::object()), 0U);
  EXPECT_NE(head.subscribe(8, json::object()), 0U);
  head.unsubscribe(7, first);
  EXPECT_NE(head.subscribe(7, json::object()), 0U);
}

TEST(event_subscriptions, nobody_ends_the_subscription_of_another_connection) {
  head_with_subscriptions head;
  const auto subscription = head.subscribe(1, json::object());
  head.unsubscribe(2, subscription);
  EXPECT_EQ(head.last_failure(), rpc_code::no_such_subscription);
  EXPECT_THAT(head.told_of(queued(1)), ElementsAre("1#1"));
}

TEST(event_subscriptions, a_connection_that_is_gone_is_told_nothing_and_keeps_nothing) {
  head_with_subscriptions head;
  head.subscribe(1, json::object());
  head.subscribe(2, json::object());
  head.clients.closed.insert(1);
  head.drop(1);
  head.controller.told();
  EXPECT_EQ(head.subscribe(1, json::object()), 0U); // the call came late
  EXPECT_THAT(head.controller.told(), IsEmpty());
  EXPECT_THAT(head.told_of(queued(1)), ElementsAre("2#2"));
}

TEST(event_subscriptions, what_names_no_run_subscribes_to_none) {
  head_with_subscriptions head;
  EXPECT_EQ(head.subscribe(1, {{"run", "17"}}), 0U);
  EXPECT_EQ(head.last_failure(), rpc_code::no_such_run);
  EXPECT_THAT(head.told_of(queued(17)), IsEmpty());
}

} // namespace lockstep
