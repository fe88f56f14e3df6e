// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tsp_islands {

/// A file that cannot be read; its text is "FILE:LINE: reason".
class file_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// Reads a TSPLIB file as lines of keywords and as blank-separated words of sections, and knows the
/// line it is at.
class token_reader {
public:
  /// `name` stands for the file in errors; `source` outlives the reader.
  token_reader(std::istream& source, std::string name) : source_(&source), name_(std::move(name)) {}

  /// Moves to the next line that is not blank; false at the end of the file. Skips the byte-order
  /// mark of UTF-8. Throws file_error where the file is no text at all.
  bool next_line();

  /// The unread rest of the line, without blanks at its ends.
  [[nodiscard]] std::string_view rest_of_line() const;

  /// The next word of this or a later line; empty at the end of the file.
  std::string_view next_word();

  /// Leaves the rest of the line unread.
  void skip_line() { at_ = line_.size(); }

  /// The next word as a number with an absolute value of at most `limit`. Throws file_error.
  double number(double limit, std::string_view what);

  /// The next word as a whole number from `least` to `most`. Throws file_error.
  std::int64_t whole(std::int64_t least, std::int64_t most, std::string_view what);

  /// Throws file_error for the current line.
  [[noreturn]] void fail(const std::string& reason) const;

private:
  void check_beginning();

  std::istream* source_;
  std::string name_;
  std::string line_;
  std::size_t at_ = 0;
  std::size_t line_number_ = 0;
};

/// A word in quotes for an error: cut where it is long, with ? for what is not printable.
[[nodiscard]] std::string in_quotes(std::string_view word);

/// Turns a word into a number; false unless the whole word is one finite number.
bool parse_number(std::string_view word, double& value);

} // namespace tsp_islands
