// SPDX-License-Identifier: BSD-3-Clause

#include "node/solver_log.hpp"

#include <gtest/gtest.h>

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace lockstep {

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class log_folder {
public:
  log_folder() {
    auto form = testing::TempDir() + "lockstep_logs_XXXXXX";
    path_ = ::mkdtemp(form.data());
  }
  ~log_folder() { fs::remove_all(path_); }
  log_folder(const log_folder&) = delete;
  log_folder& operator=(const log_folder&) = delete;
  [[nodiscard]] std::string path() const { return path_; }
  [[nodiscard]] std::vector<std::string> lines(const std::string& file) const {
    std::ifstream in{path_ / file};
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);)
      all.push_back(line);
    return all;
  }

private:
  fs::path path_;
};

/// Half a second after a moment that `date -u -d @1764086402` shows.
constexpr auto moment = std::chrono::system_clock::time_point{1764086402500ms};
const std::string as_text = "2025-11-25T16:00:02.500Z ";

} // namespace

TEST(solver_log, a_line_of_the_solver_is_a_line_of_the_file_with_its_time_in_utc) {
  const log_folder folder;
  ::setenv("TZ", "Asia/Tokyo", 1);
  ::tzset();
  solver_log log{folder.path(), 3};
  log.append("one\ntwo\n\nthree beg", moment);
  log.append("ins\nfour\n", moment + 1s);
  log.append({"a\0b\n", 4}, moment);
  log.append("killed in the mid", moment);
  log.end_line(moment);
  log.append("the next\n", moment);
  ASSERT_TRUE(log.drain(30s));
  ::unsetenv("TZ");
  ::tzset();
  EXPECT_EQ(folder.lines("solver-3.log"),
            (std::vector<std::string>{
                as_text + "one", as_text + "two", as_text, "2025-11-25T16:00:03.500Z three begins",
                "2025-11-25T16:00:03.500Z four", as_text + std::string{"a\0b", 3},
                as_text + "killed in the mid", as_text + "the next"}));
}

TEST(solver_log, a_line_without_an_end_is_cut_and_nothing_of_it_is_lost) {
  const log_folder folder;
  solver_log log{folder.path(), 0};
  const std::string endless(solver_log::line_bytes_max, 'x');
  for (int i = 0; i < 3; ++i)
    log.append(endless, moment);
  log.append("the rest\n", moment);
  ASSERT_TRUE(log.drain(30s));
  const auto lines = folder.lines("solver-0.log");
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0], as_text + endless);
  EXPECT_EQ(lines[3], as_text + "the rest");
}

} // namespace lockstep
