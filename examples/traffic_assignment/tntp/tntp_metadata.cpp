// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/tntp/tntp_metadata.hpp"

#include <stdexcept>
#include <string_view>

namespace traffic_assignment {
namespace {

/// Tags are written in capitals, but not everywhere.
std::string in_capitals(std::string_view name) {
  std::string capitals;
  for (const char c : name)
    capitals += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return capitals;
}

/// Reads up to the end of a tag and returns its name.
std::string tag_name(tntp_text& text) {
  const auto line = text.rest_of_line();
  const auto end = line.find('>');
  if (line.front() != '<' || end == std::string_view::npos)
    text.fail("the line begins with " + quoted(text.next_word()) +
              ", expected a tag like <NUMBER OF ZONES> or <END OF METADATA>");
  text.skip(end + 1);
  return in_capitals(line.substr(1, end - 1));
}

} // namespace

tntp_metadata::tntp_metadata(tntp_text& text) {
  while (text.next_line()) {
    const auto name = tag_name(text);
    if (name == "END OF METADATA") {
      text.skip_line();
      place_of_end_ = text.place();
      return;
    }
    values_.insert_or_assign(name, text);
  }
  text.fail("the file ends within its metadata, expected <END OF METADATA>");
}

std::int64_t tntp_metadata::whole(const std::string& tag, std::int64_t least,
                                  std::int64_t most) const {
  const auto found = values_.find(tag);
  if (found == values_.end())
    throw std::runtime_error(place_of_end_ + "the metadata ends without <" + tag +
                             ">, expected it before");
  auto value = found->second;
  return value.whole(value.next_word(), "<" + tag + ">", least, most);
}

std::optional<double> tntp_metadata::quantity(const std::string& tag) const {
  const auto found = values_.find(tag);
  if (found == values_.end() || found->second.rest_of_line().empty())
    return std::nullopt;
  auto value = found->second;
  return value.quantity(value.next_word(), "<" + tag + ">");
}

void tntp_metadata::fail_at(const std::string& tag, const std::string& reason) const {
  values_.at(tag).fail(reason);
}

std::string tntp_metadata::place_of(const std::string& tag) const {
  return values_.at(tag).place();
}

} // namespace traffic_assignment
