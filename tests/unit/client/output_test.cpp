// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/client/client_process.hpp"
#include "tests/unit/client/scripted_run.hpp"

#include "control/client/exit_code.hpp"
#include "tests/holds.hpp"
#include "tests/unit/tls/pki_folder.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lockstep {

namespace {

using test::holds;
using test::run_client;
using test::scripted_run;

constexpr const char* full_disk = "/dev/full";

void expect_told(const test::client_outcome& ended, const std::vector<std::string>& words) {
  EXPECT_EQ(ended.code, exit_code::failed) << words.front() << ended.err;
  EXPECT_TRUE(
      holds(ended.err, "control: cannot write to standard output: No space left on device\n"))
      << words.front() << ended.err;
}

} // namespace

TEST(output, an_answer_of_a_head_that_cannot_be_written_is_a_failure) {
  for (const auto& words : std::vector<std::vector<std::string>>{{"run", "tsp"},
                                                                 {"--json", "run", "tsp"},
                                                                 {"run", "tsp", "--help"},
                                                                 {"start", "tsp"},
                                                                 {"watch", "r1"},
                                                                 {"result", "r1"},
                                                                 {"--json", "result", "r1"},
                                                                 {"list"},
                                                                 {"--json", "list"},
                                                                 {"status"},
                                                                 {"models"},
                                                                 {"nodes"},
                                                                 {"logs", "0"},
                                                                 {"logs", "0", "--follow"},
                                                                 {"cancel", "r1"},
                                                                 {"terminate"},
                                                                 {"call", "system.describe"}}) {
    scripted_run run;
    run.head.on("solvers.status", json::array());
    run.head.on("solvers.logs", {{"text", "a line\n"}});
    run.head.on("models.list", {{"models", json::array()}, {"refused", json::array()}});
    run.head.on("nodes.list", json::array());
    run.head.on("system.terminate", {{"terminating", true}});
    expect_told(run_client(run.head, words, full_disk), words);
  }
}

TEST(output, what_is_printed_without_a_head_and_cannot_be_written_is_a_failure) {
  const test::pki_folder folder;
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"--help"},
           {"--version"},
           {"run", "--help"},
           {"pki", "issue", "--help"},
           {"completion", "bash"},
           {"pki", "init", "--pki", folder.path()},
           {"pki", "list", "--pki", folder.path()},
           {"token", "create", "--role", "read", "--pki", folder.path()},
           {"token", "create", "--join", "192.0.2.1:8051", "--pki", folder.path()},
           {"token", "list", "--pki", folder.path()}})
    expect_told(run_client(words, full_disk), words);
}

TEST(output, an_error_keeps_its_exit_code_where_it_cannot_be_written) {
  const auto ended = run_client({"--json", "status", "--at", "nowhere"}, full_disk);
  EXPECT_EQ(ended.code, exit_code::usage);
  EXPECT_TRUE(holds(ended.err, "No space left on device")) << ended.err;
}

} // namespace lockstep
