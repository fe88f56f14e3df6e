// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cxxabi.h>

#include <cstddef>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <utility>

namespace lockstep {

/// What user code threw: the exception's type, readable, and its text.
struct failure {
  std::string type; ///< "std::invalid_argument", or a word such as "unknown_step"
  std::string text; ///< its what(); a fixed sentence where it has none
};

/// Why a step did not reach its barrier: everything that is known, for a person to read.
struct step_failure {
  /// Its name; "constructor" while solvers are constructed; empty where it was no step, as of what
  /// a plan threw itself.
  std::string step;
  std::optional<std::size_t> solver; ///< the solver's index, where one solver is at fault
  std::string node;                  ///< the node that hosts it ("n1"); empty where unknown
  /// The exception's type; or a word: "worker_died", "worker_cannot_start", "time_limit",
  /// "payload_too_large", "node_lost", "node_drained", "transfer_failed", "model_missing",
  /// "model_refused", and others that `text` explains.
  std::string type;
  std::string text;             ///< for people
  std::string log;              ///< the last lines that the process printed, where it has ended
  std::optional<int> signal;    ///< the signal that ended the solver's process
  std::optional<int> exit_code; ///< or its exit code
};

/// "solver 3 on node n1, step 'improve': std::runtime_error: no tour", or of what is there of it.
/// Without the log.
inline std::string to_string(const step_failure& what) {
  std::string text;
  if (what.solver) {
    text += "solver " + std::to_string(*what.solver);
    if (!what.node.empty())
      text += " on node " + what.node;
    text += ", ";
  }
  if (!what.step.empty())
    text += "step '" + what.step + "': ";
  if (!what.type.empty())
    text += what.type + ": ";
  return text + what.text;
}

/// Thrown in a plan by a team's call when a step failed. A plan may catch it and go on with another
/// step, which can succeed if all solvers are still there: after a death, or a time limit that ran
/// out during a step, every later step fails with the same cause. Uncaught, it fails the run.
class step_failed : public std::runtime_error {
public:
  explicit step_failed(step_failure what)
      : std::runtime_error(to_string(what)), failure_(std::move(what)) {}

  /// All that is known. Valid as long as the exception.
  [[nodiscard]] const step_failure& what_failed() const { return failure_; }

private:
  step_failure failure_;
};

/// Thrown in a plan by every call after the run was cancelled, and by the one under way where a
/// solver failed or did not return within the grace. A plan that has something to show may catch it
/// and return its result; uncaught, the run ends without one.
class run_cancelled : public std::runtime_error {
public:
  run_cancelled() : std::runtime_error("the run was cancelled") {}
};

/// Thrown where bytes do not hold the value that was asked for: a build of the model that differs
/// between two processes, or a `serialize` that reads something else than it writes.
class decode_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// Thrown where an argument or answer has more bytes than the run allows. A plan sees it of its
/// arguments; of an answer it sees step_failed.
class payload_too_large : public std::runtime_error {
public:
  explicit payload_too_large(const std::string& text) : std::runtime_error(text) {}
};

namespace detail {

inline std::string demangled(const char* name) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text{
      abi::__cxa_demangle(name, nullptr, nullptr, &status), std::free};
  return status == 0 ? std::string{text.get()} : std::string{name};
}

/// To be called inside a catch block: the exception under way as a value.
inline failure current_failure() {
  try {
    throw;
  } catch (const std::exception& thrown) {
    return {demangled(typeid(thrown).name()), thrown.what()};
  } catch (...) {
    const auto* type = abi::__cxa_current_exception_type();
    return {type ? demangled(type->name()) : "unknown", "not derived from std::exception"};
  }
}

} // namespace detail
} // namespace lockstep
