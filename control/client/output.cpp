#include "control/client/output.hpp"

#include "control/client/exit_code.hpp"

#include <cstdio>

namespace lockstep {

void print(const std::string& text) {
  std::printf("%s\n", text.c_str());
}

int show(const client_options& options, const json& object, const std::string& text) {
  print(options.json ? object.dump() : text);
  return exit_code::done;
}

int show_list(const client_options& options, const char* name, const json& rows,
              const std::vector<column>& columns) {
  print(options.json ? json{{name, rows}}.dump() : table_of(rows, columns));
  return exit_code::done;
}

} // namespace lockstep
