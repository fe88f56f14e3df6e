// SPDX-License-Identifier: BSD-3-Clause

#include "control/cli/trace.hpp"

#include "control/cli/json_number.hpp"
#include "control/cli/pages.hpp"
#include "control/cli/whole_file.hpp"
#include "control/client/connection.hpp"
#include "control/client/exit_code.hpp"
#include "control/client/head_search.hpp"
#include "control/terminal/output.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace lockstep {

namespace {

/// Clocks tell them, so that in them nothing that ended before something began overlaps with it.
using nanoseconds = std::int64_t;

nanoseconds nanoseconds_of(double seconds) {
  constexpr double of_a_second = 1e9;
  return std::max(std::llround(seconds * of_a_second), 0LL);
}

/// As trace events have it: 1500 is "1.500".
std::string in_microseconds(nanoseconds time) {
  constexpr nanoseconds of_one = 1'000;
  const auto rest = std::to_string(of_one + time % of_one); // with a 1 before its zeros
  return std::to_string(time / of_one) + '.' + rest.substr(1);
}

/// Writes trace events: of a run's steps one each in a row of their own, and one in the row of each
/// solver for the time that it computed. The trace format keeps thread 0 for itself.
class trace_file {
public:
  trace_file(const std::string& file, const json& run) : file_(file) {
    const auto name = run.at("run").get<std::string>();
    std::from_chars(name.data() + 1, name.data() + name.size(), process_);
    solvers_ = run.value("solvers", std::uint64_t{0});
    file_.write(R"({"displayTimeUnit":"ms","otherData":)" +
                one_line({{"run", name}, {"model", run.value("model", "")}}) +
                ",\"traceEvents\":[");
    name_row("process_name", 0, {{"name", name + ' ' + run.value("model", "")}});
    name_row("thread_name", row_of_steps(), {{"name", "steps"}});
    name_row("thread_sort_index", row_of_steps(), {{"sort_index", 0}});
    for (std::uint64_t solver = 0; solver < solvers_; ++solver) {
      name_row("thread_name", row_of(solver), {{"name", "solver " + std::to_string(solver)}});
      name_row("thread_sort_index", row_of(solver), {{"sort_index", row_of(solver)}});
    }
  }

  void add(const json& step) {
    if (!step.contains("began"))
      throw std::runtime_error("this head is too old: it does not tell when steps began");
    const auto name = one_line(step.at("name"));
    const auto began = nanoseconds_of(number_of(step, "began"));
    const auto whole = nanoseconds_of(number_of(step, "seconds"));
    auto figures = step;
    for (const auto* elsewhere : {"name", "began", "seconds", "solver_seconds"})
      figures.erase(elsewhere);
    add_event(name, row_of_steps(), began, whole, one_line(figures));
    ++steps_;
    const auto each = step.value("solver_seconds", json::array());
    if (each.size() != solvers_) { // given up, or of a node that did not answer: whose are they?
      ++without_solvers_;
      return;
    }
    const auto number = R"({"number":)" + one_line(step.at("number")) + '}';
    for (std::uint64_t solver = 0; solver < solvers_; ++solver) {
      const auto computed = each[solver].is_number() ? each[solver].get<double>() : 0;
      add_event(name, row_of(solver), began, std::min(nanoseconds_of(computed), whole), number);
    }
  }

  void keep() {
    file_.write("\n]}\n");
    file_.keep();
  }

  [[nodiscard]] std::uint64_t steps() const { return steps_; }
  [[nodiscard]] std::uint64_t without_solvers() const { return without_solvers_; }
  [[nodiscard]] std::uint64_t solvers() const { return solvers_; }

private:
  static std::uint64_t row_of(std::uint64_t solver) { return solver + 1; }
  [[nodiscard]] std::uint64_t row_of_steps() const { return solvers_ + 1; }

  /// What every event has; the first one is behind no other.
  std::string begin(std::string_view phase, const std::string& name, std::uint64_t row) {
    std::string text = is_first_ ? "\n" : ",\n";
    is_first_ = false;
    text += R"({"ph":")";
    text += phase;
    text += R"(","name":)" + name + R"(,"pid":)" + std::to_string(process_) + R"(,"tid":)" +
            std::to_string(row);
    return text;
  }

  void name_row(const std::string& what, std::uint64_t row, const json& args) {
    file_.write(begin("M", one_line(what), row) + R"(,"args":)" + one_line(args) + '}');
  }

  void add_event(const std::string& name, std::uint64_t row, nanoseconds began, nanoseconds lasted,
                 const std::string& args) {
    file_.write(begin("X", name, row) + R"(,"cat":"step","ts":)" + in_microseconds(began) +
                R"(,"dur":)" + in_microseconds(lasted) + R"(,"args":)" + args + '}');
  }

  whole_file file_;
  std::uint64_t process_ = 0; ///< the number of the run
  std::uint64_t solvers_ = 0;
  std::uint64_t steps_ = 0;
  std::uint64_t without_solvers_ = 0; ///< of these, those whose single solvers are not known
  bool is_first_ = true;
};

std::string told(const std::string& run, const trace_file& trace, const std::string& file) {
  const auto counted = [](std::uint64_t count, const std::string& what) {
    return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
  };
  auto text = counted(trace.steps(), "step") + " of " + run + " with " +
              counted(trace.solvers(), "solver") + " in " + file;
  if (trace.without_solvers() > 0)
    text += "; of " + std::to_string(trace.without_solvers()) +
            " of them the seconds of single solvers are not known";
  return text;
}

} // namespace

int write_trace(const client_options& options, const std::string& run, const std::string& file) {
  auto link = connect_to_head(options);
  const auto described = link.call("runs.get", {{"run", run}});
  notice_interrupts();
  trace_file trace{file, described};
  each_step(link, run, described.at("steps").get<std::uint64_t>(), [&](const json& step) {
    if (was_interrupted())
      throw command_ended(exit_code::interrupted, "interrupted: " + file + " is left as it was");
    trace.add(step);
  });
  trace.keep();
  const json answer{{"run", run},
                    {"file", file},
                    {"steps", trace.steps()},
                    {"solvers", trace.solvers()},
                    {"steps_without_solvers", trace.without_solvers()}};
  return show(options, answer, told(run, trace, file));
}

} // namespace lockstep
