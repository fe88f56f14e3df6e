// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/json.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace lockstep {

/// One word that may stand where a person types, and what it means.
struct proposal {
  std::string word;
  std::string meaning; ///< may be empty
};

/// What may stand there: words, and files or folders, which a shell knows best.
struct proposals {
  std::vector<proposal> words;
  bool files = false;
  bool folders = false;
};

/// What only a head knows.
struct head_words {
  /// All words of a kind: "MODEL", "RUN", "NODE", "SOLVER" or "METHOD".
  std::function<std::vector<proposal>(const std::string& kind)> named;
  /// The parameters of a model as models.describe has them; an empty list where nobody knows.
  std::function<json(const std::string& model)> parameters;
};

/// What may stand for the last of these words after the program's name; it may be empty. All comes
/// from the command line's own tree, so that nothing can be forgotten here.
proposals propose(const CLI::App& app, std::vector<std::string> words, const head_words& head);

/// As the scripts below read it: a word on each line, with a tab and its meaning, and ":files" and
/// ":folders".
std::string lines_of(const proposals& all);

/// What `control completion SHELL` prints, for "bash", "fish" or "zsh".
std::string_view completion_script(const std::string& shell);

} // namespace lockstep
