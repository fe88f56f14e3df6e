// SPDX-License-Identifier: BSD-3-Clause

#include "examples/tsp_islands/tsplib/token_reader.hpp"

#include <charconv>
#include <cmath>

namespace tsp_islands {
namespace {

constexpr std::string_view blanks = " \t\r\f\v";

} // namespace

std::string in_quotes(std::string_view word) {
  constexpr std::size_t shown_max = 40;
  std::string text = "'";
  for (const char c : word.substr(0, shown_max))
    text += c >= ' ' && c <= '~' ? c : '?';
  return text + (word.size() > shown_max ? "...'" : "'");
}

/// Editors write a mark that nobody sees; files are handed out packed.
void token_reader::check_beginning() {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (line_.starts_with(byte_order_mark))
    line_.erase(0, byte_order_mark.size());
  else if (line_.starts_with("\x1F\x8B"))
    fail("the file is packed with gzip: unpack it first");
  else if (line_.starts_with("\xFF\xFE") || line_.starts_with("\xFE\xFF"))
    fail("the file is text in UTF-16: save it as UTF-8");
}

bool token_reader::next_line() {
  while (std::getline(*source_, line_)) {
    if (++line_number_ == 1)
      check_beginning();
    at_ = line_.find_first_not_of(blanks);
    if (at_ != std::string::npos)
      return true;
  }
  line_.clear();
  at_ = 0;
  return false;
}

std::string_view token_reader::rest_of_line() const {
  std::string_view rest = line_;
  rest.remove_prefix(std::min(rest.find_first_not_of(blanks, at_), rest.size()));
  return rest.substr(0, rest.find_last_not_of(blanks) + 1);
}

std::string_view token_reader::next_word() {
  std::size_t first = line_.find_first_not_of(blanks, at_);
  if (first == std::string::npos) {
    if (!next_line())
      return {};
    first = at_;
  }
  at_ = std::min(line_.find_first_of(blanks, first), line_.size());
  return std::string_view{line_}.substr(first, at_ - first);
}

double token_reader::number(double limit, std::string_view what) {
  const auto word = next_word();
  if (word.empty())
    fail("the file ends where " + std::string{what} + " was expected");
  double value = 0;
  if (!parse_number(word, value))
    fail(in_quotes(word) + " is no number; expected " + std::string{what});
  if (std::abs(value) > limit)
    fail(std::string{what} + " " + in_quotes(word) + " is out of range");
  return value;
}

std::int64_t token_reader::whole(std::int64_t least, std::int64_t most, std::string_view what) {
  constexpr double exact_max = 9e15;
  const double value = number(exact_max, what);
  if (value != std::floor(value))
    fail(std::string{what} + " must be a whole number");
  const auto result = static_cast<std::int64_t>(value);
  if (result < least || result > most)
    fail(std::string{what} + " " + std::to_string(result) + " is not from " +
         std::to_string(least) + " to " + std::to_string(most));
  return result;
}

void token_reader::fail(const std::string& reason) const {
  throw file_error(name_ + ":" + std::to_string(line_number_) + ": " + reason);
}

bool parse_number(std::string_view word, double& value) {
  if (word.size() > 1 && word.front() == '+' && word[1] != '-')
    word.remove_prefix(1);
  const auto* end = word.data() + word.size();
  const auto [stopped, error] = std::from_chars(word.data(), end, value);
  return error == std::errc{} && stopped == end && std::isfinite(value);
}

} // namespace tsp_islands
