// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/access/audit_log.hpp"
#include "tests/text_of.hpp"

#include <lockstep/json.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

namespace lockstep {

/// An audit whose lines a test reads. Its file goes with it.
class kept_audit {
public:
  audit_log& log() { return log_; }

  /// JSON of each, without the time of day and with its members in the order of their names.
  std::vector<std::string> lines() {
    EXPECT_TRUE(log_.drain(std::chrono::seconds{30}));
    std::istringstream text{test::text_of(file())};
    std::vector<std::string> found;
    for (std::string line; std::getline(text, line);) {
      auto members = json::parse(line);
      members.erase("time");
      found.push_back(members.dump());
    }
    return found;
  }

private:
  struct own_folder {
    own_folder() {
      auto form = testing::TempDir() + "lockstep_calls_XXXXXX";
      path = ::mkdtemp(form.data());
    }
    ~own_folder() { std::filesystem::remove_all(path); }
    own_folder(const own_folder&) = delete;
    own_folder& operator=(const own_folder&) = delete;
    std::filesystem::path path;
  };

  [[nodiscard]] std::string file() const { return folder_.path / "audit.log"; }

  own_folder folder_;
  audit_log log_{file()};
};

} // namespace lockstep
