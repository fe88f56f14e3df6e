#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

/// Which of these names was probably meant by `typed`; empty where none is near.
std::string meant_name(std::string_view typed, const std::vector<std::string>& names);

} // namespace lockstep
