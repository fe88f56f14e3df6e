#pragma once

#include <nlohmann/json.hpp>

#include <cereal/cereal.hpp>
#include <cereal/types/string.hpp>

#include <string>

namespace lockstep {

/// Parameters, reports and results are JSON values: whoever watches a run can read them.
using json = nlohmann::json;

} // namespace lockstep

namespace nlohmann {

/// A JSON value may be a step's argument or answer; it travels as its text.
template <class Archive>
void save(Archive& archive, const lockstep::json& value) {
  archive(value.dump());
}

template <class Archive>
void load(Archive& archive, lockstep::json& value) {
  std::string text;
  archive(text);
  value = lockstep::json::parse(text);
}

} // namespace nlohmann
