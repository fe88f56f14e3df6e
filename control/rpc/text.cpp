// SPDX-License-Identifier: BSD-3-Clause

#include "control/rpc/text.hpp"

namespace lockstep {

namespace {

constexpr std::size_t shown_bytes = 60;

} // namespace

std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  result += text.substr(0, shown_bytes);
  result += text.size() > shown_bytes ? "…\"" : "\"";
  return result;
}

} // namespace lockstep
