// SPDX-License-Identifier: BSD-3-Clause

#include "control/client/connection.hpp"

#include "tests/unit/carriers/other_users_head.hpp"
#include "tests/unit/client/scripted_head.hpp"

#include "tests/holds.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <string>

namespace lockstep {

namespace {

using std::chrono::milliseconds;
using test::exchange;
using test::scripted_head;

std::string reason_of_loss(scripted_head& head) {
  head.start();
  connection link{head.where()};
  try {
    link.call("runs.list");
  } catch (const connection_lost& lost) {
    return lost.what();
  }
  return "nothing was lost";
}

} // namespace

TEST(connection, a_call_gives_its_result) {
  scripted_head head;
  head.on("runs.get", [](exchange& call) { call.answer({{"got", call.params()}}); });
  head.start();
  connection link{head.where()};
  EXPECT_EQ(link.call("runs.get", {{"run", "r1"}}), json::parse(R"({"got": {"run": "r1"}})"));
  EXPECT_EQ(link.call("runs.get"), json::parse(R"({"got": {}})"));
}

TEST(connection, an_error_keeps_its_code_its_message_and_its_hint) {
  scripted_head head;
  head.on("runs.get", [](exchange& call) { call.fail(-32001, "No such run.", "See runs.list."); });
  head.start();
  connection link{head.where()};
  try {
    link.call("runs.get", {{"run", "r9"}});
    FAIL() << "it was refused";
  } catch (const call_failed& why) {
    EXPECT_EQ(why.code, -32001);
    EXPECT_STREQ(why.what(), "No such run.");
    EXPECT_EQ(why.hint, "See runs.list.");
  }
}

TEST(connection, events_that_come_before_an_answer_are_kept_in_order) {
  scripted_head head;
  head.on("runs.start", [](exchange& call) {
    call.event({{"kind", "run_queued"}});
    call.event({{"kind", "run_started"}});
    call.answer({{"run", "r1"}});
    call.event({{"kind", "run_finished"}});
  });
  head.start();
  connection link{head.where()};
  EXPECT_EQ(link.call("runs.start").at("run"), "r1");
  for (const auto* kind : {"run_queued", "run_started", "run_finished"}) {
    const auto event = link.next_event(milliseconds{5'000});
    ASSERT_TRUE(event);
    EXPECT_EQ(event->at("kind"), kind);
  }
  EXPECT_FALSE(link.next_event(milliseconds{0}));
}

TEST(connection, waiting_for_an_event_ends_at_the_limit) {
  scripted_head head;
  head.start();
  connection link{head.where()};
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(link.next_event(milliseconds{150}));
  const auto waited = std::chrono::steady_clock::now() - begin;
  EXPECT_GE(waited, milliseconds{150});
  EXPECT_LT(waited, milliseconds{2'000});
}

TEST(connection, a_head_that_takes_no_more_connections_is_told_in_its_own_words) {
  scripted_head head;
  head.on("system.describe", [](exchange& call) {
    call.line(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32010,)"
              R"("message":"There may be at most 3.","data":{"hint":"Try again later."}}})");
    call.hang_up();
  });
  head.start();
  try {
    const connection link{head_access{head.where(), nullptr, "", false}};
    FAIL() << "it was refused";
  } catch (const head_full& why) {
    EXPECT_EQ(why.code, -32010);
    EXPECT_EQ(why.what(), to_string(head.where()) + ": There may be at most 3.");
    EXPECT_EQ(why.hint, "Try again later.");
  }
}

TEST(connection, a_line_of_many_megabytes_arrives_whole) {
  scripted_head head;
  const std::string text(std::size_t{8} << 20U, 'x');
  head.on("runs.result", {{"result", text}});
  head.start();
  connection link{head.where()};
  EXPECT_EQ(link.call("runs.result").at("result"), text);
}

TEST(connection, nobody_at_the_address_is_cannot_connect_with_the_address) {
  address nobody;
  {
    const scripted_head gone;
    nobody = gone.where();
  }
  try {
    const connection link{nobody};
    FAIL() << "nobody listens there";
  } catch (const cannot_connect& why) {
    EXPECT_NE(std::string{why.what()}.find(to_string(nobody)), std::string::npos) << why.what();
  }
}

TEST(connection, a_head_that_hangs_up_is_a_lost_connection) {
  scripted_head head;
  head.on("runs.list", [](exchange& call) { call.hang_up(); });
  EXPECT_EQ(reason_of_loss(head), "the head closed the connection");
}

TEST(connection, one_that_does_not_speak_json_is_a_lost_connection) {
  scripted_head head;
  head.on("runs.list", [](exchange& call) { call.line("HTTP/1.1 400 Bad Request"); });
  EXPECT_EQ(reason_of_loss(head), "whoever answers there does not speak JSON-RPC");
}

TEST(connection, a_client_that_was_dropped_learns_why) {
  scripted_head head;
  head.on("events.subscribe", [](exchange& call) {
    call.answer({{"subscription", 1}});
    call.line(R"({"jsonrpc":"2.0","method":"dropped","params":{"why":"It read too slowly."}})");
    call.hang_up();
  });
  head.start();
  connection link{head.where()};
  link.call("events.subscribe");
  try {
    link.next_event(milliseconds{5'000});
    FAIL() << "the connection is closed";
  } catch (const connection_lost& lost) {
    EXPECT_NE(std::string{lost.what()}.find("It read too slowly."), std::string::npos)
        << lost.what();
  }
}

TEST(connection, a_head_of_another_user_is_greeted_and_told_nothing_else) {
  if (::geteuid() != 0)
    GTEST_SKIP() << "only root can be another user";
  for (const bool is_chosen : {false, true}) {
    test::other_users_head head;
    try {
      connection{head_access{head.where, nullptr, "a token", is_chosen}};
      FAIL() << "it was spoken to";
    } catch (const foreign_head& why) {
      EXPECT_TRUE(test::holds(why.what(), "(uid 65534)")) << why.what();
      EXPECT_FALSE(why.hint.empty());
    }
    const auto told = head.end();
    EXPECT_TRUE(test::holds(told, "system.describe")) << told;
    EXPECT_EQ(told.find('\n'), told.size() - 1) << told;
    EXPECT_FALSE(test::holds(told, "a token")) << told;
  }
}

TEST(connection, whoever_tells_much_and_never_answers_is_given_up_in_time) {
  scripted_head head;
  head.on("system.describe", [](exchange& call) {
    for (int i = 0; i < 1'000; ++i)
      call.event({{"kind", "log"}, {"text", std::string(1'000, 'x')}});
    call.event({{"kind", "the last"}});
  });
  head.start();
  EXPECT_THROW(
      (connection{head_access{head.where(), nullptr, "", false, std::chrono::milliseconds{300}}}),
      no_answer);
}

} // namespace lockstep
