#pragma once

#include <string_view>

namespace lockstep {

/// What `control completion bash` prints.
std::string_view bash_completion();

} // namespace lockstep
