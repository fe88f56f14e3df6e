// SPDX-License-Identifier: BSD-3-Clause

#include "control/terminal/output.hpp"

#include "control/client/exit_code.hpp"
#include "control/terminal/terminal.hpp"

#include "platform/output/standard_output.hpp"

#include <unistd.h>

namespace lockstep {

std::string one_line(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

void print(const std::string& text) {
  write_output(text + '\n');
}

std::string table_here(const json& rows, const std::vector<column>& columns) {
  return table_of(rows, columns, terminal_columns(STDOUT_FILENO).value_or(std::string::npos));
}

int show(const client_options& options, const json& object, const std::string& text) {
  print(options.json ? one_line(object) : text);
  return exit_code::done;
}

int show_list(const client_options& options, const char* name, const json& rows,
              const std::vector<column>& columns) {
  print(options.json ? one_line({{name, rows}}) : table_here(rows, columns));
  return exit_code::done;
}

} // namespace lockstep
