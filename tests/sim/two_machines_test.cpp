// SPDX-License-Identifier: BSD-3-Clause

#include "platform/openssl/sha256.hpp"
#include "tests/sim/payloads.hpp"
#include "tests/sim/two_machines.hpp"

#include <lockstep/codec.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <numeric>
#include <thread>

// Real threads and CAF's own protocol: what is sent in one message is really serialised.

namespace lockstep {

namespace {

using test::echo_call;
using test::equal;
using test::numbers;

/// How long answers to status took while `during` ran, in seconds, in order of size.
std::vector<double> status_times(two_machines& cluster, const std::function<void()>& during) {
  std::atomic<bool> over = false;
  std::vector<double> took;
  std::thread asking{[&] {
    while (!over)
      took.push_back(cluster.ask_for_status());
  }};
  during();
  over = true;
  asking.join();
  std::ranges::sort(took);
  return took;
}

/// A library's file and a cache that end with the test, which stands in their folder.
class library_files {
public:
  library_files() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "lockstep-models-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    ::setenv("LOCKSTEP_CACHE", (folder_ / "cache").c_str(), 1);
    std::filesystem::current_path(folder_);
  }
  ~library_files() {
    ::unsetenv("LOCKSTEP_CACHE");
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(folder_);
  }
  library_files(const library_files&) = delete;
  library_files& operator=(const library_files&) = delete;

  /// A file of this text, as a model's library.
  model_reference make(const std::string& name, const std::string& text) const {
    const auto path = (folder_ / name).string();
    std::ofstream{path} << text;
    return {"echo", path, sha256_of_file(path)};
  }

private:
  std::filesystem::path before_ = std::filesystem::current_path();
  std::filesystem::path folder_;
};

} // namespace

TEST(two_machines, large_payloads_go_there_and_back_and_status_still_answers) {
  two_machines cluster{2};
  ASSERT_EQ(cluster.start_run({}).at("state"), "running");
  const auto sent = numbers(37'500'000, 1); // 300 MB
  plan_answer answer;
  const auto begun = std::chrono::steady_clock::now();
  const auto took =
      status_times(cluster, [&] { answer = cluster.step(echo_call(step_kind::reduce, {sent})); });
  const std::chrono::duration<double> step = std::chrono::steady_clock::now() - begun;
  ASSERT_FALSE(answer.failed) << answer.failed->text;
  ASSERT_EQ(answer.answers.size(), 1U);
  EXPECT_TRUE(equal(answer.answers[0], sent));
  ASSERT_GE(took.size(), 3U);
  EXPECT_LT(took[took.size() / 2], 0.1);
  EXPECT_LT(took.back(), 1);
  std::printf(
      "300 MB there and back in %.2f s; %zu answers to status, median %.1f ms, slowest %.1f ms\n",
      step.count(), took.size(), 1e3 * took[took.size() / 2], 1e3 * took.back());
  for (const auto file : cluster.witness->memory_files) {
    EXPECT_NE(file, 0U);
    EXPECT_NE(file, memory_file_of(sent)); // nobody opened the other machine's memory
  }
}

