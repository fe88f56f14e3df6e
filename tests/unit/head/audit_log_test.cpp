// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/audit_log.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace lockstep {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class folder {
public:
  folder() {
    auto form = testing::TempDir() + "lockstep_audit_XXXXXX";
    path_ = ::mkdtemp(form.data());
  }
  ~folder() { fs::remove_all(path_); }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  [[nodiscard]] std::string file() const { return path_ / "audit.log"; }
  [[nodiscard]] const fs::path& path() const { return path_; }

private:
  fs::path path_;
};

std::vector<std::string> lines_of(const std::string& file) {
  std::ifstream in{file};
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

unsigned mode_of(const fs::path& file) {
  struct stat facts {};
  return ::stat(file.c_str(), &facts) == 0 ? facts.st_mode & 07777U : 0;
}

} // namespace

TEST(audit_log, a_line_says_when_what_who_from_where_and_the_rest) {
  const folder place;
  audit_log log{place.file()};
  log.write("runs.start", "ann (uid 1000)", "127.0.0.1:40112", {{"run", "r1"}, {"solvers", 2}});
  ASSERT_TRUE(log.drain(30s));
  const auto lines = lines_of(place.file());
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].substr(0, 9), R"({"time":")");
  auto line = json::parse(lines[0]);
  EXPECT_EQ(line["time"].get<std::string>().back(), 'Z');
  line.erase("time");
  EXPECT_EQ(line, json({{"what", "runs.start"},
                        {"who", "ann (uid 1000)"},
                        {"from", "127.0.0.1:40112"},
                        {"run", "r1"},
                        {"solvers", 2}}));
}

TEST(audit_log, no_text_can_forge_a_line_or_reach_a_terminal) {
  const folder place;
  audit_log log{place.file()};
  log.write("x", "eve\n{\"what\":\"forged\"}", "\x1b[2J\x07", {{"run", "\xff\xc3\xa9\r\n\x7f"}});
  ASSERT_TRUE(log.drain(30s));
  const auto lines = lines_of(place.file());
  ASSERT_EQ(lines.size(), 1U);
  for (const char c : lines[0])
    EXPECT_TRUE(c >= ' ') << static_cast<int>(c);
  EXPECT_EQ(json::parse(lines[0])["who"], "eve\n{\"what\":\"forged\"}");
}

TEST(audit_log, details_cannot_pass_for_who_and_long_texts_are_cut) {
  const folder place;
  audit_log log{place.file()};
  log.write("x", "ann", "here", {{"who", "root"}, {"model", std::string(1'000'000, 'm')}});
  ASSERT_TRUE(log.drain(30s));
  const auto lines = lines_of(place.file());
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(json::parse(lines[0])["who"], "ann");
  EXPECT_LT(lines[0].size(), 1'000U);
}

TEST(audit_log, only_the_owner_may_read_it_before_and_after_rotation) {
  const folder place;
  std::ofstream{place.file()} << "older\n"; // made by somebody careless
  const auto before = ::umask(0);
  {
    audit_log log{place.file()};
    const json details{{"list", json::array()}};
    json large = details;
    for (int i = 0; i < 100'000; ++i)
      large["list"].push_back("0123456789");
    for (int i = 0; i < 10; ++i) {
      log.write("x", "ann", "here", large);
      ASSERT_TRUE(log.drain(30s));
    }
  }
  ::umask(before);
  int files = 0;
  for (const auto& entry : fs::directory_iterator{place.path()}) {
    EXPECT_EQ(mode_of(entry.path()), 0600U) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 2);
}

TEST(audit_log, a_flood_of_refusals_is_thinned_and_counted) {
  const folder place;
  audit_log log{place.file()};
  for (int i = 0; i < 10'000; ++i)
    log.write_refusal("connection.refused", "", "192.0.2.1:1");
  log.write("runs.start", "ann", "here");
  ASSERT_TRUE(log.drain(30s));
  const auto lines = lines_of(place.file());
  EXPECT_GE(lines.size(), 100U);
  EXPECT_LT(lines.size(), 1'000U);
  EXPECT_EQ(json::parse(lines.back())["what"], "runs.start");
}

TEST(audit_log, lines_that_the_file_could_not_take_are_counted_in_it_later) {
  const folder place;
  audit_log log{place.file()};
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit none{0, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &none);
  log.write("runs.start", "ann", "here");
  log.write("runs.start", "ann", "here");
  const bool refused = log.drain(30s);
  ::setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_TRUE(refused);
  log.write("runs.cancel", "ann", "here");
  ASSERT_TRUE(log.drain(30s));
  const auto lines = lines_of(place.file());
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(json::parse(lines[0])["what"], "audit.left_out");
  EXPECT_EQ(json::parse(lines[0])["lines"], 2);
  EXPECT_EQ(json::parse(lines[1])["what"], "runs.cancel");
}

TEST(audit_log, without_a_file_nothing_is_kept) {
  audit_log log{""};
  log.write("x", "ann", "here");
  log.write_refusal("x", "ann", "here");
}

TEST(audit_log, what_is_no_file_is_refused_and_keeps_its_mode) {
  const folder place;
  ASSERT_EQ(::mkfifo(place.file().c_str(), 0644), 0);
  const auto before = mode_of(place.file());
  EXPECT_THROW(audit_log{place.file()}, std::runtime_error);
  EXPECT_EQ(mode_of(place.file()), before);
}

TEST(audit_log, a_file_that_cannot_be_written_is_told) {
  try {
    const audit_log log{"/nowhere/at/all"};
    FAIL() << "there is no such folder";
  } catch (const std::runtime_error& why) {
    EXPECT_NE(std::string{why.what()}.find("/nowhere/at/all"), std::string::npos) << why.what();
  }
}

} // namespace lockstep
