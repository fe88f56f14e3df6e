// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace traffic_assignment {

/// The most nodes and zones that a file may state, so that a damaged number cannot exhaust memory.
inline constexpr std::int64_t nodes_max = 50'000'000;
inline constexpr std::int64_t zones_max = 1'000'000;
/// No quantity of a file may be larger; sums and products of accepted ones stay finite.
inline constexpr double quantity_max = 1e30;

/// Walks through a file in TNTP format by lines and by words, and knows the line it is at. Comments
/// (from ~ to the end of the line), blank lines and carriage returns are not seen.
class tntp_text {
public:
  /// `name` stands for the file in errors; `text` outlives the reader.
  tntp_text(std::string_view text, std::string name);

  /// Moves to the next line that has anything to read; false at the end of the file.
  bool next_line();

  /// The next word of this line, with ';' and ':' as words of their own; empty at its end.
  std::string_view next_word();

  /// As next_word, but goes on to later lines; empty at the end of the file.
  std::string_view next_word_of_file();

  /// The unread rest of the line, without blanks at its ends.
  [[nodiscard]] std::string_view rest_of_line() const;

  /// Leaves the next `characters` of rest_of_line(), or all of it, unread.
  void skip(std::size_t characters);
  void skip_line() { at_ = line_.size(); }

  /// A word as a quantity from 0 to `most`. Throws where it is not: "WHAT is 'WORD', expected …".
  [[nodiscard]] double quantity(std::string_view word, std::string_view what,
                                double most = quantity_max) const;

  /// A word as a number of either sign, up to quantity_max. Throws likewise.
  [[nodiscard]] double coordinate(std::string_view word, std::string_view what) const;

  /// A word as a whole number from `least` to `most`. Throws likewise.
  [[nodiscard]] std::int64_t whole(std::string_view word, std::string_view what, std::int64_t least,
                                   std::int64_t most) const;

  /// "FILE:LINE: " of what was read last; the line counts from 1, 0 before the first.
  [[nodiscard]] std::string place() const;

  /// Throws std::runtime_error "FILE:LINE: reason" for the current line.
  [[noreturn]] void fail(const std::string& reason) const;

private:
  std::string_view unread_text_;
  std::string name_;
  std::string_view line_;
  std::size_t at_ = 0;
  std::size_t line_number_ = 0;
};

/// A word in quotes for an error: cut where it is long, with ? for what is not printable.
[[nodiscard]] std::string quoted(std::string_view word);

/// A number for an error, as short as it can be said.
[[nodiscard]] std::string said(double number);

} // namespace traffic_assignment
