// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace lockstep::test {

/// A line that asks for `method`.
inline std::string request(int id, std::string_view method = "nodes.list") {
  return nlohmann::json{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}}.dump();
}

/// The one line that there must be.
inline nlohmann::json only_line(const std::vector<std::string>& lines) {
  EXPECT_EQ(lines.size(), 1U);
  return lines.empty() ? nlohmann::json() : nlohmann::json::parse(lines.front());
}

} // namespace lockstep::test
