#pragma once

#include "control/client/client_options.hpp"
#include "control/client/table.hpp"

#include <string>
#include <vector>

namespace lockstep {

/// To stdout, with an end of line.
void print(const std::string& text);

/// Prints the object with --json, the text without. Answers exit_code::done, as show_list() does.
int show(const client_options& options, const json& object, const std::string& text);

/// Prints a list as a table; with --json in an object under its name.
int show_list(const client_options& options, const char* name, const json& rows,
              const std::vector<column>& columns);

} // namespace lockstep