TEST(two_machines, over_a_line_of_10_Mbit_and_50_ms_a_status_does_not_wait_for_payloads) {
  constexpr double rate = 1.25e6;
  const slow_wire wire{rate, std::chrono::milliseconds{50}};
  two_machines cluster{1, wire};
  ASSERT_EQ(cluster.start_run({}).at("state"), "running");
  const auto sent = numbers(375'000, 1); // 3 MB
  plan_answer answer;
  const auto begun = std::chrono::steady_clock::now();
  const auto took = status_times(
      cluster, [&] { answer = cluster.step(echo_call(step_kind::broadcast, {sent})); });
  const std::chrono::duration<double> step = std::chrono::steady_clock::now() - begun;
  ASSERT_FALSE(answer.failed) << answer.failed->text;
  EXPECT_TRUE(equal(answer.answers.at(0), sent));
  ASSERT_GE(took.size(), 5U);
  // The line's own 100 ms, and the queue. In one message each would have waited for 2.4 s.
  EXPECT_LT(took[took.size() / 2], 0.25);
  EXPECT_LT(step.count(), 3 * 2 * double(sent.size()) / rate);
  std::printf(
      "3 MB there and back in %.2f s, of which the line needs %.2f s; %zu answers to status, "
      "median %.0f ms, slowest %.0f ms\n",
      step.count(), 2 * double(sent.size()) / rate, took.size(), 1e3 * took[took.size() / 2],
      1e3 * took.back());
}

TEST(two_machines, a_hundred_thousand_small_items_go_there_and_back) {
  two_machines cluster{2};
  ASSERT_EQ(cluster.start_run({}).at("state"), "running");
  const std::vector<blob> items(100'000, numbers(127, 1));
  auto call = echo_call(step_kind::map, items);
  call.chunk = 1'000;
  const auto answer = cluster.step(std::move(call));
  ASSERT_FALSE(answer.failed) << answer.failed->text;
  ASSERT_EQ(answer.answers.size(), items.size());
  for (const auto& one : answer.answers)
    ASSERT_TRUE(equal(one, items.front()));
}

TEST(two_machines, a_payload_over_4_GiB_arrives) {
  if (std::getenv("LOCKSTEP_HUGE_PAYLOADS") == nullptr)
    GTEST_SKIP() << "set LOCKSTEP_HUGE_PAYLOADS=1; it takes 16 GB of memory";
  two_machines cluster{1, {std::uint64_t{5} << 30U}};
  ASSERT_EQ(cluster.start_run({}).at("state"), "running");
  const auto sent = numbers((std::size_t{9} << 29U) / sizeof(std::uint64_t), 1); // 4.5 GiB
  const auto answer = cluster.step(echo_call(step_kind::broadcast, {sent}));
  ASSERT_FALSE(answer.failed) << answer.failed->text;
  EXPECT_TRUE(equal(answer.answers.at(0), sent));
}

TEST(two_machines, an_argument_over_the_limit_of_the_node_fails_the_step_with_a_sentence) {
  two_machines cluster{1, {100'000}};
  ASSERT_EQ(cluster.start_run({}).at("state"), "running");
  const auto answer = cluster.step(echo_call(step_kind::broadcast, {numbers(100'000, 1)}));
  ASSERT_TRUE(answer.failed);
  EXPECT_EQ(answer.failed->type, "transfer_failed");
  EXPECT_EQ(answer.failed->text,
            "the arguments could not be sent to node n1: a payload of 800008 bytes "
            "is over the limit of 100000 bytes");
  const auto next = cluster.step(echo_call(step_kind::broadcast, {numbers(10'000, 1)}));
  EXPECT_FALSE(next.failed);
}

TEST(two_machines, a_node_that_is_lost_while_payloads_go_fails_the_step) {
  two_machines cluster{1};
  ASSERT_EQ(cluster.start_run({}).at("state"), "running");
  std::thread killer{[&] {
    cluster.ask_for_status(); // pieces are under way
    cluster.kill_far_node();
  }};
  const auto answer = cluster.step(echo_call(step_kind::broadcast, {numbers(37'500'000, 1)}));
  killer.join();
  ASSERT_TRUE(answer.failed);
}

TEST(two_machines, a_library_that_both_have_is_used_where_it_lies) {
  const library_files files;
  two_machines cluster{2};
  start_run request;
  request.model = files.make("model.so", "the library");
  ASSERT_EQ(cluster.start_run(request).at("state"), "running");
  EXPECT_EQ(cluster.witness->library_paths, std::vector(2, request.model.path));
}

TEST(two_machines, a_missing_library_is_named_with_both_machines_and_what_to_do) {
  const library_files files;
  two_machines cluster{1};
  start_run request;
  request.model = files.make("model.so", "the library of the head");
  const auto other = files.make("model.so", "another build"); // as the far machine has it
  auto ended = cluster.start_run(request);
  EXPECT_EQ(ended.at("state"), "failed");
  EXPECT_EQ(ended.at("error").at("type"), "model_missing");
  auto text = ended.at("error").at("text").get<std::string>();
  for (const auto& part : {request.model.sha256, other.sha256, std::string{"node n1 (far)"},
                           std::string{"start the run with --push-models"}})
    EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
  std::filesystem::remove(request.model.path);
  text = cluster.start_run(request).at("error").at("text").get<std::string>();
  EXPECT_NE(text.find("model.so is not there"), std::string::npos) << text;
}

TEST(two_machines, a_pushed_library_is_kept_in_the_cache_and_used_by_later_runs) {
  const library_files files;
  two_machines cluster{2, {}, two_machines::far_lives::in_its_own};
  start_run request;
  request.model = files.make("model.so", std::string(3'000'000, 'x'));
  request.model.path = "model.so"; // not there for the far one
  auto ended = cluster.start_run(request);
  EXPECT_EQ(ended.at("error").at("type"), "model_missing");
  request.push_models = true;
  ended = cluster.start_run(request);
  ASSERT_EQ(ended.at("state"), "running") << ended.dump();
  auto call = echo_call(step_kind::broadcast, {blob{}});
  call.name = "library";
  auto answer = cluster.step(call);
  ASSERT_EQ(answer.answers.size(), 2U);
  std::string path;
  decode(answer.answers[0], path);
  EXPECT_EQ(path, cluster.far_folder() + "/cache/models/" + request.model.sha256 + ".so");
  EXPECT_EQ(sha256_of_file(path), request.model.sha256);
  cluster.end_plan();
  // Once for each machine: a later run needs no push, and the head's own file no more.
  std::filesystem::remove(request.model.path);
  request.push_models = false;
  EXPECT_EQ(cluster.start_run(request).at("state"), "running");
}

TEST(two_machines, a_library_that_the_head_has_no_more_is_not_pushed_and_the_run_fails) {
  const library_files files;
  two_machines cluster{1, {}, two_machines::far_lives::in_its_own};
  start_run request;
  request.model = files.make("model.so", "a library");
  std::filesystem::remove(request.model.path);
  request.push_models = true;
  const auto ended = cluster.start_run(request);
  EXPECT_EQ(ended.at("state"), "failed");
  EXPECT_EQ(ended.at("error").at("type"), "model_missing");
}

} // namespace lockstep
