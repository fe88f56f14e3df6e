// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/json.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lockstep {

enum class parameter_type : std::uint8_t { integer, number, text, flag, object, array, file };

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
  bool written = false; ///< a file: the model writes it

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

  /// A file that the model writes: it need not be there, but its folder must.
  parameter to_write() && {
    written = true;
    return std::move(*this);
  }
};

inline parameter integer(std::string name, std::int64_t fallback, std::string help) {
  return {std::move(name), parameter_type::integer, fallback, std::move(help), {}, {}, {}};
}

inline parameter number(std::string name, double fallback, std::string help) {
  return {std::move(name), parameter_type::number, fallback, std::move(help), {}, {}, {}};
}

inline parameter text(std::string name, std::string fallback, std::string help) {
  return {std::move(name), parameter_type::text, std::move(fallback), std::move(help), {}, {}, {}};
}

inline parameter flag(std::string name, bool fallback, std::string help) {
  return {std::move(name), parameter_type::flag, fallback, std::move(help), {}, {}, {}};
}

inline parameter object(std::string name, json fallback, std::string help) {
  return {
      std::move(name), parameter_type::object, std::move(fallback), std::move(help), {}, {}, {}};
}

inline parameter array(std::string name, json fallback, std::string help) {
  return {std::move(name), parameter_type::array, std::move(fallback), std::move(help), {}, {}, {}};
}

/// The absolute path of a file that is there, or "" where none is given. Clients make it absolute
/// from where they are. Solvers on other machines find it only where the same path is theirs.
inline parameter file(std::string name, std::string help = {}) {
  return {std::move(name), parameter_type::file, "", std::move(help), {}, {}, {}};
}

/// How parameters must go together, given to LOCKSTEP_MODEL behind them:
/// `lockstep::check([](const lockstep::json& p) { return p.at("least") > p.at("most") ? "least is
/// above most" : ""; })`. The function gets all parameters, defaults filled in, and returns a
/// sentence where it refuses them, else "". What it throws refuses them too. It is asked in the
/// head before anything runs, so it must be quick.
struct check {
  std::function<std::string(const json&)> refusal;

  explicit check(std::function<std::string(const json&)> function) : refusal(std::move(function)) {}
};

} // namespace lockstep
