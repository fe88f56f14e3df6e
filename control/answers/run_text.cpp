// SPDX-License-Identifier: BSD-3-Clause

#include "control/answers/run_text.hpp"

#include "actors/controller/history_view.hpp"
#include "platform/output/iso_8601.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <optional>
#include <string_view>
#include <utility>

namespace lockstep {

namespace {

std::string text_of_json(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Adds a member to the text of an object that has some.
void add_member(std::string& object, std::string_view name, const std::string& value) {
  object.back() = ',';
  object += '"';
  object += name;
  object += "\":";
  object += value;
  object += '}';
}

void add_number(std::string& text, std::unsigned_integral auto value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  text.append(digits.data(), end);
}

/// The shortest that reads back as the same number; it looks like one that need not be whole.
void add_number(std::string& text, double value) {
  if (!std::isfinite(value)) {
    text += "null";
    return;
  }
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  const std::string_view written{digits.data(), static_cast<std::size_t>(end - digits.data())};
  text += written;
  if (written.find_first_of(".e") == std::string_view::npos)
    text += ".0";
}

/// Makes a list of members until it is full.
class list_text {
public:
  explicit list_text(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// False where the list is full; then the member is not in it.
  bool add(const std::string& member) {
    if (text_.size() > 1 && text_.size() + member.size() + 2 > bytes_max_)
      return false;
    if (text_.size() > 1)
      text_ += ',';
    text_ += member;
    return true;
  }

  std::string close() && { return std::move(text_) + ']'; }

private:
  std::size_t bytes_max_;
  std::string text_ = "[";
};

json to_json(const run_metrics& metrics) {
  return {{"seconds", metrics.seconds()},
          {"compute", metrics.compute},
          {"barrier_wait", metrics.barrier_wait},
          {"transfer", metrics.transfer},
          {"reduce", metrics.reduce},
          {"plan", metrics.plan}};
}

/// Of one that got done all the same, or failed, nobody asks.
void add_why(json& text, run_state state, const std::string& why) {
  if ((state == run_state::cancelling || state == run_state::cancelled) && !why.empty())
    text["why"] = why;
}

json to_json(const run_info& run) {
  const auto time = [](const std::optional<run_info::time>& at) {
    return at ? json(to_iso_8601(*at)) : json();
  };
  json nodes = json::array();
  for (const auto node : run.nodes)
    nodes.push_back(to_string(node));
  json text{{"run", to_string(run.run)},
            {"model", run.model},
            {"state", to_string(run.state)},
            {"seed", run.seed},
            {"solvers", run.solvers},
            {"nodes", std::move(nodes)},
            {"queued_at", to_iso_8601(run.queued_at)},
            {"started_at", time(run.started_at)},
            {"finished_at", time(run.finished_at)},
            {"step", nullptr},
            {"steps", run.steps},
            {"reports", run.reports},
            {"figures", to_json(run.metrics)},
            {"error", nullptr}};
  if (run.step)
    text["step"] = {
        {"number", run.step->number}, {"name", run.step->name}, {"kind", run.step->kind}};
  if (run.failed)
    text["error"] = lockstep::to_json(*run.failed);
  add_why(text, run.state, run.why_cancelled);
  return text;
}

json to_json(const run_result& run) {
  json text{{"run", to_string(run.run)},
            {"state", to_string(run.state)},
            {"seed", run.seed},
            {"solvers", run.solvers},
            {"figures", to_json(run.metrics)}};
  if (run.failed)
    text["error"] = lockstep::to_json(*run.failed);
  add_why(text, run.state, run.why_cancelled);
  return text;
}

json to_json(const std::optional<queue_place>& queue) {
  if (!queue)
    return nullptr;
  return {{"place", queue->place},
          {"waits_for", queue->waits_for.value == 0 ? "a node" : to_string(queue->waits_for)}};
}

std::string text_in_list(const run_info& run) {
  auto text = text_of_json(to_json(run));
  add_member(text, "parameters", text_of_json(run.parameters.value()));
  return text;
}

/// By hand, because there are thousands of them.
void write_step(std::string& text, const step_record& step, const std::vector<double>* solvers) {
  const auto add = [&](std::string_view name, auto value) {
    text += name;
    add_number(text, value);
  };
  text.clear();
  add(R"({"number":)", step.number);
  text += R"(,"name":)" + text_of_json(step.title->name);
  text += R"(,"kind":)" + text_of_json(step.title->kind);
  add(R"(,"began":)", step.began);
  add(R"(,"seconds":)", step.seconds);
  add(R"(,"slowest":)", step.slowest);
  add(R"(,"mean":)", step.mean);
  add(R"(,"imbalance":)", step.mean > 0 ? step.slowest / step.mean : 1.0);
  add(R"(,"barrier_wait":)", step.slowest - step.mean);
  add(R"(,"reduce":)", step.reduce_seconds);
  add(R"(,"transfer":)", std::max(0.0, step.seconds - step.slowest - step.reduce_seconds));
  add(R"(,"bytes_in":)", step.bytes_in);
  add(R"(,"bytes_out":)", step.bytes_out);
  if (solvers != nullptr) {
    text += R"(,"solver_seconds":[)";
    for (const auto& its : *solvers) {
      if (&its != solvers->data())
        text += ',';
      add_number(text, its);
    }
    text += ']';
  }
  text += '}';
}

/// Adds up what a text has, more or less, until it is seen to be large.
class size_estimate {
public:
  /// An object with so many bytes beside its names. False once there is enough.
  bool add(std::size_t bytes) {
    constexpr std::size_t object_bytes = 500;
    bytes_ += object_bytes + bytes;
    return is_small();
  }
  [[nodiscard]] bool is_small() const { return bytes_ < small_bytes; }

private:
  static constexpr std::size_t small_bytes = std::size_t{16} << 10U;
  std::size_t bytes_ = 0;
};

} // namespace

json to_json(const step_failure& failed) {
  json text{{"type", failed.type}, {"text", failed.text}};
  if (!failed.step.empty())
    text["step"] = failed.step;
  if (failed.solver)
    text["solver"] = *failed.solver;
  if (!failed.node.empty())
    text["node"] = failed.node;
  if (failed.signal)
    text["signal"] = *failed.signal;
  if (failed.exit_code)
    text["exit_code"] = *failed.exit_code;
  if (!failed.log.empty())
    text["log"] = failed.log;
  return text;
}

std::string to_text(const run_info& found, std::size_t) {
  auto text = text_in_list(found);
  add_member(text, "queue", text_of_json(to_json(found.queue)));
  return text;
}

std::string to_text(const run_list& found, std::size_t bytes_max) {
  list_text list{bytes_max};
  for (const auto& run : found.runs)
    if (!list.add(text_in_list(*run)))
      break;
  return std::move(list).close();
}

std::string to_text(const run_result& found, std::size_t) {
  auto text = text_of_json(to_json(found));
  add_member(text, "result", found.result.str());
  return text;
}

std::string to_text(const step_list& found, std::size_t bytes_max) {
  list_text list{bytes_max};
  std::string one;
  found.view->steps.each([&](std::uint64_t number, const step_record& step) {
    write_step(one, step, found.view->solver_seconds.find(number));
    return list.add(one);
  });
  return std::move(list).close();
}

std::string to_text(const report_list& found, std::size_t bytes_max) {
  list_text list{bytes_max};
  found.view->reports.each([&](std::uint64_t number, const json_text& report) {
    return list.add(R"({"number":)" + std::to_string(number) + R"(,"report":)" + report.str() +
                    '}');
  });
  return std::move(list).close();
}

bool is_small(const run_info& found) {
  return size_estimate{}.add(found.parameters.bytes());
}

bool is_small(const run_list& found) {
  size_estimate size;
  for (const auto& run : found.runs)
    if (!size.add(run->parameters.bytes()))
      return false;
  return true;
}

bool is_small(const run_result& found) {
  return size_estimate{}.add(found.result.bytes());
}

bool is_small(const step_list& found) {
  constexpr std::size_t number_bytes = 20;
  size_estimate size;
  found.view->steps.each([&](std::uint64_t, const step_record&) { return size.add(0); });
  found.view->solver_seconds.each([&](std::uint64_t, const std::vector<double>& seconds) {
    return size.add(number_bytes * seconds.size());
  });
  return size.is_small();
}

bool is_small(const report_list& found) {
  size_estimate size;
  found.view->reports.each(
      [&](std::uint64_t, const json_text& one) { return size.add(one.bytes()); });
  return size.is_small();
}

} // namespace lockstep
