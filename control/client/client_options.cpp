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

struct head_place {
  address where;
  std::string ca; ///< as the head's connection file has it
  bool tls = false;
};

head_place place_of(const client_options& options) {
  head_place place{{"127.0.0.1", usual_port}, "", false};
  auto text = chosen(options);
  if (text.empty())
    return place;
  if (std::ifstream file{text}; file) {
    const auto written = lockstep::json::parse(file, nullptr, false);
    if (!written.is_object() || !written.contains("control") || !written.at("control").is_string())
      throw usage_error("'" + text + "' is no connection file of `control serve`");
    place.tls = written.value("tls", false);
    place.ca = place.tls ? written.value("ca", "") : "";
    text = written.at("control").get<std::string>();
  }
  const auto found = parse_address(text);
  if (const auto* wrong = std::get_if<address_error>(&found))
    throw usage_error("--at '" + text + "': " + wrong->why);
  place.where = std::get<address>(found);
  return place;
}

} // namespace

bool client_options::is_chosen() const {
  return !chosen(*this).empty();
}

address client_options::where() const {
  return place_of(*this).where;
}

head_access client_options::reach() const {
  auto [where, ca, tls] = place_of(*this);
  if (const auto named = named_authority(access); !named.empty())
    ca = named;
  const bool encrypted = tls || !ca.empty() || !is_loopback(where);
  if (encrypted && ca.empty())
    ca = usual_authority();
  return {where, encrypted ? trust_authority(ca) : nullptr, find_token(access), is_chosen()};
}

} // namespace lockstep
