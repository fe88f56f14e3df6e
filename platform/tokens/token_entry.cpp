// SPDX-License-Identifier: BSD-3-Clause

#include "platform/tokens/token_entry.hpp"

#include <array>
#include <cstddef>

namespace lockstep {

namespace {

constexpr std::array kinds{token_kind::join, token_kind::read, token_kind::operate,
                           token_kind::admin};

} // namespace

std::string to_string(token_kind kind) {
  constexpr std::array names{"join", "read", "operate", "admin"};
  return names.at(static_cast<std::size_t>(kind));
}

std::optional<token_kind> token_kind_from(std::string_view text) {
  for (const auto kind : kinds)
    if (to_string(kind) == text)
      return kind;
  return {};
}

std::string to_string(const token_refusal& refusal) {
  using reason = token_refusal::reason;
  switch (refusal.why) {
  case reason::malformed:
    return "This is no token: it is written ID.SECRET, as `control token create` prints it.";
  case reason::unknown:
    return "The token is not valid.";
  case reason::expired:
    return "The token " + refusal.id + " has expired. `control token create` makes another.";
  case reason::used:
    return "The join token " + refusal.id +
           " has been used already: each lets one machine in. `control token create --join "
           "HOST:PORT` makes another.";
  case reason::wrong_kind:
    return "The token " + refusal.id +
           " is of the wrong kind: one made with --join lets a machine join, one made with --role "
           "opens the control port.";
  case reason::store_failed:
    break;
  }
  return "The tokens cannot be read at present.";
}

} // namespace lockstep
