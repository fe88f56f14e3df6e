// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/traffic_assignment/tntp/tntp_text.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace traffic_assignment {

/// The tags at the top of a TNTP file, `<NAME> value` line by line up to `<END OF METADATA>`. Tags
/// that nobody asks for are let be. All members throw std::runtime_error "FILE:LINE: reason".
class tntp_metadata {
public:
  /// Reads the tags and leaves `text` at the end of the line `<END OF METADATA>`.
  explicit tntp_metadata(tntp_text& text);

  [[nodiscard]] bool has(const std::string& tag) const { return values_.contains(tag); }

  /// The value of a tag as a whole number from `least` to `most`; a missing tag is an error.
  [[nodiscard]] std::int64_t whole(const std::string& tag, std::int64_t least,
                                   std::int64_t most) const;

  /// The value of a tag as a quantity, or nothing where there is no tag or no value.
  [[nodiscard]] std::optional<double> quantity(const std::string& tag) const;

  /// Throws for the line of a tag that there is.
  [[noreturn]] void fail_at(const std::string& tag, const std::string& reason) const;

  /// "FILE:LINE: " of a tag that there is.
  [[nodiscard]] std::string place_of(const std::string& tag) const;

private:
  /// Readers that stand before the value of each tag.
  std::map<std::string, tntp_text> values_;
  std::string place_of_end_;
};

} // namespace traffic_assignment
