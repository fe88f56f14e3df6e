// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <string>

namespace lockstep {

// What is wrong with the value of an option; empty where nothing is.

/// A finite number from `least` to `most`. (The ranges of CLI11 let "nan" pass.)
std::string why_not_number(const std::string& text, double least, double most);

/// "auto", or a whole number from 1 to `most`: how many workers a node is to have.
std::string why_not_worker_count(const std::string& text, std::size_t most);

} // namespace lockstep
