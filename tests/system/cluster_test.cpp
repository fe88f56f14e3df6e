// SPDX-License-Identifier: BSD-3-Clause

#include "tests/folders.hpp"
#include "tests/system/fixtures/running_cluster.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>

namespace lockstep {

namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string start_waiting_run(running_cluster& cluster) {
  const auto run = cluster.head().start("wait");
  EXPECT_TRUE(becomes_true([&] {
    return !cluster.head().connect().call("runs.get", {{"run", run}}).at("step").is_null();
  }));
  return run;
}

std::string text_of(const child_process& ended) {
  std::string text;
  std::array<char, 4096> bytes{};
  for (ssize_t size = 0; (size = ::read(ended.output.get(), bytes.data(), bytes.size())) > 0;)
    text.append(bytes.data(), static_cast<std::size_t>(size));
  return text;
}

} // namespace

TEST(cluster_of_processes, a_run_spreads_over_nodes_that_joined_by_token) {
  running_cluster cluster;
  cluster.add_node("alpha");
  cluster.add_node("beta", {"--solvers", "3"});
  EXPECT_EQ(cluster.head().connect().call("system.describe").at("solvers"), 5);
  const auto run = cluster.head().connect().call(
      "runs.start",
      {{"model", "large_payloads"}, {"parameters", {{"bytes", 1000}, {"steps", 20}}}});
  const auto ended = cluster.head().result_of(run.at("run"));
  EXPECT_EQ(ended.at("state"), "done") << ended;
  const auto alpha = cluster.describe("alpha");
  EXPECT_EQ(alpha.at("solvers"), 2);
  EXPECT_GE(alpha.at("round_trip_ms"), 0);
  EXPECT_LT(std::abs(alpha.at("clock_offset_ms").get<double>()), 1'000);
  EXPECT_GT(alpha.at("memory_bytes"), 0);
}

TEST(cluster_of_processes, solvers_are_dealt_out_in_blocks_of_so_many_on_each_node) {
  running_cluster cluster;
  cluster.add_node("alpha", {"--solvers", "3"});
  cluster.add_node("beta", {"--solvers", "3"});
  const auto run =
      cluster.head().start("wait", {{"solvers_per_node", 2}, {"cancel_grace_ms", 200}});
  EXPECT_TRUE(becomes_true([&] { return !cluster.describe("beta").at("hosted").empty(); }));
  EXPECT_EQ(cluster.describe("alpha").at("hosted"), json({0, 1}));
  EXPECT_EQ(cluster.describe("beta").at("hosted"), json({2, 3}));
  cluster.head().connect().call("runs.cancel", {{"run", run}});
  EXPECT_EQ(cluster.head().result_of(run).at("state"), "cancelled");
}

TEST(cluster_of_processes,
     a_killed_node_fails_the_run_with_its_name_and_solvers_and_may_come_back) {
  running_cluster cluster;
  cluster.add_node("alpha");
  const auto beta = cluster.add_node("beta");
  const auto workers = family_of(beta);
  const auto run = start_waiting_run(cluster);
  ::kill(beta, SIGKILL);
  const auto ended = cluster.head().result_of(run);
  EXPECT_EQ(ended.at("state"), "failed");
  EXPECT_EQ(ended.at("error").at("type"), "node_lost");
  EXPECT_THAT(ended.at("error").at("text"), HasSubstr("beta"));
  EXPECT_THAT(ended.at("error").at("text"), HasSubstr("solvers 2 to 3 of 4"));
  EXPECT_TRUE(becomes_true([&] { return std::ranges::none_of(workers, is_alive); }));
  reap(cluster.process_of("beta"));
  // With its certificate, and no token.
  cluster.start_node("beta", {"--join", cluster.cluster_address(), "--solvers", "2"});
  EXPECT_TRUE(cluster.becomes_up("beta"));
}

TEST(cluster_of_processes, a_frozen_node_is_lost_after_the_silence_limit_and_joins_again_later) {
  running_cluster cluster{{"--silence-limit", "1"}};
  cluster.add_node("alpha", {"--solvers", "2", "--silence-limit", "1"});
  const auto beta = cluster.add_node("beta", {"--solvers", "2", "--silence-limit", "1"});
  const auto run = start_waiting_run(cluster);
  ::kill(beta, SIGSTOP);
  const auto begun = std::chrono::steady_clock::now();
  const auto ended = cluster.head().result_of(run);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{6});
  EXPECT_EQ(ended.at("error").at("type"), "node_lost") << ended;
  ::kill(beta, SIGCONT);
  EXPECT_TRUE(cluster.becomes_up("beta"));
  EXPECT_TRUE(is_alive(beta)); // the same process
}

