// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/service/control_part.hpp"

#include "control/service/calls/event_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace lockstep {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using wish = event_watch::wish;

struct watch_of_control : event_watch {
  watch_of_control(control_actor::pointer self, surroundings& among)
      : event_watch(self, among.controller.handle()) {}
};

class wishing_head : public control_part<watch_of_control> {
public:
  /// What the controller is told once this is wanted.
  std::vector<std::string> told_of(wish of_subscriptions, bool of_ends = false) {
    act([=](event_watch& watch) {
      watch.for_subscriptions(of_subscriptions);
      watch.for_ends_of_runs(of_ends);
      watch.settle();
    });
    return controller.told();
  }

  /// What becomes of it stands in `renewed`.
  void renew() {
    renewed = "waits";
    act([this](event_watch& watch) {
      watch.renew([this] { renewed = "done"; },
                  [this](const caf::error& why) {
                    renewed = why == caf::sec::request_timeout ? "no answer" : to_string(why);
                  });
    });
  }

  std::string renewed;
};

} // namespace

TEST(event_watch, the_controller_is_told_once_whenever_something_else_is_wanted) {
  wishing_head head;
  EXPECT_THAT(head.told_of(wish::nothing), IsEmpty());
  EXPECT_THAT(head.told_of(wish::events), ElementsAre("watch"));
  EXPECT_THAT(head.told_of(wish::events), IsEmpty());
  EXPECT_THAT(head.told_of(wish::steps), ElementsAre("watch steps"));
  EXPECT_THAT(head.told_of(wish::events), ElementsAre("watch"));
  EXPECT_THAT(head.told_of(wish::nothing), ElementsAre("unwatch"));
}

TEST(event_watch, for_the_ends_of_runs_events_are_enough_and_take_nothing_from_subscriptions) {
  wishing_head head;
  EXPECT_THAT(head.told_of(wish::nothing, true), ElementsAre("watch"));
  EXPECT_THAT(head.told_of(wish::events, true), IsEmpty());
  EXPECT_THAT(head.told_of(wish::steps, true), ElementsAre("watch steps"));
  EXPECT_THAT(head.told_of(wish::steps, false), IsEmpty());
  EXPECT_THAT(head.told_of(wish::nothing, true), ElementsAre("watch"));
  EXPECT_THAT(head.told_of(wish::nothing, false), ElementsAre("unwatch"));
}

TEST(event_watch,
     whoever_renews_it_is_told_once_events_do_come_also_where_they_were_asked_for_before) {
  wishing_head head;
  EXPECT_THAT(head.told_of(wish::events), ElementsAre("watch"));
  head.controller.is_slow(true);
  head.renew();
  EXPECT_THAT(head.controller.told(), ElementsAre("watch"));
  EXPECT_EQ(head.renewed, "waits");
  head.controller.answer_watch();
  EXPECT_EQ(head.renewed, "done");
}

TEST(event_watch, what_was_renewed_needs_no_telling_again) {
  wishing_head head;
  head.act([](event_watch& watch) { watch.for_subscriptions(wish::steps); });
  head.renew();
  EXPECT_THAT(head.controller.told(), ElementsAre("watch steps"));
  EXPECT_THAT(head.told_of(wish::steps), IsEmpty());
}

TEST(event_watch, a_controller_that_does_not_answer_is_waited_for_ten_seconds) {
  wishing_head head;
  head.controller.is_slow(true);
  head.renew();
  head.world.advance(9'999ms);
  EXPECT_EQ(head.renewed, "waits");
  head.world.advance(1ms);
  EXPECT_EQ(head.renewed, "no answer");
}

} // namespace lockstep
