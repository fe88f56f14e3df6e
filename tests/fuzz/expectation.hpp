// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lockstep::fuzz {

/// An id that must come back.
struct expected_id {
  json id;
  std::string written = {}; ///< in the line, where it is a number that is not whole
};

/// What the standard says must come back for one line, worked out apart from the code under test.
struct expectation {
  bool batch = false;           ///< the answers come as one array
  std::vector<expected_id> ids; ///< of the answers, in order
};

/// Notes how the ids of requests are written that are numbers but not whole: by the place of the
/// request in the line. Of several ids of one request the last counts, as in the value.
class written_ids {
public:
  explicit written_ids(std::string_view line) { json::sax_parse(line, this); }

  [[nodiscard]] std::string of(std::size_t request) const {
    const auto found = ids_.find(request);
    return found == ids_.end() ? "" : found->second;
  }

  bool number_float(double, const std::string& written) {
    if (forget_id())
      ids_[request()] = written;
    return next();
  }
  bool null() { return other(); }
  bool boolean(bool) { return other(); }
  bool number_integer(std::int64_t) { return other(); }
  bool number_unsigned(std::uint64_t) { return other(); }
  bool string(const std::string&) { return other(); }
  bool binary(const json::binary_t&) { return other(); }
  bool key(const std::string& name) {
    key_ = name;
    return true;
  }
  bool start_object(std::size_t) { return open('{'); }
  bool start_array(std::size_t) { return open('['); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  static bool parse_error(std::size_t, const std::string&, const json::exception&) { return false; }

private:
  [[nodiscard]] std::size_t request() const { return kinds_ == "{" ? 0 : places_.front(); }

  /// True where the value that comes is the id of a request.
  bool forget_id() {
    const bool is_id = (kinds_ == "{" || kinds_ == "[{") && key_ == "id";
    if (is_id)
      ids_.erase(request());
    return is_id;
  }
  bool next() {
    if (!places_.empty())
      ++places_.back();
    return true;
  }
  bool other() {
    forget_id();
    return next();
  }
  bool open(char kind) {
    forget_id();
    kinds_ += kind;
    places_.push_back(0);
    return true;
  }
  bool close() {
    kinds_.pop_back();
    places_.pop_back();
    return next();
  }

  std::string kinds_;               ///< of what is open, from the outside in
  std::vector<std::size_t> places_; ///< how many values came before in each of them
  std::string key_;
  std::map<std::size_t, std::string> ids_;
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

inline void expect_one(const json& value, std::string written, expectation& expected) {
  if (!is_request(value))
    expected.ids.push_back({nullptr});
  else if (value.contains("id"))
    expected.ids.push_back({value["id"], std::move(written)});
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
    expect_one(value, written_ids{line}.of(0), expected);
  } else if (readable && value.is_array() && !value.empty()) {
    expected.batch = true;
    const written_ids written{line};
    for (std::size_t i = 0; i < value.size(); ++i)
      expect_one(value[i], written.of(i), expected);
  } else {
    expected.ids.push_back({nullptr});
  }
  return expected;
}

} // namespace lockstep::fuzz