TEST(cluster_of_processes, nodes_dial_again_when_the_head_comes_back) {
  running_cluster cluster;
  const auto alpha = cluster.add_node("alpha");
  const auto workers = family_of(alpha);
  cluster.end_head(SIGKILL);
  EXPECT_TRUE(becomes_true([&] { return !is_alive(workers.back()); })); // no worker without a head
  cluster.start_head_again();
  EXPECT_TRUE(cluster.becomes_up("alpha"));
  EXPECT_EQ(cluster.describe("alpha").at("pid"), alpha);
  cluster.end_head(SIGTERM);
  EXPECT_TRUE(is_alive(alpha));
  cluster.start_head_again();
  EXPECT_TRUE(cluster.becomes_up("alpha"));
}

TEST(cluster_of_processes, a_node_whose_file_was_replaced_goes_on_as_the_program_it_is) {
  running_cluster cluster;
  const auto file = cluster.folder_of("installed-node");
  fs::copy_file(test_folders::programs() / "node", file);
  cluster.start_nodes_from(file);
  const auto alpha = cluster.add_node("alpha");
  const std::size_t solvers = cluster.describe("alpha").at("solvers");
  std::vector<pid_t> workers;
  ASSERT_TRUE(becomes_true([&] { return (workers = family_of(alpha)).size() == 2 + solvers; }));
  // An upgrade, to something that is no node at all.
  fs::copy_file(test_folders::programs() / "control", file + ".new");
  fs::rename(file + ".new", file);
  const auto run_is_done = [&] {
    const auto run = cluster.head().start("nothing");
    return cluster.head().result_of(run).at("state") == "done";
  };
  ::kill(workers.back(), SIGKILL);
  EXPECT_TRUE(becomes_true([&] {
    const auto now = family_of(alpha);
    return now.size() == workers.size() && now != workers;
  }));
  EXPECT_TRUE(run_is_done());
  cluster.end_head(SIGKILL);
  cluster.start_head_again();
  EXPECT_TRUE(cluster.becomes_up("alpha"));
  EXPECT_EQ(cluster.describe("alpha").at("pid"), alpha);
  EXPECT_TRUE(run_is_done());
}

TEST(cluster_of_processes, terminate_ends_all_nodes_with_exit_code_0) {
  running_cluster cluster;
  const auto alpha = cluster.add_node("alpha");
  cluster.head().connect().call("system.terminate");
  ASSERT_TRUE(cluster.head().wait(std::chrono::seconds{10}));
  EXPECT_TRUE(becomes_true([&] { return !is_alive(alpha); }));
  EXPECT_EQ(reap(cluster.process_of("alpha")).exit_code, 0);
}

TEST(cluster_of_processes, a_drained_node_ends_after_the_step_under_way) {
  running_cluster cluster;
  const auto alpha = cluster.add_node("alpha");
  cluster.add_node("beta");
  const auto drained = run_control({"drain", "alpha", "--at", to_string(cluster.head().where())});
  EXPECT_EQ(drained.exit_code, 0) << drained.output;
  EXPECT_TRUE(becomes_true([&] { return !is_alive(alpha); }));
  EXPECT_TRUE(cluster.becomes_up("alpha", false));
  EXPECT_TRUE(cluster.becomes_up("beta"));
}

TEST(cluster_of_processes, a_head_dials_nodes_that_listen) {
  running_cluster authority; // its folder signs for the node and a second head
  ASSERT_EQ(
      authority.control({"pki", "issue", "gamma", "--out", authority.folder_of("gamma")}).exit_code,
      0);
  const auto port = [] {
    const auto socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof any;
    ::bind(socket, reinterpret_cast<sockaddr*>(&any), size);
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&any), &size);
    ::close(socket);
    return std::to_string(ntohs(any.sin_port));
  }();
  authority.start_node("gamma", {"--listen", "127.0.0.1:" + port, "--solvers", "2"});
  const auto list = authority.folder_of("nodes");
  std::ofstream(list) << "# machines\n127.0.0.1:" << port << " # gamma\n";
  running_head head{{"--pki", authority.folder_of("pki"), "--nodes", list}, 0};
  EXPECT_TRUE(becomes_true([&] {
    const auto nodes = head.connect().call("nodes.list");
    return !nodes.empty() && nodes.back().at("name") == "gamma";
  }));
  EXPECT_EQ(head.result_of(head.start("none")).at("state"), "done");
}

