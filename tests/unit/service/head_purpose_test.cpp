// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/service/control_part.hpp"

#include "control/service/calls/event_watch.hpp"
#include "control/service/calls/head_purpose.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace lockstep {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr run_id run_1{1};
constexpr run_id run_2{2};

struct purpose_of_control {
  purpose_of_control(control_actor::pointer self, surroundings& among, bool until_unneeded)
      : watch(self, among.controller.handle()),
        purpose(self, among.controller.handle(), among.audit.log(), watch, until_unneeded) {}

  event_watch watch;
  head_purpose purpose;
};

/// A head that clients ask for runs. Each connection asks for one, so it needs no token.
class head_with_purpose : public control_part<purpose_of_control> {
public:
  explicit head_with_purpose(bool until_unneeded) : control_part(until_unneeded) {
    with([](head_purpose& purpose) { purpose.begin(); });
  }

  template <class Deed>
  void with(Deed deed) {
    act([deed](purpose_of_control& part) { deed(part.purpose); });
  }

  void asked(std::uint64_t connection, bool waits) {
    with([=](head_purpose& purpose) { purpose.asked({connection, 0}, waits); });
  }
  void accepted(std::uint64_t connection, run_id run) {
    with([=](head_purpose& purpose) {
      if (purpose.accepted({connection, 0}, run))
        purpose.cancel_abandoned(run);
      purpose.look_again();
    });
  }
  void refused(std::uint64_t connection) {
    with([=](head_purpose& purpose) { purpose.refused({connection, 0}); });
  }
  void over(run_id run) {
    with([=](head_purpose& purpose) { purpose.over(run); });
  }
  void fetched(run_id run) {
    with([=](head_purpose& purpose) { purpose.fetched(run); });
  }
  void closed(std::uint64_t connection) {
    with([=](head_purpose& purpose) { purpose.closed(connection); });
  }
  /// The runs that others still want.
  std::vector<run_id> leave() {
    std::vector<run_id> wanted;
    with([&wanted](head_purpose& purpose) { wanted = purpose.leave(); });
    return wanted;
  }
};

/// One that stays, and one that a client started for itself.
struct staying_head : head_with_purpose {
  staying_head() : head_with_purpose(false) {}
};
struct own_head : head_with_purpose {
  own_head() : head_with_purpose(true) {
    EXPECT_THAT(controller.told(), ElementsAre("watch")) << "the ends of runs, from the beginning";
  }
};

} // namespace

TEST(head_purpose, a_head_that_stays_asks_for_the_ends_of_runs_only_while_somebody_waits_for_one) {
  staying_head head;
  head.asked(1, false);
  EXPECT_THAT(head.controller.told(), IsEmpty());
  head.asked(2, true);
  EXPECT_THAT(head.controller.told(), ElementsAre("watch"));
  head.accepted(1, run_1);
  head.accepted(2, run_2);
  head.over(run_2);
  EXPECT_THAT(head.controller.told(), IsEmpty());
  head.fetched(run_2);
  EXPECT_THAT(head.controller.told(), ElementsAre("unwatch"));
}

TEST(head_purpose, a_head_that_stays_outlives_every_client) {
  staying_head head;
  head.asked(1, true);
  head.accepted(1, run_1);
  EXPECT_THAT(head.leave(), ElementsAre(run_1));
  head.fetched(run_1);
  EXPECT_THAT(head.controller.told(), ElementsAre("watch", "unwatch"));
}

TEST(head_purpose, a_head_that_a_client_started_for_itself_ends_once_that_is_gone) {
  own_head head;
  head.asked(1, true);
  head.accepted(1, run_1);
  head.fetched(run_1);
  EXPECT_THAT(head.controller.told(), IsEmpty()) << "whoever started it may want more";
  EXPECT_THAT(head.leave(), IsEmpty());
  EXPECT_THAT(head.controller.told(), ElementsAre("shut down"));
  EXPECT_THAT(head.leave(), IsEmpty());
  EXPECT_THAT(head.controller.told(), IsEmpty()) << "once is enough";
}

TEST(head_purpose, without_its_starter_a_head_ends_with_the_last_run_that_others_want) {
  own_head head;
  head.asked(1, true);
  head.accepted(1, run_1);
  head.asked(2, false);
  head.accepted(2, run_2);
  EXPECT_THAT(head.leave(), ElementsAre(run_1, run_2));
  head.over(run_1);
  head.fetched(run_1);
  head.over(run_2);
  EXPECT_THAT(head.controller.told(), IsEmpty());
  head.fetched(run_2);
  EXPECT_THAT(head.controller.told(), ElementsAre("shut down"));
}

TEST(head_purpose, a_run_that_has_no_number_yet_keeps_a_head_until_it_is_refused) {
  own_head head;
  head.asked(1, true);
  EXPECT_THAT(head.leave(), IsEmpty());
  EXPECT_THAT(head.controller.told(), IsEmpty());
  head.refused(1);
  EXPECT_THAT(head.controller.told(), ElementsAre("shut down"));
}

TEST(head_purpose, a_run_whose_client_is_gone_is_cancelled_before_its_head_ends) {
  own_head head;
  head.asked(1, true);
  head.accepted(1, run_1);
  EXPECT_THAT(head.leave(), ElementsAre(run_1));
  head.closed(1);
  EXPECT_THAT(head.controller.told(), ElementsAre("cancel r1: its client is gone", "shut down"));
  EXPECT_THAT(
      head.audit.lines(),
      ElementsAre(
          R"({"from":"","run":"r1","what":"runs.cancel","who":"","why":"its client is gone"})"));
}

TEST(head_purpose, a_client_that_was_gone_before_its_run_had_a_number_has_it_cancelled_then) {
  staying_head head;
  head.asked(1, true);
  head.closed(1);
  EXPECT_THAT(head.controller.told(), ElementsAre("watch", "unwatch"));
  head.accepted(1, run_1);
  EXPECT_THAT(head.controller.told(), ElementsAre("cancel r1: its client is gone"));
}

TEST(head_purpose, for_a_result_that_nobody_fetches_there_is_one_timer_however_often_it_looks) {
  own_head head;
  head.asked(1, false);
  head.accepted(1, run_1);
  EXPECT_THAT(head.leave(), ElementsAre(run_1));
  EXPECT_EQ(head.world.pending_timers(), 0U);
  head.over(run_1);
  for (int i = 0; i < 3; ++i)
    head.with([](head_purpose& purpose) { purpose.look_again(); });
  EXPECT_EQ(head.world.pending_timers(), 1U);
  EXPECT_THAT(head.controller.told(), IsEmpty());
}

} // namespace lockstep
