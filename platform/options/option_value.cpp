// SPDX-License-Identifier: BSD-3-Clause

#include "platform/options/option_value.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <sstream>

namespace lockstep {

std::string why_not_number(const std::string& text, double least, double most) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (!text.empty() && *end == '\0' && std::isfinite(value) && value >= least && value <= most)
    return {};
  std::ostringstream why;
  why << '\'' << text << "' is no number from " << least << " to " << most;
  return why.str();
}

std::string why_not_worker_count(const std::string& text, std::size_t most) {
  std::size_t count = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, count);
  if (text == "auto" || (failure == std::errc{} && stop == end && count >= 1 && count <= most))
    return {};
  return '\'' + text + "' is neither auto nor a number from 1 to " + std::to_string(most);
}

} // namespace lockstep
