// SPDX-License-Identifier: BSD-3-Clause

#include "control/answers/event_json.hpp"
#include "control/answers/run_text.hpp"
#include "control/answers/system_json.hpp"
#include "control/answers/waiting_json.hpp"
#include "control/rpc/envelope.hpp"

#include <gtest/gtest.h>

// The texts of docs/json-api.md, to the byte: programs of others read them.

namespace lockstep {

namespace {

step_failure some_failure() {
  step_failure failed;
  failed.step = "improve";
  failed.solver = 3;
  failed.type = "worker_died";
  failed.text = "was killed";
  failed.signal = 9;
  return failed;
}

constexpr const char* failure_text =
    R"({"signal":9,"solver":3,"step":"improve","text":"was killed","type":"worker_died"})";

} // namespace

TEST(answers, an_event_has_its_kind_its_run_and_its_members) {
  const run_id run{7};
  EXPECT_EQ(to_text(event{run, events::progress{2, 1, 0.5, "half"}}),
            R"({"fraction":0.5,"kind":"progress","note":"half","number":2,"run":"r7","solver":1})");
  EXPECT_EQ(to_text(event{run, events::report{4, json_text{json{{"z", 1}}}}}),
            R"({"kind":"report","number":4,"run":"r7","report":{"z":1}})");
  EXPECT_EQ(to_text(event{run, events::log{1, "hello\n"}}),
            R"({"kind":"log","run":"r7","solver":1,"text":"hello\n"})");
  EXPECT_EQ(to_text(event{run, events::run_queued{"pi"}}),
            R"({"kind":"run_queued","model":"pi","run":"r7"})");
  EXPECT_EQ(to_text(event{run, events::run_changed{run_state::paused}}),
            R"({"kind":"run_state","run":"r7","state":"paused"})");
  EXPECT_EQ(to_text(event{run, events::run_started{8}}),
            R"({"kind":"run_started","run":"r7","solvers":8})");
  EXPECT_EQ(to_text(event{run, events::run_finished{run_state::done, {}}}),
            R"({"kind":"run_finished","run":"r7","state":"done"})");
  EXPECT_EQ(to_text(event{run, events::run_finished{run_state::failed, some_failure()}}),
            std::string{R"({"error":)"} + failure_text +
                R"(,"kind":"run_finished","run":"r7","state":"failed"})");
}

TEST(answers, events_of_steps_name_the_kind_of_the_step_beside_their_own) {
  const run_id run{7};
  EXPECT_EQ(to_text(event{run, events::step_started{1, "work", "map"}}),
            R"({"kind":"step_started","name":"work","number":1,"run":"r7","step_kind":"map"})");
  EXPECT_EQ(to_text(event{run, events::solver_answered{1, 0, 0.25}}),
            R"({"kind":"solver_answered","number":1,"run":"r7","seconds":0.25,"solver":0})");
  step_metrics step;
  step.number = 1;
  step.name = "work";
  step.kind = "broadcast";
  step.seconds = 2;
  step.solver_seconds = {1.5, 0.5};
  step.bytes_in = 16;
  step.bytes_out = 8;
  EXPECT_EQ(to_text(event{run, events::step_finished{step, {}}}),
            R"({"barrier_wait":0.5,"bytes_in":16,"bytes_out":8,"imbalance":1.5,)"
            R"("kind":"step_finished","mean":1.0,"name":"work","number":1,"reduce":0.0,"run":"r7",)"
            R"("seconds":2.0,"slowest":1.5,"step_kind":"broadcast","transfer":0.5})");
}

TEST(answers, events_of_nodes_and_workers_belong_to_no_run) {
  EXPECT_EQ(to_text(event{{}, events::node_up{{2}, "beta", "b", 4}}),
            R"({"host":"b","kind":"node_up","name":"beta","node":"n2","run":null,"solvers":4})");
  EXPECT_EQ(to_text(event{{}, events::node_draining{{2}, "beta"}}),
            R"({"kind":"node_draining","name":"beta","node":"n2","run":null})");
  EXPECT_EQ(
      to_text(event{{}, events::node_down{{2}, "beta", "b", true}}),
      R"({"host":"b","kind":"node_down","name":"beta","node":"n2","reason":"left","run":null})");
  EXPECT_EQ(to_text(event{{}, events::worker_up{{1}, 0, 231}}),
            R"({"kind":"worker_up","node":"n1","pid":231,"run":null,"slot":0})");
  EXPECT_EQ(to_text(event{{}, events::worker_down{{1}, 0, 231, "its run is over"}}),
            R"({"kind":"worker_down","node":"n1","pid":231,"reason":"its run is over",)"
            R"("run":null,"slot":0})");
}

TEST(answers, a_run_that_waits_says_behind_what) {
  run_info run{.run = {9}, .model = "pi", .parameters = packed_json{json{{"strips", 4}}}};
  run.queue = queue_place{2, run_id{1}};
  EXPECT_EQ(to_text(run, SIZE_MAX),
            R"({"error":null,"figures":{"barrier_wait":0.0,"compute":0.0,"plan":0.0,"reduce":0.0,)"
            R"("seconds":0.0,"transfer":0.0},"finished_at":null,"model":"pi","nodes":[],)"
            R"("queued_at":"1970-01-01T00:00:00.000Z","reports":0,"run":"r9","seed":0,"solvers":0,)"
            R"("started_at":null,"state":"queued","step":null,"steps":0,"parameters":{"strips":4},)"
            R"("queue":{"place":2,"waits_for":"r1"}})");
  run.queue = queue_place{1, {}};
  const auto alone = json::parse(to_text(run, SIZE_MAX));
  EXPECT_EQ(alone.at("queue").at("waits_for"), "a node");
}

TEST(answers, a_result_says_why_its_run_was_cancelled_or_failed) {
  run_result ended{.run = {2}, .state = run_state::cancelled, .seed = 5, .solvers = 2};
  ended.why_cancelled = "a client asked for that";
  ended.result = json_text{json{{"done", 1}}};
  EXPECT_EQ(to_text(ended, SIZE_MAX),
            R"({"figures":{"barrier_wait":0.0,"compute":0.0,"plan":0.0,"reduce":0.0,"seconds":0.0,)"
            R"("transfer":0.0},"run":"r2","seed":5,"solvers":2,"state":"cancelled",)"
            R"("why":"a client asked for that","result":{"done":1}})");
  ended.state = run_state::failed;
  ended.failed = some_failure();
  const auto text = json::parse(to_text(ended, SIZE_MAX));
  EXPECT_EQ(text.at("error"), json::parse(failure_text));
  EXPECT_FALSE(text.contains("why"));
}

TEST(answers, a_solver_that_belongs_to_no_run_has_nulls) {
  solver_info solver{.solver = 1, .node = {1}};
  solver.status.slot = 1;
  solver.status.pid = 9;
  solver.status.state = solver_state::idle;
  EXPECT_EQ(to_json(solver).dump(),
            R"({"answered_us":0.0,"core":null,"fraction":0.0,"index":null,"node":"n1","note":"",)"
            R"("number":0,"pid":9,"restarts":0,"run":null,"seconds":0.0,"slot":1,"solver":1,)"
            R"("state":"idle","step":null})");
}

TEST(answers, a_node_tells_whose_solvers_it_has_and_its_health_where_it_is_known) {
  node_info node{.node = {2}, .runs = {{{1}, {0, 1}}, {{4}, {2}}}, .up = true};
  node.description.host = "b";
  node.description.slot_cores = {0, 1, 2};
  EXPECT_EQ(to_json(node).dump(),
            R"({"abi":0,"caf":"","cores":[0,1,2],"host":"b","hosted":[0,1,2],"name":null,)"
            R"("node":"n2","pid":0,"runs":[{"run":"r1","solvers":[0,1]},{"run":"r4",)"
            R"("solvers":[2]}],"solvers":3,"state":"up","up":true,"version":""})");
  node.health = node_health{{}, 0.25, -1};
  EXPECT_EQ(to_json(node).at("round_trip_ms"), 0.25);
  EXPECT_EQ(to_json(node).at("clock_offset_ms"), -1.0);
}

TEST(answers, why_a_run_waits_tells_of_a_solver_only_what_is_known_of_it) {
  run_waiting found{.run = {1}, .state = run_state::running, .waits_for = awaited::solvers};
  found.step = awaited_step{17, "improve", "broadcast"};
  found.seconds = 13.5;
  found.solvers = 3;
  found.reached = found.computing = found.unknown = 1;
  found.missing = 2;
  awaited_solver slow{.solver = 1, .position = 3, .node = {2}, .node_name = "beta", .core = 1};
  slow.what = lateness::computes;
  slow.seconds = 12.5;
  slow.fraction = 0.5;
  slow.note = "M\xfcnchen";
  slow.over_median = true;
  found.longest = {slow, {.solver = 2, .node = {1}}};
  found.sentence = "It waits for M\xfcnchen.";
  EXPECT_EQ(to_text(to_json(found)),
            R"({"computing":1,"longest":[{"core":1,"fraction":0.5,"name":"beta","node":"n2",)"
            R"("note":"M�nchen","over_median":true,"position":3,"seconds":12.5,"solver":1,)"
            R"("state":"computes"},{"core":null,"fraction":null,"name":null,"node":"n1",)"
            R"("note":null,"over_median":false,"position":null,"seconds":null,"solver":2,)"
            R"("state":"unknown"}],"missing":2,"not_begun":0,"reached":1,"run":"r1",)"
            R"("seconds":13.5,"sentence":"It waits for M�nchen.","solvers":3,)"
            R"("state":"running","step":{"kind":"broadcast","name":"improve","number":17},)"
            R"("unknown":1,"waits_for":"solvers"})");
}

TEST(answers, of_a_run_that_is_in_no_step_no_solver_is_told) {
  EXPECT_EQ(to_text(to_json(run_waiting{
                .run = {4}, .waits_for = awaited::places, .sentence = "Run r4 is queued."})),
            R"({"computing":null,"longest":[],"missing":null,"not_begun":null,"reached":null,)"
            R"("run":"r4","seconds":null,"sentence":"Run r4 is queued.","solvers":null,)"
            R"("state":"queued","step":null,"unknown":null,"waits_for":"places"})");
  EXPECT_TRUE(to_json(run_waiting{.run = {4}, .state = run_state::done}).at("waits_for").is_null());
}

} // namespace lockstep
