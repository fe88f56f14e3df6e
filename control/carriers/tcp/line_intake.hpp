// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/carriers/carrier.hpp"
#include "control/carriers/line_splitter.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace lockstep {

/// Ends a connection that did what it must not.
struct line_breach {
  shared_line last;                       ///< what the peer is told
  std::optional<std::string> why_refused; ///< a sentence for the handler, where it is to know
};

/// Makes lines of the bytes that one connection sends, and notices what are none, or none that it
/// may send. Pure.
///
///   first_bytes ──no TLS──► first_line ──no HTTP──► lines
///        └─TLS─► unasked_tls     └─HTTP, too long─┐     └─too long─┐
///                     └─the breach is told────────┴────────────────┴─► over
///
///   intake.feed(bytes);
///   while (auto event = intake.next()) …    // a breach is the last event
class line_intake {
public:
  struct line_limits {
    std::size_t unauthenticated; ///< bytes of one line, until trust()
    std::size_t trusted;
  };
  enum class carried : unsigned char {
    plainly,
    by_tls ///< then the first bytes may be any
  };
  using event = std::variant<std::string, line_breach>;

  line_intake(line_limits limits, carried how);

  void trust();
  [[nodiscard]] bool is_trusted() const noexcept { return trusted_; }

  void feed(std::string_view bytes);

  /// Nothing more is fed. A last line without an end counts.
  void end() noexcept { ended_ = true; }

  /// The next line or breach, if there is one.
  std::optional<event> next();

  /// Whether a line was too long, so that the peer may be sending the rest of it for long.
  [[nodiscard]] bool overflowed() const noexcept { return splitter_.overflowed(); }

private:
  enum class stage : unsigned char { first_bytes, unasked_tls, first_line, lines, over };

  std::optional<std::string> next_line();
  event judge(std::string line);
  event refuse(shared_line last, std::string why);
  event too_long();

  const line_limits limits_;
  line_splitter splitter_;
  stage stage_;
  bool trusted_ = false;
  bool ended_ = false;
};

} // namespace lockstep
