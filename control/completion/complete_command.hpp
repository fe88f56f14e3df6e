// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace lockstep {

/// `control complete WORDS…`, which the scripts of `control completion` call: prints what may stand
/// for the last word. Asks the head for runs and nodes, and for models one of its own where none
/// answers. Whatever fails has no proposals. Exit code.
int complete_words(const CLI::App& app, std::vector<std::string> words);

} // namespace lockstep
