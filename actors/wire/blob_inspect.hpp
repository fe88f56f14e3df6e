#pragma once

#include "actors/wire/caf_compat.hpp"

#include <lockstep/blob.hpp>
#include <lockstep/json.hpp>

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/span.hpp>

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace lockstep {

/// A blob crosses the wire as its size and its bytes, never element by element: CAF's own way would
/// change the bits of denormal numbers and NaNs and be ten times slower.
template <class Inspector>
bool inspect(Inspector& f, blob& x) {
  if constexpr (std::is_same_v<Inspector, caf::binary_serializer>) {
    const auto bytes = x.bytes();
    return f.value(static_cast<std::uint64_t>(bytes.size())) &&
           f.value(caf::make_span(reinterpret_cast<const caf_compat::byte*>(bytes.data()),
                                  bytes.size()));
  } else if constexpr (std::is_same_v<Inspector, caf::binary_deserializer>) {
    std::uint64_t size = 0;
    if (!f.value(size))
      return false;
    if (size > f.remaining()) {
      f.emplace_error(caf::sec::end_of_stream);
      return false;
    }
    std::vector<std::byte> bytes(size);
    if (!f.value(caf::make_span(reinterpret_cast<caf_compat::byte*>(bytes.data()), bytes.size())))
      return false;
    x = blob{std::move(bytes)};
    return true;
  } else {
    auto get = [&x] { return std::to_string(x.size()) + " bytes"; };
    auto set = [](const std::string&) { return false; };
    return f.apply(get, set);
  }
}

} // namespace lockstep

namespace nlohmann {

/// Parameters and results cross the wire as JSON text.
template <class Inspector>
bool inspect(Inspector& f, lockstep::json& x) {
  auto get = [&x] { return x.dump(); };
  auto set = [&x](const std::string& text) {
    x = lockstep::json::parse(text, nullptr, false);
    return !x.is_discarded();
  };
  return f.apply(get, set);
}

} // namespace nlohmann

namespace lockstep {

/// A JSON value as an answer. CAF builds answers with braces, and `json{value}` would be an array
/// of one element.
struct document {
  document() = default;
  document(json x) : value(std::move(x)) {} // NOLINT(google-explicit-constructor): stands for it
  json value;
};

template <class Inspector>
bool inspect(Inspector& f, document& x) {
  return f.object(x).fields(f.field("value", x.value));
}

} // namespace lockstep
