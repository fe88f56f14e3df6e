// SPDX-License-Identifier: BSD-3-Clause

#include "control/register/head_register.hpp"

#include "tests/text_of.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace lockstep {

namespace {

namespace fs = std::filesystem;

json told_at(const std::string& where, const std::string& by = "control serve",
             const std::string& started = "2026-11-28T10:00:00Z") {
  return {{"control", where}, {"pid", 1}, {"started", started}, {"started_by", by}};
}

class head_register : public testing::Test {
protected:
  head_register() {
    std::string pattern = (fs::temp_directory_path() / "lockstep-test-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    ::setenv("XDG_RUNTIME_DIR", folder.c_str(), 1);
  }
  ~head_register() override {
    ::unsetenv("XDG_RUNTIME_DIR");
    fs::remove_all(folder);
  }

  /// Does it in a process that is killed then, as a head that crashes.
  template <class Work>
  static void in_a_crashing_process(const Work& work) {
    const auto child = ::fork();
    if (child == 0) {
      work();
      ::raise(SIGKILL);
    }
    ::waitpid(child, nullptr, 0);
  }

  [[nodiscard]] bool is_empty() const { return fs::is_empty(folder / "lockstep"); }

  fs::path folder;
};

} // namespace

TEST_F(head_register, finds_a_head_until_it_is_gone) {
  {
    const auto entry = enter_head(told_at("127.0.0.1:9000"));
    ASSERT_TRUE(entry);
    const auto found = entered_heads();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].at("control"), "127.0.0.1:9000");
  }
  EXPECT_TRUE(entered_heads().empty());
  EXPECT_TRUE(is_empty());
}

TEST_F(head_register, recognises_and_removes_what_a_crashed_head_left_behind) {
  in_a_crashing_process([] { static const auto entry = enter_head(told_at("127.0.0.1:9000")); });
  ASSERT_FALSE(is_empty());
  EXPECT_TRUE(entered_heads().empty());
  EXPECT_TRUE(is_empty());
}

TEST_F(head_register, tells_a_connection_file_that_was_left_behind) {
  const auto path = folder / "connection.json";
  in_a_crashing_process([&] { static const head_file file{path, told_at("127.0.0.1:9000")}; });
  ASSERT_TRUE(fs::exists(path));
  const auto found = read_head_file(path);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->is_left_behind);
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(head_register, a_head_does_not_remove_the_file_of_the_next) {
  const auto path = folder / "connection.json";
  auto first = std::make_unique<head_file>(path, told_at("127.0.0.1:9000"));
  const head_file second{path, told_at("127.0.0.1:9001")};
  first.reset();
  const auto found = read_head_file(path);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->is_left_behind);
  EXPECT_EQ(found->text.at("control"), "127.0.0.1:9001");
}

TEST_F(head_register, does_not_use_a_folder_that_others_may_enter) {
  ASSERT_TRUE(enter_head(told_at("127.0.0.1:9000")));
  EXPECT_EQ(fs::status(folder / "lockstep").permissions(), fs::perms::owner_all);
  fs::permissions(folder / "lockstep", fs::perms{0755});
  EXPECT_FALSE(enter_head(told_at("127.0.0.1:9000")));
  fs::permissions(folder / "lockstep", fs::perms{0700});
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(folder.c_str(), 65'534, 65'534), 0);
    EXPECT_TRUE(register_folder().empty());
  }
}

TEST_F(head_register, does_not_stumble_over_files_that_hold_something_else) {
  const auto entry = enter_head(told_at("127.0.0.1:9000"));
  for (const auto* text :
       {"", "no JSON", "[1]", R"({"control": 7})", R"({"control":"x","locked":1})",
        R"({"control":"y","network":"z","started":[]})"})
    std::ofstream{folder / "lockstep" /
                  ("head-" + std::to_string(std::string{text}.size()) + ".json")}
        << text;
  ASSERT_EQ(::mkfifo((folder / "lockstep" / "head-fifo.json").c_str(), 0600), 0);
  const auto found = entered_heads();
  EXPECT_EQ(std::ranges::count(found, "127.0.0.1:9000",
                               [](const json& one) { return one.at("control"); }),
            1);
}

TEST_F(head_register, puts_one_that_stays_first_then_the_usual_port_then_the_newest) {
  std::vector<json> heads{
      told_at("127.0.0.1:8050", "control run", "2026-11-28T12:00:00Z"),
      told_at("127.0.0.1:9001", "control serve", "2026-11-28T10:00:00Z"),
      told_at("127.0.0.1:9002", "control serve", "2026-11-28T11:00:00Z"),
      told_at("127.0.0.1:9003", "control run", "2026-11-28T13:00:00Z"),
  };
  put_best_first(heads);
  std::vector<std::string> order;
  for (const auto& one : heads)
    order.push_back(one.at("control"));
  EXPECT_EQ(order, (std::vector<std::string>{"127.0.0.1:9002", "127.0.0.1:9001", "127.0.0.1:8050",
                                             "127.0.0.1:9003"}));
}

} // namespace lockstep
