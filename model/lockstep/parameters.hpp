#pragma once

#include <lockstep/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lockstep {

enum class parameter_type : std::uint8_t { integer, number, text, flag, object, array };

/// One parameter of a model: what may be given, what is taken otherwise, and a sentence for people.
/// Made by the functions below and refined by the members, which return the parameter itself.
struct parameter {
  std::string name;
  parameter_type type = parameter_type::text;
  json fallback; ///< the default; null where there is none
  std::string help;
  std::optional<double> minimum; ///< numbers: the least value allowed
  std::optional<double> maximum; ///< numbers: the greatest value allowed
  std::vector<json> choices;     ///< the values allowed; empty for any
  bool required = false;

  /// Allows only values from `least` to `greatest`, both included.
  parameter between(double least, double greatest) && {
    minimum = least;
    maximum = greatest;
    return std::move(*this);
  }

  /// Allows only values of at least `least`.
  parameter at_least(double least) && {
    minimum = least;
    return std::move(*this);
  }

  /// Allows only these values.
  parameter one_of(std::vector<json> values) && {
    choices = std::move(values);
    return std::move(*this);
  }

  /// Refuses a run that does not give this parameter.
  parameter must_be_given() && {
    required = true;
    return std::move(*this);
  }
};

inline parameter integer(std::string name, std::int64_t fallback, std::string help) {
  return {std::move(name), parameter_type::integer, fallback, std::move(help), {}, {}, {}, false};
}

inline parameter number(std::string name, double fallback, std::string help) {
  return {std::move(name), parameter_type::number, fallback, std::move(help), {}, {}, {}, false};
}

inline parameter text(std::string name, std::string fallback, std::string help) {
  return {std::move(name),
          parameter_type::text,
          std::move(fallback),
          std::move(help),
          {},
          {},
          {},
          false};
}

inline parameter flag(std::string name, bool fallback, std::string help) {
  return {std::move(name), parameter_type::flag, fallback, std::move(help), {}, {}, {}, false};
}

inline parameter object(std::string name, json fallback, std::string help) {
  return {std::move(name),
          parameter_type::object,
          std::move(fallback),
          std::move(help),
          {},
          {},
          {},
          false};
}

inline parameter array(std::string name, json fallback, std::string help) {
  return {std::move(name),
          parameter_type::array,
          std::move(fallback),
          std::move(help),
          {},
          {},
          {},
          false};
}

} // namespace lockstep
