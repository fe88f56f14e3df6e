#pragma once

#include <lockstep/json.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

namespace lockstep::fuzz {

/// What the standard says must come back for one line, worked out apart from the code under test.
struct expectation {
  bool batch = false;    ///< the answers come as one array
  std::vector<json> ids; ///< of the answers, in order
};

inline bool is_request(const json& value) {
  if (!value.is_object() || value.value("jsonrpc", json()) != "2.0")
    return false;
  if (!value.contains("method") || !value["method"].is_string())
    return false;
  if (value.contains("params") && !value["params"].is_structured())
    return false;
  if (!value.contains("id"))
    return true;
  const auto& id = value["id"];
  return id.is_string() || id.is_number() || id.is_null();
}

inline void expect_one(const json& value, expectation& expected) {
  if (!is_request(value))
    expected.ids.emplace_back(nullptr);
  else if (value.contains("id"))
    expected.ids.push_back(value["id"]);
}

/// What a line parses to; discarded if it is not JSON. Tells how deep it nests, without recursion.
inline json parse_noting_depth(std::string_view line, std::size_t& deepest) {
  const auto note = [&deepest](int depth, json::parse_event_t event, json&) {
    if (event == json::parse_event_t::object_start || event == json::parse_event_t::array_start)
      deepest = std::max(deepest, static_cast<std::size_t>(depth) + 1);
    return true;
  };
  return json::parse(line, note, false);
}

inline expectation expect(std::string_view line, std::size_t nesting) {
  expectation expected;
  std::size_t deepest = 0;
  const auto value = parse_noting_depth(line, deepest);
  const bool readable = !value.is_discarded() && deepest <= nesting;
  if (readable && value.is_object()) {
    expect_one(value, expected);
  } else if (readable && value.is_array() && !value.empty()) {
    expected.batch = true;
    for (const auto& member : value)
      expect_one(member, expected);
  } else {
    expected.ids.emplace_back(nullptr);
  }
  return expected;
}

} // namespace lockstep::fuzz
