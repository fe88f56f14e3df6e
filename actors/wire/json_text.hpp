// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/json.hpp>

#include <memory>
#include <string>
#include <utility>

namespace lockstep {

/// A JSON value as the text that people and programs get: immutable and shared, so that a copy
/// costs a pointer, and of known size. Numbers that are not finite are null in it, and bytes that
/// are no UTF-8 are replaced. Safe to read from several threads at once.
class json_text {
public:
  /// Null.
  json_text() = default;

  /// Takes time with the size of the value: not for a thread that answers.
  explicit json_text(const json& value)
      : json_text(value.dump(-1, ' ', false, json::error_handler_t::replace)) {}

  /// `text` must be JSON; that is not checked.
  explicit json_text(std::string text) {
    text.shrink_to_fit();
    held_ = std::make_shared<const std::string>(std::move(text));
  }

  /// Valid as long as any copy.
  [[nodiscard]] const std::string& str() const {
    static const std::string null = "null";
    return held_ ? *held_ : null;
  }

  /// Takes time with the size of the value. Discarded where what came from elsewhere is no JSON.
  [[nodiscard]] json value() const { return json::parse(str(), nullptr, false); }

  /// Bytes of memory, whoever else shares them; 0 of a null that was never given.
  [[nodiscard]] std::size_t bytes() const { return held_ ? held_->capacity() : 0; }

private:
  std::shared_ptr<const std::string> held_;
};

template <class Inspector>
bool inspect(Inspector& f, json_text& x) {
  auto get = [&x] { return x.str(); };
  auto set = [&x](std::string text) {
    x = json_text{std::move(text)};
    return true;
  };
  return f.apply(get, set);
}

} // namespace lockstep
