// SPDX-License-Identifier: BSD-3-Clause

#include "control/rpc/id_digits.hpp"

#include <lockstep/json.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

namespace lockstep {

namespace {

/// Of a number as it is written: without sign, point, exponent, and zeros that say nothing.
std::string significant_digits(std::string_view number) {
  std::string digits;
  for (const char c : number.substr(0, number.find_first_of("eE")))
    if (c >= '0' && c <= '9' && !(digits.empty() && c == '0'))
      digits += c;
  digits.erase(digits.find_last_not_of('0') + 1);
  return digits;
}

bool is_kept(double value, std::string_view written) {
  const auto digits = significant_digits(written);
  const bool is_normal = digits.empty() || std::abs(value) >= std::numeric_limits<double>::min();
  return digits.size() <= std::numeric_limits<double>::digits10 && is_normal;
}

/// Reads a line and looks at nothing but the ids of requests: members of the outermost object, or
/// of the objects in the outermost array.
class id_reader {
public:
  std::vector<bool> beyond;

  bool number_float(double value, const std::string& written) {
    if (depth_ == requests_depth() && key_ == "id" && !beyond.empty())
      beyond.back() = !is_kept(value, written);
    return scalar();
  }
  bool key(const std::string& name) {
    if (depth_ == requests_depth())
      key_ = name;
    return true;
  }
  bool start_object(std::size_t) { return enter(); }
  bool start_array(std::size_t) {
    is_batch_ = is_batch_ || depth_ == 0;
    return enter();
  }
  bool end_object() { return leave(); }
  bool end_array() { return leave(); }
  bool null() { return scalar(); }
  bool boolean(bool) { return scalar(); }
  bool number_integer(std::int64_t) { return scalar(); }
  bool number_unsigned(std::uint64_t) { return scalar(); }
  bool string(const std::string&) { return scalar(); }
  bool binary(const json::binary_t&) { return scalar(); }
  static bool parse_error(std::size_t, const std::string&, const json::exception&) { return false; }

private:
  [[nodiscard]] std::size_t requests_depth() const { return is_batch_ ? 2 : 1; }

  /// Where a value begins that stands where a request does.
  void count() {
    if (depth_ + 1 == requests_depth())
      beyond.push_back(false);
  }
  bool scalar() {
    count();
    return true;
  }
  bool enter() {
    count();
    ++depth_;
    return true;
  }
  bool leave() {
    --depth_;
    return true;
  }

  std::size_t depth_ = 0;
  bool is_batch_ = false;
  std::string key_;
};

} // namespace

std::vector<bool> ids_beyond_a_double(std::string_view line) {
  id_reader reader;
  json::sax_parse(line, &reader);
  return std::move(reader.beyond);
}

} // namespace lockstep
