// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/json.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace lockstep {

/// A JSON value as bytes (CBOR), exact also where a text could not be: numbers that are not finite,
/// bytes that are no UTF-8. Immutable and shared, so that a copy costs a pointer, and of known
/// size; the value itself may take twenty times as much. Safe to read from several threads at once.
class packed_json {
public:
  /// Null.
  packed_json() = default;

  /// Takes time with the size of the value: not for a thread that answers.
  explicit packed_json(const json& value) {
    std::string packed;
    json::to_cbor(value, packed);
    hold(std::move(packed));
  }

  /// Takes time likewise. Discarded where the bytes that came from elsewhere are none.
  [[nodiscard]] json value() const {
    try {
      return held_ ? json::from_cbor(*held_, true, false) : json();
    } catch (const json::exception&) { // of sizes beyond all measure, whatever was asked for
      return json(json::value_t::discarded);
    }
  }

  /// Bytes of memory, whoever else shares them; 0 of a null that was never packed.
  [[nodiscard]] std::size_t bytes() const { return held_ ? held_->capacity() : 0; }

  template <class Inspector>
  friend bool inspect(Inspector& f, packed_json& x) {
    auto get = [&x] { return x.held_ ? *x.held_ : packed_json{json()}.held_->substr(); };
    auto set = [&x](std::string packed) {
      x.hold(std::move(packed));
      return true;
    };
    return f.apply(get, set);
  }

private:
  void hold(std::string packed) {
    packed.shrink_to_fit();
    held_ = std::make_shared<const std::string>(std::move(packed));
  }

  std::shared_ptr<const std::string> held_;
};

} // namespace lockstep