TEST(cluster_of_processes, a_token_lets_one_machine_join_only) {
  running_cluster cluster;
  const auto token = cluster.join_token();
  cluster.start_node("alpha",
                     {"--join", cluster.cluster_address(), "--token", token, "--solvers", "1"});
  ASSERT_TRUE(cluster.becomes_up("alpha"));
  const auto second = start_program("node",
                                    {"--name", "beta", "--identity", cluster.folder_of("beta"),
                                     "--join", cluster.cluster_address(), "--token", token},
                                    true);
  ASSERT_TRUE(becomes_true([&] { return !is_alive(second.pid); }));
  EXPECT_EQ(reap(second).exit_code, 3);
  EXPECT_THAT(text_of(second), HasSubstr("token"));
  EXPECT_TRUE(cluster.describe("beta").is_null());
}

TEST(cluster_of_processes, a_revoked_node_is_not_let_in_again) {
  running_cluster cluster;
  const auto alpha = cluster.add_node("alpha", {"--solvers", "1"});
  EXPECT_EQ(cluster.control({"pki", "revoke", "alpha"}).exit_code, 0);
  ::kill(cluster.head().pid(), SIGHUP);
  EXPECT_TRUE(cluster.becomes_up("alpha", false));
  EXPECT_TRUE(becomes_true([&] { return !is_alive(alpha); }));
  EXPECT_EQ(reap(cluster.process_of("alpha")).exit_code, 3);
}

TEST(cluster_of_processes, a_node_of_another_cluster_is_refused_and_says_why) {
  running_cluster cluster;
  running_cluster other;
  other.add_node("alpha", {"--solvers", "1"});
  const auto peer = start_program("node",
                                  {"--name", "alpha", "--identity", other.folder_of("alpha"),
                                   "--join", cluster.cluster_address()},
                                  true);
  ASSERT_TRUE(becomes_true([&] { return !is_alive(peer.pid); }));
  EXPECT_EQ(reap(peer).exit_code, 3);
  EXPECT_THAT(text_of(peer), HasSubstr("certificate"));
  EXPECT_TRUE(cluster.head().connect().call("nodes.list").empty());
}

TEST(cluster_of_processes, a_node_that_finds_no_head_gives_up_when_told_to) {
  running_cluster cluster;
  ASSERT_EQ(
      cluster.control({"pki", "issue", "alpha", "--out", cluster.folder_of("alpha")}).exit_code, 0);
  const auto nobody = start_program("node",
                                    {"--name", "alpha", "--identity", cluster.folder_of("alpha"),
                                     "--join", "127.0.0.1:1", "--give-up-after", "0.3"},
                                    true);
  ASSERT_TRUE(becomes_true([&] { return !is_alive(nobody.pid); }));
  EXPECT_EQ(reap(nobody).exit_code, 3);
  EXPECT_THAT(text_of(nobody), HasSubstr("gave up"));
}

TEST(cluster_of_processes, only_the_control_port_and_the_cluster_port_are_open) {
  running_cluster cluster;
  const auto alpha = cluster.add_node("alpha");
  EXPECT_EQ(listening_ports(family_of(cluster.head().pid())).size(), 2U);
  EXPECT_TRUE(listening_ports(family_of(alpha)).empty());
}

TEST(cluster_of_processes, large_payloads_cross_machines_unchanged) {
  running_cluster cluster;
  cluster.add_node("alpha");
  cluster.add_node("beta");
  const auto run = cluster.head().connect().call(
      "runs.start",
      {{"model", "large_payloads"}, {"parameters", {{"bytes", 20'000'000}, {"steps", 2}}}});
  const auto ended = cluster.head().result_of(run.at("run"));
  EXPECT_EQ(ended.at("state"), "done") << ended;
}

} // namespace lockstep
