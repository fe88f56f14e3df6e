// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/fixtures/programs.hpp"
#include "tests/unit/carriers/test_client.hpp"

#include "control/rpc/error.hpp"
#include "tests/folders.hpp"
#include "tests/holds.hpp"
#include "tests/text_of.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace lockstep {

namespace {

namespace fs = std::filesystem;
using test::client;
using test::holds;
using test::text_of;

/// A folder with libraries of its own, gone with this object.
class library_folder {
public:
  library_folder() {
    auto form = (fs::temp_directory_path() / "lockstep-libraries-XXXXXX").string();
    if (::mkdtemp(form.data()) == nullptr)
      throw std::runtime_error("cannot make " + form);
    path_ = form;
  }
  ~library_folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  library_folder(const library_folder&) = delete;
  library_folder& operator=(const library_folder&) = delete;

  [[nodiscard]] fs::path path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

  /// Writes a library of the tests into a file here, in place where there is one already.
  void write(const std::string& name, const std::string& library) const {
    std::ofstream{path_ / name, std::ios::binary | std::ios::trunc}
        << std::ifstream{test_folders::test_libraries() / (library + ".so"), std::ios::binary}
               .rdbuf();
  }

private:
  fs::path path_;
};

/// What a client finds in its environment as LOCKSTEP_PATH.
ended_program run_control_with_path(const std::string& search_path,
                                    const std::vector<std::string>& words) {
  std::vector<std::string> all{"LOCKSTEP_PATH=" + search_path,
                               (test_folders::programs() / "control").string()};
  all.insert(all.end(), words.begin(), words.end());
  return to_its_end(start_program("/usr/bin/env", all, true));
}

std::string request(int id, const std::string& method, const json& params) {
  return json{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}}.dump() + '\n';
}

} // namespace

TEST(models, a_library_that_was_built_anew_is_what_the_next_run_computes_with) {
  const library_folder folder;
  running_head head;
  auto link = head.connect();
  for (const int build : {1, 2, 1}) {
    folder.write("changing.so", build == 1 ? "changing_one" : "changing_two");
    const auto started = link.call("runs.start", {{"model", folder.file("changing.so")}});
    const auto ended = head.result_of(started.at("run"));
    EXPECT_EQ(ended.at("result"), json({{"plan", build}, {"solvers", {build, build}}})) << ended;
  }
}

TEST(models, while_a_library_is_tried_others_are_answered_and_a_refusal_is_remembered) {
  const library_folder folder;
  const auto gate = folder.file("gate");
  ::setenv("LOCKSTEP_TEST_GATE", gate.c_str(), 1);
  running_head head;
  ::unsetenv("LOCKSTEP_TEST_GATE");
  folder.write("gated.so", "gated");
  auto other = head.connect();
  other.call("models.describe", {{"model", "misbehaving"}}); // from now on it is known
  client waits{head.where()};
  waits.send(request(1, "models.describe", {{"model", folder.file("gated.so")}}));
  ASSERT_TRUE(becomes_true([&] { return !text_of(gate + ".tries").empty(); }));
  // The library waits for us.
  EXPECT_EQ(other.call("models.describe", {{"model", "misbehaving"}}).at("name"), "misbehaving");
  EXPECT_EQ(other.call("solvers.status").size(), 2U);
  EXPECT_EQ(head.result_of(head.start("nothing")).at("state"), "done");
  std::ofstream{gate} << "throw\n";
  const auto refused = json::parse(waits.line().value_or("{}"));
  ASSERT_EQ(refused.value("/error/code"_json_pointer, 0), rpc_code::model_refused) << refused;
  const auto tries = text_of(gate + ".tries");
  waits.send(request(2, "models.describe", {{"model", folder.file("gated.so")}}));
  EXPECT_EQ(json::parse(waits.line().value_or("{}")).at("error"), refused.at("error"));
  EXPECT_EQ(text_of(gate + ".tries"), tries) << "it was not tried again";
  std::ofstream{gate} << "open\n";
  folder.write("gated.so", "gated");
  waits.send(request(3, "models.describe", {{"model", folder.file("gated.so")}}));
  EXPECT_EQ(json::parse(waits.line().value_or("{}")).value("/result/name"_json_pointer, ""),
            "gated");
}

TEST(models, while_the_parameters_of_a_run_are_checked_others_are_answered) {
  const library_folder folder;
  const running_head head;
  // Known already: it is the check that is waited for, and not a trial of the library.
  head.connect().call("models.describe", {{"model", "checking"}});
  client waits{head.where()};
  waits.send(request(1, "runs.start",
                     {{"model", "checking"}, {"parameters", {{"gate", folder.file("gate")}}}}) +
             request(2, "nodes.list", json::object()));
  EXPECT_EQ(json::parse(waits.line().value_or("{}")).value("id", 0), 2);
  std::ofstream{folder.file("gate")};
  const auto started = json::parse(waits.line().value_or("{}"));
  EXPECT_EQ(started.value("/result/run"_json_pointer, ""), "r1") << started;
}

TEST(models, the_clients_paths_count_wherever_it_stands) {
  const library_folder folder;
  folder.write("changing.so", "changing_one");
  const running_head head;
  const auto at = to_string(head.where());
  const auto relative = fs::relative(folder.path()).string();
  ASSERT_FALSE(relative.empty());
  const auto by_name = run_control_with_path(relative, {"run", "changing", "--at", at});
  EXPECT_EQ(by_name.exit_code, 0) << by_name.output;
  const auto by_path = run_control_with_path("", {"run", relative + "/changing.so", "--at", at});
  EXPECT_EQ(by_path.exit_code, 0) << by_path.output;
  const auto listed = run_control_with_path(relative, {"models", "--at", at});
  EXPECT_TRUE(holds(listed.output, folder.file("changing.so"))) << listed.output;
  const auto described = run_control_with_path(relative, {"models", "changing", "--at", at});
  EXPECT_TRUE(holds(described.output, folder.file("changing.so"))) << described.output;
  const auto unknown = run_control_with_path(relative, {"run", "nothing_such", "--at", at});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_TRUE(
      holds(unknown.output, "LOCKSTEP_PATH of the client, " + fs::absolute(relative).string()))
      << unknown.output;
  EXPECT_TRUE(
      holds(unknown.output, "folders of the head, " + test_folders::test_libraries().string()))
      << unknown.output;
}

TEST(models, a_name_that_is_not_utf8_is_told_before_anything_runs) {
  const library_folder folder;
  const running_head head;
  const auto at = to_string(head.where());
  folder.write("caf\xe9.so", "changing_one");
  const auto file = run_control({"run", folder.file("caf\xe9.so"), "--at", at});
  EXPECT_EQ(file.exit_code, 2);
  EXPECT_TRUE(holds(file.output, "not UTF-8")) << file.output;
  for (const std::string command : {"run", "start", "models"}) {
    const auto ended =
        run_control_with_path(folder.file("caf\xe9"), {command, "changing", "--at", at});
    EXPECT_EQ(ended.exit_code, 2) << command;
    EXPECT_TRUE(holds(ended.output, "LOCKSTEP_PATH is not UTF-8")) << ended.output;
  }
  const auto head_itself =
      run_control_with_path(folder.file("caf\xe9"), {"serve", "--listen", "127.0.0.1:0"});
  EXPECT_EQ(head_itself.exit_code, 2) << head_itself.output;
}

} // namespace lockstep
