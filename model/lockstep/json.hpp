// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <nlohmann/json.hpp>

#include <cereal/cereal.hpp>
#include <cereal/types/string.hpp>

#include <string>

namespace lockstep {

/// Parameters, reports and results are JSON values: whoever watches a run can read them.
using json = nlohmann::json;

/// Whether it is valid UTF-8, so that a JSON text can carry it.
inline bool is_utf8(const std::string& text) {
  try {
    static_cast<void>(json(text).dump());
    return true;
  } catch (const json::exception&) {
    return false;
  }
}

} // namespace lockstep

namespace nlohmann {

/// A JSON value may be a step's argument or answer. It travels as CBOR, which unlike its text has
/// numbers that are not finite, and any bytes in a string. `load` throws json::exception where the
/// bytes are no CBOR.
template <class Archive>
void save(Archive& archive, const lockstep::json& value) {
  std::string bytes;
  lockstep::json::to_cbor(value, bytes);
  archive(bytes);
}

template <class Archive>
void load(Archive& archive, lockstep::json& value) {
  std::string bytes;
  archive(bytes);
  value = lockstep::json::from_cbor(bytes);
}

} // namespace nlohmann
