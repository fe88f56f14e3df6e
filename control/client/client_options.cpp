#include "control/client/client_options.hpp"

#include "control/client/model_parameters.hpp"

#include <lockstep/json.hpp>

#include <cstdlib>
#include <fstream>
#include <variant>

namespace lockstep {

namespace {

std::string chosen(const client_options& options) {
  if (!options.at.empty())
    return options.at;
  const char* set = std::getenv("LOCKSTEP_CONTROL");
  return set ? set : "";
}

} // namespace

bool client_options::is_chosen() const {
  return !chosen(*this).empty();
}

address client_options::where() const {
  auto text = chosen(*this);
  if (text.empty())
    return {"127.0.0.1", usual_port};
  if (std::ifstream file{text}; file) {
    const auto written = lockstep::json::parse(file, nullptr, false);
    if (!written.is_object() || !written.contains("control") || !written.at("control").is_string())
      throw usage_error("'" + text + "' is no connection file of `control serve`");
    text = written.at("control").get<std::string>();
  }
  const auto found = parse_address(text);
  if (const auto* wrong = std::get_if<address_error>(&found))
    throw usage_error("--at '" + text + "': " + wrong->why);
  return std::get<address>(found);
}

} // namespace lockstep
