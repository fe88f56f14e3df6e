// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/client_options.hpp"
#include "control/terminal/table.hpp"

#include <string>
#include <vector>

namespace lockstep {

/// As JSON on one line; what is not UTF-8 in it is replaced.
std::string one_line(const json& value);

/// To standard output, with an end of line. All that a command answers goes there by this or by
/// write_output().
void print(const std::string& text);

/// A table that keeps to the width of the terminal, where one is at standard output.
std::string table_here(const json& rows, const std::vector<column>& columns);

/// Prints the object with --json, the text without. Answers exit_code::done, as show_list() does.
int show(const client_options& options, const json& object, const std::string& text);

/// Prints a list as a table; with --json in an object under its name.
int show_list(const client_options& options, const char* name, const json& rows,
              const std::vector<column>& columns);

} // namespace lockstep
