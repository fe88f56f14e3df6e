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

/// What JSON value a parameter takes; see the functions below.
enum class parameter_type : std::uint8_t { integer, number, text, flag, object, array, file };

/// One parameter of a model: what may be given, what is taken otherwise, and a sentence for people.
/// Made by the functions below and refined by the members, which return the parameter itself. The
/// head checks what is given before a run is queued and fills defaults in; a default itself is not
/// checked. A program that embeds Lockstep has to do both itself.
struct parameter {
  /// As in `--name`: not empty, without '=' and without '-' at its beginning, once in a model, and
  /// no option of `control run`; else the library is refused when it is loaded.
  std::string name;
  parameter_type type = parameter_type::text;
  json fallback;                 ///< the default; null where there is none
  std::string help;              ///< a few words for people
  std::optional<double> minimum; ///< numbers: the least value allowed
  std::optional<double> maximum; ///< numbers: the greatest value allowed
  std::vector<json> choices;     ///< the values allowed; empty for any
  bool required = false;         ///< it must be given; then the default is never taken
  bool written = false;          ///< a file: the model writes it

  /// Allows only values from `least` to `greatest`, both included. Of no effect but on
  /// integer and number.
  parameter between(double least, double greatest) && {
    minimum = least;
    maximum = greatest;
    return std::move(*this);
  }

  /// Allows only values of at least `least`; else as between().
  parameter at_least(double least) && {
    minimum = least;
    return std::move(*this);
  }

  /// Allows only these values, compared as JSON: 2 and 2.0 are one value.
  parameter one_of(std::vector<json> values) && {
    choices = std::move(values);
    return std::move(*this);
  }

  /// Refuses a run that does not give this parameter; of a file also one that gives "".
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

/// A whole number. One that is written with a point, as 3.0 or 1e6, is taken where it is whole and
/// its magnitude below 9e15; the model gets an integer in any case.
inline parameter integer(std::string name, std::int64_t fallback, std::string help) {
  return {std::move(name), parameter_type::integer, fallback, std::move(help), {}, {}, {}};
}

/// Any number, an integer too: read it as a double.
inline parameter number(std::string name, double fallback, std::string help) {
  return {std::move(name), parameter_type::number, fallback, std::move(help), {}, {}, {}};
}

/// A string.
inline parameter text(std::string name, std::string fallback, std::string help) {
  return {std::move(name), parameter_type::text, std::move(fallback), std::move(help), {}, {}, {}};
}

/// true or false.
inline parameter flag(std::string name, bool fallback, std::string help) {
  return {std::move(name), parameter_type::flag, fallback, std::move(help), {}, {}, {}};
}

/// A JSON object; what is in it is not checked.
inline parameter object(std::string name, json fallback, std::string help) {
  return {
      std::move(name), parameter_type::object, std::move(fallback), std::move(help), {}, {}, {}};
}

/// A JSON array; what is in it is not checked.
inline parameter array(std::string name, json fallback, std::string help) {
  return {std::move(name), parameter_type::array, std::move(fallback), std::move(help), {}, {}, {}};
}

/// The absolute path of a file that is there, or "" where none is given. Clients make it absolute
/// from where they are. The head refuses a relative path, a folder, and a file that it cannot read,
/// or write, when the run is asked for. Solvers on other machines find it only where the same path
/// is theirs.
inline parameter file(std::string name, std::string help = {}) {
  return {std::move(name), parameter_type::file, "", std::move(help), {}, {}, {}};
}

/// How parameters must go together, given to LOCKSTEP_MODEL behind them:
/// `lockstep::check([](const lockstep::json& p) { return p.at("least") > p.at("most") ? "least is
/// above most" : ""; })`. The function gets all parameters, defaults filled in, and returns a
/// sentence where it refuses them, else "". What it throws refuses them too. It is asked in the
/// head before anything runs, on a thread of its own. One that has not returned after two seconds
/// refuses the run, and further ones until it has.
struct check {
  std::function<std::string(const json&)> refusal; ///< must not be empty

  explicit check(std::function<std::string(const json&)> function) : refusal(std::move(function)) {}
};

} // namespace lockstep
