// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/tcp/line_intake.hpp"

#include "control/carriers/lingering_close.hpp"

#include <utility>

namespace lockstep {

line_intake::line_intake(line_limits limits, carried how)
    : limits_(limits), splitter_(limits.unauthenticated),
      stage_(how == carried::plainly ? stage::first_bytes : stage::first_line) {}

void line_intake::trust() {
  trusted_ = true;
  splitter_.set_limit(limits_.trusted);
}

void line_intake::feed(std::string_view bytes) {
  if (bytes.empty())
    return;
  if (stage_ == stage::first_bytes)
    stage_ = looks_like_tls(bytes.front()) ? stage::unasked_tls : stage::first_line;
  if (stage_ == stage::first_line || stage_ == stage::lines)
    splitter_.feed(bytes);
}

std::optional<line_intake::event> line_intake::next() {
  switch (stage_) {
  case stage::first_bytes:
  case stage::over:
    return std::nullopt;
  case stage::unasked_tls:
    return refuse(lingering_close::no_tls_here(), "it began with TLS where none is spoken");
  case stage::first_line:
  case stage::lines:
    break;
  }
  if (auto line = next_line())
    return judge(*std::move(line));
  if (splitter_.overflowed())
    return too_long();
  return std::nullopt;
}

std::optional<std::string> line_intake::next_line() {
  auto line = splitter_.next();
  if (!line && ended_)
    line = splitter_.rest();
  return line;
}

line_intake::event line_intake::judge(std::string line) {
  const bool first = std::exchange(stage_, stage::lines) == stage::first_line;
  if (first && looks_like_http(line))
    return refuse(lingering_close::not_http(), "it sent HTTP");
  return event{std::move(line)};
}

line_intake::event line_intake::refuse(shared_line last, std::string why) {
  stage_ = stage::over;
  return line_breach{std::move(last), std::move(why)};
}

/// Of a peer that is known the handler need not hear: it was no attempt to get in.
line_intake::event line_intake::too_long() {
  const auto limit = trusted_ ? limits_.trusted : limits_.unauthenticated;
  auto last = lingering_close::line_too_long(limit);
  if (!trusted_)
    return refuse(std::move(last), "it sent a line of more than " + std::to_string(limit) +
                                       " bytes before it had shown a token");
  stage_ = stage::over;
  return line_breach{std::move(last), std::nullopt};
}

} // namespace lockstep
