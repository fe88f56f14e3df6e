// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <chrono>
#include <optional>
#include <string>

struct asn1_string_st;

/// OpenSSL's numbers and times as ours.

namespace lockstep {

/// In UTC; none if it is malformed.
std::optional<std::chrono::system_clock::time_point> time_of(const asn1_string_st* time);

/// Hexadecimal, upper case, an even number of digits.
std::string hexadecimal_of(const asn1_string_st* integer);

} // namespace lockstep
