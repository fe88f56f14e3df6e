// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lockstep {

/// What a connection may do. Each role may do all that those before it may.
enum class access_role : std::uint8_t {
  none,    ///< nothing but to show a token
  read,    ///< look at everything
  operate, ///< start, pause, resume and cancel runs
  admin    ///< terminate, and change the cluster
};

inline constexpr std::array<std::string_view, 4> role_names{"none", "read", "operate", "admin"};

constexpr std::string_view to_string(access_role role) {
  return role_names.at(static_cast<std::size_t>(role));
}

/// None of another name.
constexpr std::optional<access_role> parse_role(std::string_view name) {
  for (std::size_t i = 0; i < role_names.size(); ++i)
    if (role_names.at(i) == name)
      return static_cast<access_role>(i);
  return std::nullopt;
}

} // namespace lockstep
