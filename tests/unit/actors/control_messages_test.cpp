// SPDX-License-Identifier: BSD-3-Clause

#include "actors/wire/caf_compat.hpp"
#include "actors/wire/handles.hpp"

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/byte_buffer.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <variant>

// What an embedding program gets may be sent on by it, to another process too.

namespace lockstep {

namespace {

caf::byte_buffer written(const auto& value) {
  caf::byte_buffer bytes;
  auto sink = caf_compat::coder_of<caf::binary_serializer>(bytes);
  EXPECT_TRUE(sink.apply(value));
  return bytes;
}

/// True where it arrives as it was sent.
template <class Message>
bool travels(const Message& sent) {
  const auto bytes = written(sent);
  Message arrived;
  auto source = caf_compat::coder_of<caf::binary_deserializer>(bytes);
  return source.apply(arrived) && source.remaining() == 0 && written(arrived) == bytes;
}

template <std::size_t... Kinds>
void expect_each_kind_to_travel(std::index_sequence<Kinds...>) {
  const auto one = [](event happened) {
    const auto bytes = written(happened);
    event arrived;
    auto source = caf_compat::coder_of<caf::binary_deserializer>(bytes);
    ASSERT_TRUE(source.apply(arrived)) << happened.what.index();
    EXPECT_EQ(arrived.what.index(), happened.what.index());
    EXPECT_EQ(arrived.run, happened.run);
    EXPECT_EQ(written(arrived), bytes) << happened.what.index();
  };
  (one({run_id{17}, event::kinds{std::in_place_index<Kinds>}}), ...);
}

} // namespace

TEST(control_messages, an_event_of_each_kind_arrives_as_it_was_sent) {
  expect_each_kind_to_travel(std::make_index_sequence<std::variant_size_v<event::kinds>>{});
  step_failure failed;
  failed.text = "no tour";
  failed.solver = 3;
  const event sent{run_id{2}, events::run_finished{run_state::failed, failed}};
  event arrived;
  const auto bytes = written(sent);
  auto source = caf_compat::coder_of<caf::binary_deserializer>(bytes);
  ASSERT_TRUE(source.apply(arrived));
  const auto& finished = std::get<events::run_finished>(arrived.what);
  EXPECT_EQ(finished.state, run_state::failed);
  EXPECT_EQ(finished.failed->solver, 3U);
  EXPECT_EQ(finished.failed->text, "no tour");
}

TEST(control_messages, an_event_of_a_kind_that_there_is_not_is_refused) {
  auto bytes = written(event{});
  constexpr std::size_t behind_the_run = sizeof(std::uint64_t);
  bytes.at(behind_the_run) = caf_compat::byte{std::variant_size_v<event::kinds>};
  event arrived;
  auto source = caf_compat::coder_of<caf::binary_deserializer>(bytes);
  EXPECT_FALSE(source.apply(arrived));
}

TEST(control_messages, answers_arrive_as_they_were_sent) {
  run_info run{.run = {3}, .model = "pi", .state = run_state::paused, .nodes = {{1}, {2}}};
  run.parameters = packed_json{json{{"strips", 4}}};
  run.queue = queue_place{2, run_id{1}};
  run.step = step_info{7, "share", "reduce"};
  EXPECT_TRUE(travels(run));
  run_list list;
  list.runs.push_back(std::make_shared<const run_info>(run));
  EXPECT_TRUE(travels(list));
  EXPECT_TRUE(travels(run_result{.run = {3}, .result = json_text{json{{"pi", 3.5}}}}));
  EXPECT_TRUE(travels(node_info{.node = {1}, .runs = {{{3}, {0, 1}}}, .health = node_health{}}));
  EXPECT_TRUE(travels(cancel_run{{3}, std::chrono::milliseconds{5}, "enough"}));
  run_waiting why{.run = {3}, .waits_for = awaited::solvers, .seconds = 1.5, .sentence = "Why."};
  why.step = awaited_step{7, "share", "reduce"};
  why.longest.push_back({.solver = 1, .position = 2, .what = lateness::not_begun});
  EXPECT_TRUE(travels(why));
}

TEST(control_messages, a_view_of_the_history_does_not_leave_the_process) {
  EXPECT_FALSE(travels(step_list{}));
  EXPECT_FALSE(travels(report_list{}));
  EXPECT_FALSE(travels(run_timeline{}));
}

} // namespace lockstep
