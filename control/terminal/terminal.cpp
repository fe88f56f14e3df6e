// SPDX-License-Identifier: BSD-3-Clause

#include "control/terminal/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cwchar>
#include <locale.h>

namespace lockstep {

namespace {

/// Of a terminal that does not know it, such as a serial line.
constexpr std::size_t columns_if_unknown = 80;

constexpr std::string_view cut_mark = "…"; // one column

/// The C library's knowledge of UTF-8, for this thread and as long as this lives.
class utf8_text {
public:
  utf8_text() : before_(::uselocale(locale())) {}
  ~utf8_text() { ::uselocale(before_); }
  utf8_text(const utf8_text&) = delete;
  utf8_text& operator=(const utf8_text&) = delete;

  struct character {
    std::size_t bytes;
    int columns; ///< below 0 where it is no character that can be shown
  };

  /// The first of a text that is not empty.
  [[nodiscard]] character first_of(std::string_view text) const {
    std::mbstate_t state{};
    wchar_t wide = 0;
    const auto bytes = std::mbrtowc(&wide, text.data(), text.size(), &state);
    return bytes == 0 || bytes > text.size() ? character{1, -1} : character{bytes, ::wcwidth(wide)};
  }

private:
  static locale_t locale() {
    static const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return utf8;
  }

  locale_t before_;
};

bool is_control(char byte) {
  return static_cast<unsigned char>(byte) < ' ' || byte == '\177';
}

} // namespace

std::optional<std::size_t> terminal_columns(int descriptor) {
  if (::isatty(descriptor) == 0)
    return std::nullopt;
  winsize size{};
  const bool is_known = ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col != 0;
  return is_known ? size.ws_col : columns_if_unknown;
}

std::size_t columns_of(std::string_view text) {
  const utf8_text utf8;
  std::size_t sum = 0;
  while (!text.empty()) {
    const auto one = utf8.first_of(text);
    sum += one.columns < 0 ? 1 : static_cast<std::size_t>(one.columns);
    text.remove_prefix(one.bytes);
  }
  return sum;
}

std::string row_of(std::string_view text, std::size_t columns) {
  const utf8_text utf8;
  std::string row;
  std::size_t taken = 0;
  std::size_t fitting = 0; // bytes of the row that leave a column for the mark
  while (!text.empty()) {
    const auto one = utf8.first_of(text);
    const auto width = one.columns < 0 ? 1 : static_cast<std::size_t>(one.columns);
    if (taken + width > columns)
      return columns == 0 ? "" : row.substr(0, fitting) + std::string{cut_mark};
    if (one.columns >= 0)
      row += text.substr(0, one.bytes);
    else
      row += is_control(text.front()) ? ' ' : '?';
    taken += width;
    if (taken < columns)
      fitting = row.size();
    text.remove_prefix(one.bytes);
  }
  return row;
}

} // namespace lockstep
