// SPDX-License-Identifier: BSD-3-Clause

#include "platform/options/typed_name.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <string_view>
#include <utility>

namespace lockstep {

namespace {

namespace fs = std::filesystem;

/// How this program was called.
struct call_name {
  std::string folder; ///< with its last slash; empty where a shell searched PATH
  std::string prefix; ///< "lockstep-" where that is before all names
};
call_name called; // set before there are threads, and never again

std::string quoted_for_shell(const std::string& word) {
  constexpr std::string_view plain = "_./+-:@%,=";
  if (std::ranges::all_of(word, [&](unsigned char byte) {
        return std::isalnum(byte) != 0 || plain.find(static_cast<char>(byte)) != plain.npos;
      }))
    return word;
  std::string text = "'";
  for (const char letter : word)
    text += letter == '\'' ? std::string{"'\\''"} : std::string{letter};
  return text + '\'';
}

/// Whether a command may stand at this place of a text.
bool begins_command(std::string_view before) {
  constexpr std::array marks{std::string_view{"`"}, std::string_view{"Example: "},
                             std::string_view{"Examples: "}, std::string_view{"\n  "},
                             std::string_view{"\"$("}};
  return std::ranges::any_of(marks, [&](auto mark) { return before.ends_with(mark); }) ||
         (before.ends_with("    ") && before.find_last_not_of(' ') != before.npos &&
          before[before.find_last_not_of(' ')] == '\n');
}

} // namespace

void called_as(const std::string& typed, const std::string& own) {
  const auto slash = typed.rfind('/');
  const auto name = slash == std::string::npos ? typed : typed.substr(slash + 1);
  if (!name.ends_with(own)) // another name for it says nothing of the others
    return;
  called = {typed.substr(0, typed.size() - name.size()), name.substr(0, name.size() - own.size())};
}

std::string given_name(const std::string& program) {
  return called.folder + called.prefix + program;
}

std::string typed_name(const std::string& program) {
  return quoted_for_shell(given_name(program));
}

std::string typed_name_anywhere(const std::string& program) {
  if (called.folder.empty())
    return typed_name(program);
  std::error_code unknown;
  const auto folder = fs::absolute(called.folder, unknown).lexically_normal();
  return quoted_for_shell((folder / (called.prefix + program)).string());
}

std::string with_typed_names(std::string text) {
  for (const std::string program : {"control", "node"}) {
    const auto typed = typed_name(program);
    for (auto at = text.find(program + ' '); at != std::string::npos;
         at = text.find(program + ' ', at + 1))
      if (begins_command(std::string_view{text}.substr(0, at))) {
        text.replace(at, program.size(), typed);
        at += typed.size();
      }
  }
  return text;
}

} // namespace lockstep
