// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/tntp/tntp_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <system_error>

namespace traffic_assignment {
namespace {

constexpr std::string_view blanks = " \t\r\f\v";
constexpr std::string_view word_ends = " \t\r\f\v;:";

/// Some tools write a plus sign, which from_chars does not take.
std::string_view without_plus(std::string_view word) {
  if (word.size() > 1 && word.front() == '+' && word[1] != '-')
    word.remove_prefix(1);
  return word;
}

template <class Number>
bool parse(std::string_view word, Number& value) {
  word = without_plus(word);
  const auto* end = word.data() + word.size();
  const auto [stopped, error] = std::from_chars(word.data(), end, value);
  return error == std::errc{} && stopped == end;
}

std::string is_but_expected(std::string_view word, std::string_view what,
                            const std::string& expected) {
  const auto found = word.empty() ? std::string{"missing"} : quoted(word);
  return std::string{what} + " is " + found + ", expected " + expected;
}

} // namespace

tntp_text::tntp_text(std::string_view text, std::string name)
    : unread_text_(text), name_(std::move(name)) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (unread_text_.starts_with(byte_order_mark))
    unread_text_.remove_prefix(byte_order_mark.size());
}

bool tntp_text::next_line() {
  while (!unread_text_.empty()) {
    const auto end = std::min(unread_text_.find('\n'), unread_text_.size());
    line_ = unread_text_.substr(0, end);
    unread_text_.remove_prefix(std::min(end + 1, unread_text_.size()));
    ++line_number_;
    line_ = line_.substr(0, line_.find('~'));
    at_ = line_.find_first_not_of(blanks);
    if (at_ != std::string_view::npos)
      return true;
  }
  line_ = {};
  at_ = 0;
  return false;
}

std::string_view tntp_text::next_word() {
  const auto first = line_.find_first_not_of(blanks, at_);
  if (first == std::string_view::npos) {
    at_ = line_.size();
    return {};
  }
  const bool is_mark = line_[first] == ';' || line_[first] == ':';
  at_ = is_mark ? first + 1 : std::min(line_.find_first_of(word_ends, first), line_.size());
  return line_.substr(first, at_ - first);
}

std::string_view tntp_text::next_word_of_file() {
  auto word = next_word();
  while (word.empty() && next_line())
    word = next_word();
  return word;
}

std::string_view tntp_text::rest_of_line() const {
  const auto first = std::min(line_.find_first_not_of(blanks, at_), line_.size());
  const auto rest = line_.substr(first);
  return rest.substr(0, rest.find_last_not_of(blanks) + 1);
}

void tntp_text::skip(std::size_t characters) {
  const auto first = std::min(line_.find_first_not_of(blanks, at_), line_.size());
  at_ = std::min(first + characters, line_.size());
}

double tntp_text::quantity(std::string_view word, std::string_view what, double most) const {
  double value = 0;
  // The comparison also refuses NaN.
  if (!parse(word, value) || !(value >= 0 && value <= most))
    fail(is_but_expected(word, what, "a number from 0 to " + said(most)));
  return value;
}

double tntp_text::coordinate(std::string_view word, std::string_view what) const {
  double value = 0;
  if (!parse(word, value) || !(std::abs(value) <= quantity_max))
    fail(is_but_expected(word, what, "a number"));
  return value;
}

std::int64_t tntp_text::whole(std::string_view word, std::string_view what, std::int64_t least,
                              std::int64_t most) const {
  std::int64_t value = 0;
  if (!parse(word, value) || value < least || value > most)
    fail(is_but_expected(word, what,
                         "a whole number from " + std::to_string(least) + " to " +
                             std::to_string(most)));
  return value;
}

std::string tntp_text::place() const {
  return name_ + ":" + std::to_string(line_number_) + ": ";
}

void tntp_text::fail(const std::string& reason) const {
  throw std::runtime_error(place() + reason);
}

std::string quoted(std::string_view word) {
  constexpr std::size_t shown_max = 40;
  std::string text = "'";
  for (const char c : word.substr(0, shown_max))
    text += c >= ' ' && c <= '~' ? c : '?';
  return text + (word.size() > shown_max ? "...'" : "'");
}

std::string said(double number) {
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} ? std::string(text.data(), end) : std::string{"?"};
}

} // namespace traffic_assignment
